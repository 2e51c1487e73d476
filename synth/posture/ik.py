"""Full-body inverse kinematics: damped Gauss-Newton over joint angles, one pose after another.

What is wanted of a pose are rows of residuals: points of the body at places, directions of it along others, the centre
of mass over the support, no sphere of the body inside a solid or another sphere, and angles near those of a reference.
Limits of joints hold exactly: a step ends at them, and an angle at its limit is left out while it pushes further
(Bertsekas, 'Projected Newton methods', SIAM J. Control Optim. 20, 1982).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24
from synth.posture.bounded import bounded_step
from synth.posture.chain import (
    MOVED_BY,
    MOVED_FIRST,
    TURN_DOF,
    TURN_JOINT,
    TURNS,
    N,
    forward,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_LEFT, _RIGHT = SMPL_24.index("left_hand"), SMPL_24.index("right_hand")
_MOST_STEP = 0.35  # radians, or metres, of one iteration
_TOUCH = 120.0  # per metre that spheres are inside something
_BALANCE = 80.0  # per metre that the centre of mass is off the support
SKIN = 0.006  # metres that the skin is, at most places, outside of its spheres
_UNSETTLED = 0.6  # sum of squares, such as of something 7 mm inside, from which a frame takes more iterations
_BOUND = 8.0  # per radian that the trunk is beyond what the page allows


class Problem(NamedTuple):
    """What does not change over a clip.

    offsets (24, 3) of joints from their parents; low, high (N,); mass (24,) share of the joints in the centre of mass.
    Point p is on joint point_joint (P,) at point_offset (P, 3) from it at rest; direction d is aim_vector (D, 3) of
    joint aim_joint (D,). sums (K, 2): pairs of angles whose sum is bounded. Spheres: ball_joint (S,), ball_offset
    (S, 3), ball_radius (S,). Solids as `props.pieces.Boxes`: centre (B, 3), axes (B, 3, 3), half (B, 3), round (B,);
    the last one is the load in both hands. meets (S, B): what may not be in what; pairs (K2, 2) of spheres that may not
    meet.
    """

    offsets: Floats
    low: Floats
    high: Floats
    mass: Floats
    point_joint: Ints
    point_offset: Floats
    aim_joint: Ints
    aim_vector: Floats
    sums: Ints
    ball_joint: Ints
    ball_offset: Floats
    ball_radius: Floats
    centre: Floats
    axes: Floats
    half: Floats
    round: NDArray[np.bool_]
    meets: NDArray[np.bool_]
    pairs: Ints


class Wanted(NamedTuple):
    """What is wanted of T poses.

    point (T, P, 3) and its weight (T, P, 3) per metre; aim (T, D, 3) unit vectors and weight (T, D); edge (T, H, 3):
    the support is where edge[:2] . xy <= edge[2]; middle (T, 3): where the centre of mass is drawn to, and how much;
    load (T, 2) kilograms in the hands as share of the body's mass; sum_low, sum_high (T, K); reference, cost (T, N);
    there (T, B): which solids are there; the last, the load in both hands, while it is carried.
    """

    point: Floats
    point_weight: Floats
    aim: Floats
    aim_weight: Floats
    edge: Floats
    middle: Floats
    load: Floats
    sum_low: Floats
    sum_high: Floats
    reference: Floats
    cost: Floats
    there: NDArray[np.bool_]


@njit(cache=True, nogil=True)
def _add(H, g, row, r):  # type: ignore[no-untyped-def]
    """One residual r with its weighted row (N,); the row is cleared. g's last entry sums up the squares."""
    n = row.shape[0]
    g[n] += r * r
    for i in range(n):
        v = row[i]
        if v != 0.0:
            g[i] += v * r
            for k in range(i, n):
                H[i, k] += v * row[k]
    row[:] = 0.0


@njit(cache=True, nogil=True)
def _move(row, joint, px, py, pz, nx, ny, nz, place, axes):  # type: ignore[no-untyped-def]
    """Adds to row how far a point of a joint moves along n with each angle."""
    row[0] += nx
    row[1] += ny
    row[2] += nz
    for i in range(MOVED_FIRST[joint], MOVED_FIRST[joint + 1]):
        e = MOVED_BY[i]
        o = TURN_JOINT[e]
        x, y, z = px - place[o, 0], py - place[o, 1], pz - place[o, 2]
        ax, ay, az = axes[e, 0], axes[e, 1], axes[e, 2]
        row[TURN_DOF[e]] += nx * (ay * z - az * y) + ny * (az * x - ax * z) + nz * (ax * y - ay * x)


