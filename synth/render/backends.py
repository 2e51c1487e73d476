"""The renderers by name. Another package adds one by an entry point of `posemill.renderers`."""

from __future__ import annotations

from collections.abc import Callable

from synth.core.registry import Registry
from synth.render.rendering import Renderer

RENDERERS: Registry[Callable[[], Renderer]] = Registry(
    "renderer",
    "posemill.renderers",
    {"raster": "synth.render.raster:Raster", "opengl": "synth.render.opengl:OpenGL"},
)


def get_renderer(name: str = "raster") -> Renderer:
    """The renderer of a name: 'raster' (the default, needs nothing), 'opengl' (needs the extra and a GL), or another's.

    Raises InputError for a name that there is not, or where OpenGL cannot be had.
    """
    return RENDERERS.get(name)()
