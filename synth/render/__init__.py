"""Pictures of scenes: one interface, a renderer that needs no GL and one through OpenGL."""

from synth.render.backends import RENDERERS, get_renderer
from synth.render.frame import Frame, Renderer

__all__ = ["RENDERERS", "Frame", "Renderer", "get_renderer"]