@njit(cache=True, nogil=True)
def signed(p, x, y, z, b, out):  # type: ignore[no-untyped-def]
    """How far a point is outside solid b (negative inside), metres; writes the way out (3,)."""
    dx, dy, dz = x - p.centre[b, 0], y - p.centre[b, 1], z - p.centre[b, 2]
    A = p.axes[b]
    u = A[0, 0] * dx + A[1, 0] * dy + A[2, 0] * dz
    v = A[0, 1] * dx + A[1, 1] * dy + A[2, 1] * dz
    w = A[0, 2] * dx + A[1, 2] * dy + A[2, 2] * dz
    if p.round[b]:
        radial = np.sqrt(u * u + v * v) + 1e-12
        a, c = radial - p.half[b, 0], abs(w) - p.half[b, 2]
        su, sv, sw = u / radial, v / radial, 1.0 if w >= 0 else -1.0
        if a > 0 and c > 0:
            d = np.sqrt(a * a + c * c)
            lu, lv, lw = su * a / d, sv * a / d, sw * c / d
        elif a > c:
            d, lu, lv, lw = a, su, sv, 0.0
        else:
            d, lu, lv, lw = c, 0.0, 0.0, sw
    else:
        a, c, e = abs(u) - p.half[b, 0], abs(v) - p.half[b, 1], abs(w) - p.half[b, 2]
        su, sv, sw = 1.0 if u >= 0 else -1.0, 1.0 if v >= 0 else -1.0, 1.0 if w >= 0 else -1.0
        if a > 0 or c > 0 or e > 0:
            a, c, e = max(a, 0.0), max(c, 0.0), max(e, 0.0)
            d = np.sqrt(a * a + c * c + e * e)
            lu, lv, lw = su * a / d, sv * c / d, sw * e / d
        elif a >= c and a >= e:
            d, lu, lv, lw = a, su, 0.0, 0.0
        elif c >= e:
            d, lu, lv, lw = c, 0.0, sv, 0.0
        else:
            d, lu, lv, lw = e, 0.0, 0.0, sw
    for r in range(3):
        out[r] = A[r, 0] * lu + A[r, 1] * lv + A[r, 2] * lw
    return d


@njit(cache=True, nogil=True)
def hold_load(p, place):  # type: ignore[no-untyped-def]
    """Puts the last solid, the load in both hands, where they are: as `placement.frame_of` does."""
    b = p.centre.shape[0] - 1
    x = place[_LEFT] - place[_RIGHT]
    x = x / max(1e-9, np.sqrt(np.sum(x**2)))
    y = np.array([-x[1], x[0], 0.0])
    y = y / max(1e-9, np.sqrt(np.sum(y**2)))
    z = np.array([x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]])
    for r in range(3):
        p.centre[b, r] = 0.5 * (place[_LEFT, r] + place[_RIGHT, r])
        p.axes[b, r, 0], p.axes[b, r, 1], p.axes[b, r, 2] = x[r], y[r], z[r]


@njit(cache=True, nogil=True)
def _at(joint, offset, place, turn, out):  # type: ignore[no-untyped-def]
    for r in range(3):
        total = place[joint, r]
        for c in range(3):
            total += turn[joint, r, c] * offset[c]
        out[r] = total


