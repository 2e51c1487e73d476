"""A damped Gauss-Newton step that ends at bounds: the linear part of inverse kinematics."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def bounded_step(H, g, damp, x, low, high, free, L, rhs, step):  # type: ignore[no-untyped-def]
    """Writes the damped step (N,) of H's upper triangle and g, which ends at the limits of x (N,).

    An angle that would go beyond a limit goes to it, and the others are solved again with that.
    """
    n = x.shape[0]
    for i in range(n):
        free[i] = not ((x[i] <= low[i] and g[i] > 0.0) or (x[i] >= high[i] and g[i] < 0.0))
        step[i] = 0.0
    for _ in range(6):
        for i in range(n):
            rhs[i] = -g[i] if free[i] else step[i]
            for k in range(i, n):
                L[i, k] = H[i, k] if free[i] and free[k] else 0.0
            L[i, i] = H[i, i] + damp if free[i] else 1.0
        for i in range(n):
            if not free[i] and step[i] != 0.0:
                for k in range(n):
                    if free[k]:
                        rhs[k] -= (H[i, k] if i < k else H[k, i]) * step[i]
        for i in range(n):
            if not free[i]:
                continue
            d = L[i, i]
            for k in range(i):
                d -= L[k, i] * L[k, i]
            d = np.sqrt(max(d, 1e-12))
            L[i, i] = d
            for j in range(i + 1, n):
                s = L[i, j]
                if free[j]:
                    for k in range(i):
                        s -= L[k, i] * L[k, j]
                    L[i, j] = s / d
        for i in range(n):
            s = rhs[i]
            for k in range(i):
                s -= L[k, i] * rhs[k]
            rhs[i] = s / L[i, i]
        for i in range(n - 1, -1, -1):
            s = rhs[i]
            for k in range(i + 1, n):
                s -= L[i, k] * rhs[k]
            rhs[i] = s / L[i, i]
        crossed = False
        for i in range(n):
            if not free[i]:
                continue
            step[i] = rhs[i]
            beyond = x[i] + step[i] - (high[i] if step[i] > 0.0 else low[i])
            if (step[i] > 0.0 and beyond > 1e-9) or (step[i] < 0.0 and beyond < -1e-9):
                step[i] -= beyond
                free[i] = False
                crossed = True
        if not crossed:
            break
