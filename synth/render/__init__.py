"""Pictures of scenes: one interface, a renderer that needs no GL and one through OpenGL."""

from synth.render.frame import NEAR, RENDERERS, Frame, Renderer, get_renderer

__all__ = ["NEAR", "RENDERERS", "Frame", "Renderer", "get_renderer"]
