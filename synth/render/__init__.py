"""Pictures of scenes: one interface, a renderer that needs no GL and one through OpenGL."""

from synth.render.backends import RENDERERS, get_renderer
from synth.render.rendering import Renderer, Rendering

__all__ = ["RENDERERS", "Renderer", "Rendering", "get_renderer"]
