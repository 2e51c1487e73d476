"""Points of the body's surface as weighted means of a few vertices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Array = NDArray[np.float64]

MAX_VERTICES = 8


def convex_weights(vertices: Array, target: Array, directions: Array | None = None) -> tuple[Array, Array]:
    """Which of the vertices (n, 3), and how much of each, make up a point (3,) inside their hull.

    directions (S, n + 1, 3), the vertices' and last the point's own, make the mean follow the point as the
    body changes shape, as far as that can be had. Returns indices and weights, both (`MAX_VERTICES`,),
    none negative, summing to 1, the heaviest first and padded with 0.
    """
    rows = [1e3 * np.ones((1, len(vertices))), 1e2 * vertices.T]
    goals = [1e3 * np.ones(1), 1e2 * target]
    if directions is not None:
        rows.append(directions[:, :-1].transpose(0, 2, 1).reshape(-1, len(vertices)))
        goals.append(directions[:, -1].ravel())
    system, goal = np.concatenate(rows), np.concatenate(goals)
    chosen = np.arange(len(vertices))
    for _ in range(2):  # once with all, once with the heaviest
        weights, _ = nnls(system[:, chosen], goal)
        order = np.argsort(-weights, kind="stable")[:MAX_VERTICES]
        chosen, weights = chosen[order], weights[order]
    indices, values = np.full(MAX_VERTICES, chosen[0]), np.zeros(MAX_VERTICES)
    indices[: len(chosen)], values[: len(chosen)] = chosen, weights / weights.sum()
    return np.where(values > 0, indices, chosen[0]), values