@njit(cache=True, nogil=True)
def _touching(p, there, H, g, row, place, turn, axes, balls, way):  # type: ignore[no-untyped-def]
    """The rows of spheres that are inside solids or each other."""
    solids = p.centre.shape[0]
    if there[solids - 1]:
        hold_load(p, place)
    for s in range(p.ball_joint.shape[0]):
        _at(p.ball_joint[s], p.ball_offset[s], place, turn, balls[s])
        x, y, z = balls[s, 0], balls[s, 1], balls[s, 2]
        for b in range(solids):
            if not (p.meets[s, b] and there[b]):
                continue
            reach = p.half[b, 0] + p.half[b, 1] + p.half[b, 2] + p.ball_radius[s]
            if (
                abs(x - p.centre[b, 0]) > reach
                or abs(y - p.centre[b, 1]) > reach
                or abs(z - p.centre[b, 2]) > reach
            ):
                continue
            depth = p.ball_radius[s] + SKIN - signed(p, x, y, z, b, way)
            if depth > 0.0:
                w = _TOUCH
                _move(row, p.ball_joint[s], x, y, z, -w * way[0], -w * way[1], -w * way[2], place, axes)
                _add(H, g, row, w * depth)
    for k in range(p.pairs.shape[0]):
        a, b = p.pairs[k, 0], p.pairs[k, 1]
        d = balls[a] - balls[b]
        apart = np.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) + 1e-9
        depth = p.ball_radius[a] + p.ball_radius[b] - apart
        if depth > 0.0:
            n = d * (_TOUCH / apart)
            _move(
                row, p.ball_joint[a], balls[a, 0], balls[a, 1], balls[a, 2], -n[0], -n[1], -n[2], place, axes
            )
            _move(row, p.ball_joint[b], balls[b, 0], balls[b, 1], balls[b, 2], n[0], n[1], n[2], place, axes)
            _add(H, g, row, _TOUCH * depth)


@njit(cache=True, nogil=True)
def _balance(p, load, edge, middle, H, g, row, place, axes):  # type: ignore[no-untyped-def]
    """The rows of the centre of mass, with what the hands carry."""
    whole = 1.0 + load[0] + load[1]
    jx, jy = np.zeros(N), np.zeros(N)
    cx, cy = 0.0, 0.0
    for j in range(24):
        m = p.mass[j]
        if j == _LEFT:
            m += load[0]
        elif j == _RIGHT:
            m += load[1]
        if m == 0.0:
            continue
        m /= whole
        x, y, z = place[j, 0], place[j, 1], place[j, 2]
        cx += m * x
        cy += m * y
        _move(jx, j, x, y, z, m, 0.0, 0.0, place, axes)
        _move(jy, j, x, y, z, 0.0, m, 0.0, place, axes)
    w = middle[2]
    if w > 0.0:
        row[:] = w * jx
        _add(H, g, row, w * (cx - middle[0]))
        row[:] = w * jy
        _add(H, g, row, w * (cy - middle[1]))
    for h in range(edge.shape[0]):
        over = edge[h, 0] * cx + edge[h, 1] * cy - edge[h, 2]
        if over > 0.0:
            row[:] = _BALANCE * (edge[h, 0] * jx + edge[h, 1] * jy)
            _add(H, g, row, _BALANCE * over)


@njit(cache=True, nogil=True)
def _wants(p, w, t, q, H, g, row, place, turn, axes):  # type: ignore[no-untyped-def]
    """The rows of points, directions, bounded sums and the reference."""
    spot = np.empty(3)
    for i in range(p.point_joint.shape[0]):
        if (
            w.point_weight[t, i, 0] == 0.0
            and w.point_weight[t, i, 1] == 0.0
            and w.point_weight[t, i, 2] == 0.0
        ):
            continue
        joint = p.point_joint[i]
        _at(joint, p.point_offset[i], place, turn, spot)
        for c in range(3):
            weight = w.point_weight[t, i, c]
            if weight > 0.0:
                nx, ny, nz = weight * (c == 0), weight * (c == 1), weight * (c == 2)
                _move(row, joint, spot[0], spot[1], spot[2], nx, ny, nz, place, axes)
                _add(H, g, row, weight * (spot[c] - w.point[t, i, c]))
    for d in range(p.aim_joint.shape[0]):
        weight = w.aim_weight[t, d]
        if weight == 0.0:
            continue
        joint = p.aim_joint[d]
        for r in range(3):
            spot[r] = 0.0
            for c in range(3):
                spot[r] += turn[joint, r, c] * p.aim_vector[d, c]
        for c in range(3):
            for i in range(MOVED_FIRST[joint], MOVED_FIRST[joint + 1]):
                e = MOVED_BY[i]
                a, b = (c + 1) % 3, (c + 2) % 3
                row[TURN_DOF[e]] += weight * (axes[e, a] * spot[b] - axes[e, b] * spot[a])
            _add(H, g, row, weight * (spot[c] - w.aim[t, d, c]))
    for k in range(p.sums.shape[0]):
        total = q[p.sums[k, 0]] + q[p.sums[k, 1]]
        off = max(0.0, total - w.sum_high[t, k]) + min(0.0, total - w.sum_low[t, k])
        if off != 0.0:
            row[p.sums[k, 0]] = row[p.sums[k, 1]] = _BOUND
            _add(H, g, row, _BOUND * off)
    for i in range(N):
        c = w.cost[t, i]
        H[i, i] += c * c + 1e-5
        g[i] += c * c * (q[i] - w.reference[t, i])
        g[N] += (c * (q[i] - w.reference[t, i])) ** 2


