"""What renderers return has the shapes and types that are promised, whatever is rendered."""

from __future__ import annotations

import numpy as np

from synth.render import Rendering, get_renderer
from tests.synth.render.scenes import camera, cube, scene


def test_arrays_are_as_promised() -> None:
    seen = camera(size=(40, 30), focal=30.0)
    found = get_renderer("raster").render(scene(cube((0, 0, 4), 0.5)), seen)
    assert isinstance(found, Rendering)
    kinds = {
        "image": ((30, 40, 3), np.uint8), "instance": ((30, 40), np.uint8), "part": ((30, 40), np.uint8),
        "depth": ((30, 40), np.float32), "normal": ((30, 40, 3), np.float32),
    }  # fmt: skip
    for name, (shape, dtype) in kinds.items():
        assert getattr(found, name).shape == shape
        assert getattr(found, name).dtype == dtype
    on = found.instance > 0
    assert on.any()
    assert np.allclose(np.linalg.norm(found.normal[on], axis=-1), 1, atol=1e-5)
    assert (found.depth[on] > 0).all()
    assert (found.depth[~on] == 0).all()
    assert (found.normal[~on] == 0).all()
