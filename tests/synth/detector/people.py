"""Labels of made-up people, as far as a detector reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.randomness import Draws
from synth.detector.detector import INPUTS, Detector, DetectorSpec
from synth.scene.visibility import COCO_ROWS, Visibility

# a person who stands and faces the camera with arms and legs apart, metres right and down of the mid-hip, by COCO
STANDING = np.array([
    [0.0, -0.75], [0.03, -0.78], [-0.03, -0.78], [0.08, -0.77], [-0.08, -0.77], [0.19, -0.5], [-0.19, -0.5],
    [0.4, -0.3], [-0.4, -0.3], [0.6, -0.15], [-0.6, -0.15], [0.12, 0.0], [-0.12, 0.0],
    [0.22, 0.4], [-0.22, 0.4], [0.3, 0.8], [-0.3, 0.8],
])  # fmt: skip
PIXELS_A_METRE = 110.0


def people(n: int, *, seed: int = 0, moved: float = 0.1, hidden: bool = True) -> dict[str, NDArray[Any]]:
    """Labels of n people in pictures of 256 x 256: joints moved at random (metres), hidden at random or all seen.

    The first prop stands 1 m to the left of the person, 4 m from the camera, and hides what is hidden by a prop.
    """
    rng = np.random.default_rng(seed)
    plane = STANDING + moved * rng.normal(size=(n, 17, 2))
    labels: dict[str, Any] = {
        name: np.zeros((n, *_SHAPES.get(name, ())), kind) for name, kind in INPUTS.items()
    }
    labels["scene"][:] = np.arange(n)
    labels["image_size"][:] = 256
    labels["intrinsics"][:] = [[440, 0, 128], [0, 440, 128], [0, 0, 1]]
    labels["rotation"][:] = np.eye(3)
    labels["prop_rotation"][:] = np.eye(3)
    labels["prop"][:] = [0, -1, -1]
    labels["prop_translation"][:] = [-1.0, 0.0, 4.0]
    labels["joints_image"][:, COCO_ROWS] = 128 + PIXELS_A_METRE * plane
    labels["joints_camera"][:, COCO_ROWS, :2] = plane
    labels["joints_camera"][..., 2] = 4 + 0.1 * rng.normal(size=(n, 48))
    image = labels["joints_image"][:, COCO_ROWS]
    labels["box"][:] = np.concatenate([image.min(1) - 5, image.max(1) + 5], 1)
    inside = ((image >= 0) & (image <= 256)).all(-1)
    drawn = rng.choice(3, (n, 17), p=[0.6, 0.2, 0.2]) if hidden else np.zeros((n, 17), int)
    labels["visibility"][:, COCO_ROWS] = np.where(inside, drawn, Visibility.OUTSIDE)
    labels["hidden_by"][:] = np.where(labels["visibility"] == Visibility.PROP, 0, -1)
    return labels


_SHAPES = {
    "joints_image": (48, 2), "joints_camera": (48, 3), "visibility": (48,), "hidden_by": (48,), "image_size": (2,),
    "box": (4,), "prop": (3,), "prop_rotation": (3, 3, 3), "prop_translation": (3, 3), "rotation": (3, 3),
    "translation": (3,), "intrinsics": (3, 3),
}  # fmt: skip


def detector(model: str = "posefix", seed: int = 0, **changes: Any) -> Detector:
    """A detector of a model with some of its fields changed."""
    return Detector(DetectorSpec.model_validate({"model": model, **changes}), Draws(seed), np.zeros((1, 3)))


def rows(labels: dict[str, NDArray[Any]], which: Any) -> dict[str, NDArray[Any]]:
    return {name: values[which] for name, values in labels.items()}