@njit(cache=True, nogil=True)
def _rows(p, w, t, x, H, g, row, place, turn, axes, balls, way):  # type: ignore[no-untyped-def]
    """All rows of a pose x (N,) of the problem: H, and g with the sum of squares at its end."""
    forward(x, p.offsets, place, turn, axes)
    H[:] = 0.0
    g[:] = 0.0
    _wants(p, w, t, x, H, g, row, place, turn, axes)
    _balance(p, w.load[t], w.edge[t], w.middle[t], H, g, row, place, axes)
    _touching(p, w.there[t], H, g, row, place, turn, axes, balls, way)


@njit(cache=True, nogil=True)
def solve(q, p, w, first, last, iterations):  # type: ignore[no-untyped-def]
    """Solves poses first to last - 1 of what is wanted in place, each from where q (T, N) has it.

    Levenberg and Marquardt's rule: a step that makes it worse is taken back and damped. Returns the sum of squares of
    the last pose.
    """
    place, turn, axes = np.empty((24, 3)), np.empty((24, 3, 3)), np.empty((TURNS, 3))
    H, g, row, step = np.empty((N, N)), np.empty(N + 1), np.zeros(N), np.empty(N)
    H2, g2, x2, L, rhs = np.empty((N, N)), np.empty(N + 1), np.empty(N), np.empty((N, N)), np.empty(N)
    free, balls, way = np.empty(N, np.bool_), np.empty((p.ball_joint.shape[0], 3)), np.empty(3)
    cost = 0.0
    for t in range(first, last):
        x = q[t]
        for i in range(N):
            x[i] = min(max(x[i], p.low[i]), p.high[i])
        _rows(p, w, t, x, H, g, row, place, turn, axes, balls, way)
        cost, damp = g[N], 1e-3
        for _ in range(iterations):
            bounded_step(H, g, damp, x, p.low, p.high, free, L, rhs, step)
            most = 0.0
            for i in range(N):
                most = max(most, abs(step[i]))
            scale = min(1.0, _MOST_STEP / max(most, 1e-12))
            for i in range(N):
                x2[i] = min(max(x[i] + scale * step[i], p.low[i]), p.high[i])
            _rows(p, w, t, x2, H2, g2, row, place, turn, axes, balls, way)
            if g2[N] <= cost:
                better = cost - g2[N]
                H, H2 = H2, H
                g, g2 = g2, g
                x[:] = x2
                cost, damp = g[N], max(1e-5, 0.2 * damp)
                if most < 1e-3 or better < 1e-5 * cost + 1e-9:
                    break
            else:
                damp = 10.0 * damp
                if damp > 1e4 or most < 1e-5:
                    break
    return cost


@njit(cache=True, nogil=True)
def follow(q, p, w, first, last, iterations):  # type: ignore[no-untyped-def]
    """Solves poses one after another, each from the one before moved on as the reference moves."""
    for t in range(first, last):
        if t > first:
            for i in range(N):
                q[t, i] = q[t - 1, i] + w.reference[t, i] - w.reference[t - 1, i]
        settle(q, p, w, t, t + 1, iterations)


@njit(cache=True, nogil=True)
def settle(q, p, w, first, last, iterations):  # type: ignore[no-untyped-def]
    """Solves poses each from where it is, those that are unsettled by then further."""
    for t in range(first, last):
        if solve(q, p, w, t, t + 1, iterations) > _UNSETTLED:
            solve(q, p, w, t, t + 1, 5 * iterations)
