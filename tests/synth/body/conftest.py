"""Bodies and poses that several test modules use."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.body.body import Body
from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24


@pytest.fixture(scope="session")
def body() -> Body:
    return load_body("open", "neutral")


@pytest.fixture(scope="session")
def make_pose() -> Callable[..., NDArray[np.float64]]:
    """A pose (24, 3) from rotation vectors in degrees, by joint."""

    def build(**turns: tuple[float, float, float]) -> NDArray[np.float64]:
        pose = np.zeros((len(SMPL_24), 3))
        for name, degrees in turns.items():
            pose[SMPL_24.index(name)] = np.deg2rad(degrees)
        return pose

    return build
