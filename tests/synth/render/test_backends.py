"""Renderers are found by name, and another package's too."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.render import RENDERERS, Rendering, get_renderer
from synth.render.raster import Raster
from synth.scene.camera import Camera
from synth.scene.mesh import RenderScene
from tests.synth.render.scenes import camera, scene


class Flat:
    """Everything is background."""

    def render(self, scene: RenderScene, camera: Camera) -> Rendering:
        size = (camera.height, camera.width)
        empty = np.zeros(size, np.uint8)
        return Rendering(
            np.zeros((*size, 3), np.uint8), empty, empty, empty.astype("f4"), np.zeros((*size, 3), "f4")
        )


def test_ours() -> None:
    assert RENDERERS.names()[:2] == ("raster", "opengl")
    assert isinstance(get_renderer(), Raster)
    with pytest.raises(InputError, match="there is no renderer 'blender'; choose one of raster, opengl"):
        get_renderer("blender")


def test_another_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("toys")
    vars(module)["Flat"] = Flat
    monkeypatch.setitem(sys.modules, "toys", module)
    monkeypatch.setitem(
        RENDERERS.__dict__, "_others", {"flat": EntryPoint("flat", "toys:Flat", RENDERERS.group)}
    )
    seen = camera()
    found = get_renderer("flat").render(scene(), seen)
    assert found.image.shape == (seen.height, seen.width, 3)
