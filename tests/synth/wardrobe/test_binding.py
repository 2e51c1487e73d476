"""Binding: nearest points by hand, and garments that follow the surface of each gender and shape."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.body import GENDERS
from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.wardrobe.binding import Binding, bind, fitted, nearest_in

TRIANGLE = np.array([[0.0, 0, 0], [2, 0, 0], [0, 2, 0]])
FACES = np.array([[0, 1, 2]], np.int32)
BETAS = np.array([2.0, -2, 1, 0, -1, 0, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("point", "shares"),
    [
        ((0.5, 0.5, 3), (0.5, 0.25, 0.25)),  # above the inside
        ((-1, -1, 0), (1, 0, 0)),  # beyond a corner
        ((5, -1, 2), (0, 1, 0)),
        ((1, -2, 0), (0.5, 0.5, 0)),  # beyond an edge
        ((-1, 0.5, 1), (0.75, 0, 0.25)),
        ((2, 2, 0), (0, 0.5, 0.5)),
    ],
)
def test_the_nearest_point_of_a_triangle(point: tuple[float, ...], shares: tuple[float, ...]) -> None:
    found = nearest_in(np.array([point], float), TRIANGLE[None])
    np.testing.assert_allclose(found, [shares], atol=1e-12)


def test_points_bind_to_where_they_are() -> None:
    body = load_body()
    rng = np.random.default_rng(0)
    points = body.template[rng.integers(len(body.template), size=40)] + rng.normal(scale=0.01, size=(40, 3))
    binding = bind(points, body)
    surface = (binding.shares[:, :, None] * body.template[body.faces[binding.triangles]]).sum(1)
    np.testing.assert_allclose(surface + binding.offsets, points, atol=1e-6)
    nearest_vertex = np.linalg.norm(points[:, None] - body.template[None], axis=2).min(1)
    assert (np.linalg.norm(binding.offsets, axis=1) <= nearest_vertex + 1e-6).all()
    only = np.flatnonzero(body.face_parts == SMPL_24.index("head"))
    assert set(bind(points, body, only).triangles) <= set(only)


def surface_points() -> Binding:
    rng = np.random.default_rng(1)
    shares = rng.dirichlet(np.ones(3), size=30)
    return Binding(rng.integers(len(load_body().faces), size=30), shares, np.zeros((30, 3)))


@pytest.mark.parametrize("gender", GENDERS)
def test_a_point_on_the_surface_follows_it(gender: str) -> None:
    body, binding = load_body(gender=gender), surface_points()
    garment = fitted(binding, body, FACES, "patch")
    np.testing.assert_allclose(garment.weights.sum(1), 1, atol=1e-6)
    for betas in (np.zeros(10), BETAS, -BETAS):
        rest = np.zeros((1, 24, 3))
        wanted = body.posed(rest, betas).vertices[0][body.faces[binding.triangles]]
        found = garment.posed(rest, betas).vertices[0]
        np.testing.assert_allclose(found, (binding.shares[:, :, None] * wanted).sum(1), atol=1e-5)
        bent = np.random.default_rng(2).normal(scale=0.4, size=(1, 24, 3))
        wanted = body.posed(bent, betas).vertices[0][body.faces[binding.triangles]]
        away = garment.posed(bent, betas).vertices[0] - (binding.shares[:, :, None] * wanted).sum(1)
        assert np.linalg.norm(away, axis=1).max() < 0.004  # blended weights bend a face's inside a little


def test_what_is_rigid_moves_with_the_head_alone() -> None:
    body, binding = load_body(), surface_points()
    hat = fitted(binding, body, FACES, "hat", rigid="head")
    pose = np.zeros((1, 24, 3))
    pose[0, SMPL_24.index("left_elbow")] = [0, 1, 0]
    np.testing.assert_allclose(hat.posed(pose).vertices, hat.posed(0 * pose).vertices, atol=1e-6)
    pose[0, SMPL_24.index("head")] = [0.3, 0.5, 0]
    turned, still = hat.posed(pose, BETAS).vertices[0], hat.posed(0 * pose, BETAS).vertices[0]
    between = np.linalg.norm(turned[:, None] - turned[None], axis=2)
    np.testing.assert_allclose(between, np.linalg.norm(still[:, None] - still[None], axis=2), atol=1e-5)
    assert np.abs(turned - still).max() > 0.05


def test_loose_cloth_smooths_what_differs_between_bodies() -> None:
    cut_for, body = load_body(), load_body(gender="female")
    chest = np.flatnonzero(body.face_parts == SMPL_24.index("spine3"))
    used, numbered = np.unique(body.faces[chest], return_inverse=True)
    faces = numbered.reshape(-1, 3).astype(np.int32)
    binding = bind(cut_for.template[used].astype(float), cut_for, chest)
    tight, loose = (
        fitted(binding, body, faces, "top", loose=(cut_for, times)).template - cut_for.template[used]
        for times in (0, 20)
    )

    def roughness(change: np.ndarray) -> float:
        return float(np.linalg.norm(change[faces[:, 0]] - change[faces[:, 1]], axis=1).mean())

    assert roughness(loose) < 0.8 * roughness(tight)
    np.testing.assert_allclose(loose.mean(0), tight.mean(0), atol=0.005)
