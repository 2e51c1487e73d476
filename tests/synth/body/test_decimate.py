"""Half-edge collapses on shapes whose result is known."""

from __future__ import annotations

import numpy as np

from synth.body.decimate import decimate


def grid(n: int) -> tuple[np.ndarray, np.ndarray]:
    """A flat square of n x n vertices."""
    x, y = np.meshgrid(np.arange(n), np.arange(n))
    vertices = np.stack([x.ravel(), y.ravel(), np.zeros(n * n)], 1).astype(float)
    corner = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    first = np.stack([corner, corner + 1, corner + n], 1)
    second = np.stack([corner + 1, corner + n + 1, corner + n], 1)
    return vertices, np.concatenate([first, second])


def areas(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.cross(b - a, c - a)[:, 2] / 2


def test_a_flat_square_keeps_its_border_and_area() -> None:
    vertices, faces = grid(9)
    border = (vertices[:, :2] == 0).any(1) | (vertices[:, :2] == 8).any(1)
    left, _ = decimate(vertices, faces, 40, locked=border)
    used = np.unique(left)
    assert len(used) == 40
    assert np.isin(np.flatnonzero(border), used).all()
    assert areas(vertices, left).min() > 0
    assert areas(vertices, left).sum() == 64


def test_labels_follow_their_vertices_and_seams_stay() -> None:
    vertices, faces = grid(9)
    border = (vertices[:, :2] == 0).any(1) | (vertices[:, :2] == 8).any(1)
    right = vertices[faces][..., 0].mean(1) > 4  # two charts that meet at x = 4
    labels = faces + 1000 * right[:, None]
    left, marks = decimate(vertices, faces, 36, locked=border, labels=labels)
    assert (marks % 1000 == left).all()
    for chart in (0, 1):
        of_chart = marks[:, 0] >= 1000 if chart else marks[:, 0] < 1000
        assert ((marks[of_chart] >= 1000) == bool(chart)).all()
        x = vertices[left[of_chart]][..., 0]
        assert x.min() >= 4 if chart else x.max() <= 4
        assert areas(vertices, left[of_chart]).sum() == 32


def test_a_tetrahedron_cannot_lose_a_vertex() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
    left, _ = decimate(vertices, faces, 1)
    assert len(left) == 4
