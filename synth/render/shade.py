"""From the visibility buffer to pictures: depth, normals, labels and plain shading of the faces seen.

Each covered pixel's ray is met with the plane of its face (Olano and Greer 1997, 'Triangle scan conversion
using 2D homogeneous coordinates'), which gives exact, perspective-correct barycentrics whether or not the
face was clipped, cut or bent on its way to the screen. Lambert's law with one light, and an ambient share
that comes more from above than from below.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.scene.light import Light

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

FROM_BELOW = 0.55  # the share of the ambient light that comes off the floor, of what comes from above


def light_row(light: Light, rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    """(10,) float64 for the kernels: direction and up in the camera frame, colour x intensity, ambient."""
    direction, up = rotation @ light.direction, rotation[:, 2]
    return np.concatenate([direction, up, light.colour * light.intensity, [light.ambient]])


@njit(cache=True, nogil=True, error_model="numpy")
def vertex_normals(points: Floats, faces: Ints, normals: Floats) -> None:
    """Unit normals (V, 3) of camera points (V, 3): the mean of the faces around, weighted by their area."""
    normals[:] = 0
    for i in range(faces.shape[0]):
        a, b, c = faces[i, 0], faces[i, 1], faces[i, 2]
        px, py, pz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
        qx, qy, qz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        nx, ny, nz = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
        for v in (a, b, c):
            normals[v, 0] += nx
            normals[v, 1] += ny
            normals[v, 2] += nz
    for v in range(normals.shape[0]):
        x, y, z = normals[v, 0], normals[v, 1], normals[v, 2]
        length = np.sqrt(x * x + y * y + z * z)
        if length > 0:
            normals[v, 0], normals[v, 1], normals[v, 2] = x / length, y / length, z / length


@njit(cache=True, nogil=True, error_model="numpy")
def _meet(
    ray_x: float, ray_y: float, points: Floats, a: int, b: int, c: int
) -> tuple[float, float, float, bool]:
    """Barycentrics of the point where the ray (ray_x, ray_y, 1) meets the face of three of the camera points,
    and whether it comes from behind."""
    ax, ay, az = np.float64(points[a, 0]), np.float64(points[a, 1]), np.float64(points[a, 2])
    bx, by, bz = np.float64(points[b, 0]), np.float64(points[b, 1]), np.float64(points[b, 2])
    cx, cy, cz = np.float64(points[c, 0]), np.float64(points[c, 1]), np.float64(points[c, 2])
    wa = ray_x * (by * cz - bz * cy) + ray_y * (bz * cx - bx * cz) + (bx * cy - by * cx)
    wb = ray_x * (cy * az - cz * ay) + ray_y * (cz * ax - cx * az) + (cx * ay - cy * ax)
    wc = ray_x * (ay * bz - az * by) + ray_y * (az * bx - ax * bz) + (ax * by - ay * bx)
    along = wa + wb + wc  # the ray's component along the face's normal
    sign, nothing = 1.0 if along > 0 else -1.0, np.float64(0)
    # a vertex is snapped before it is rasterized, so the ray may pass a hair outside the face
    wa, wb, wc = max(sign * wa, nothing), max(sign * wb, nothing), max(sign * wc, nothing)
    total = wa + wb + wc
    if total <= 0:
        return 1 / 3, 1 / 3, 1 / 3, False
    scale = 1 / total
    return wa * scale, wb * scale, wc * scale, bool(along > 0)


@njit(cache=True, nogil=True, error_model="numpy")
def _texel(texture: Bytes, u: float, v: float, channel: int) -> float:
    """A channel of the texture at (u, v), bilinear, repeated beyond its edges; 0..255."""
    rows, columns = texture.shape[0], texture.shape[1]
    x, y = u * columns - 0.5, (1 - v) * rows - 0.5
    left, top = np.floor(x), np.floor(y)
    fx, fy = x - left, y - top
    c0, r0 = int(left) % columns, int(top) % rows
    c1, r1 = (c0 + 1) % columns, (r0 + 1) % rows
    upper = (1 - fx) * texture[r0, c0, channel] + fx * texture[r0, c1, channel]
    lower = (1 - fx) * texture[r1, c0, channel] + fx * texture[r1, c1, channel]
    return (1 - fy) * upper + fy * lower


@njit(cache=True, nogil=True, error_model="numpy")
def surfaces(
    owner: Ints,
    first: int,
    box: NDArray[np.int64],
    rays: Floats,
    faces: Ints,
    points: Floats,
    normals: Floats,
    double_sided: bool,
    instance: int,
    parts: Bytes,
    zones: Bytes,
    palette: Floats,
    texture: Bytes,
    uv: Floats,
    face_uv: Ints,
    light: NDArray[np.float64],
    image: Bytes,
    instances: Bytes,
    part: Bytes,
    depth: Floats,
    normal: Floats,
) -> None:
    """Fill in the pixels of `box` that see one mesh, whose faces the owner (H, W) numbers from `first`.

    normals (V, 3) are the vertices', or (0, 3) for flat faces; parts and zones (F,) or (0,); texture
    (0, 0, 3) for none. The five outputs are those of `Rendering`.
    """
    last = first + faces.shape[0]
    smooth, textured = normals.shape[0] > 0, texture.shape[0] > 0
    for row in range(box[2], box[3] + 1):
        for column in range(box[0], box[1] + 1):
            if owner[row, column] < first or owner[row, column] >= last:
                continue
            face = owner[row, column] - first
            a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
            rx, ry = np.float64(rays[row, column, 0]), np.float64(rays[row, column, 1])
            wa, wb, wc, behind = _meet(rx, ry, points, a, b, c)
            z = wa * points[a, 2] + wb * points[b, 2] + wc * points[c, 2]
            if smooth:
                nx = wa * normals[a, 0] + wb * normals[b, 0] + wc * normals[c, 0]
                ny = wa * normals[a, 1] + wb * normals[b, 1] + wc * normals[c, 1]
                nz = wa * normals[a, 2] + wb * normals[b, 2] + wc * normals[c, 2]
            else:
                px = np.float64(points[b, 0] - points[a, 0])
                py = np.float64(points[b, 1] - points[a, 1])
                pz = np.float64(points[b, 2] - points[a, 2])
                qx = np.float64(points[c, 0] - points[a, 0])
                qy = np.float64(points[c, 1] - points[a, 1])
                qz = np.float64(points[c, 2] - points[a, 2])
                nx, ny, nz = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
            length = np.sqrt(nx * nx + ny * ny + nz * nz)
            scale = 1 / length if length > 0 else 0.0
            if double_sided and behind:
                scale = -scale
            nx, ny, nz = nx * scale, ny * scale, nz * scale
            lit = max(nx * light[0] + ny * light[1] + nz * light[2], 0.0)
            sky = 0.5 + 0.5 * (nx * light[3] + ny * light[4] + nz * light[5])
            ambient = light[9] * (FROM_BELOW + (1 - FROM_BELOW) * sky)
            zone = zones[face] if zones.shape[0] > 0 else 0
            for channel in range(3):
                albedo = 255.0 * palette[zone, channel]
                if textured:
                    ua, ub, uc = face_uv[face, 0], face_uv[face, 1], face_uv[face, 2]
                    u = wa * uv[ua, 0] + wb * uv[ub, 0] + wc * uv[uc, 0]
                    v = wa * uv[ua, 1] + wb * uv[ub, 1] + wc * uv[uc, 1]
                    albedo = _texel(texture, u, v, channel) * palette[zone, channel]
                shade = albedo * (ambient + lit * light[6 + channel])
                image[row, column, channel] = np.uint8(min(shade + 0.5, 255.0))
            instances[row, column] = instance
            if parts.shape[0] > 0:
                part[row, column] = parts[face] + 1
            depth[row, column] = z
            normal[row, column, 0], normal[row, column, 1], normal[row, column, 2] = nx, ny, nz


@njit(cache=True, nogil=True, error_model="numpy")
def shrink(fine: Bytes, out: Bytes) -> None:
    """The mean of each block of pixels of `fine` (n H, n W, 3), rounded, into `out` (H, W, 3)."""
    n = fine.shape[0] // out.shape[0]
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            for channel in range(3):
                total = n * n // 2
                for i in range(n):
                    for j in range(n):
                        total += fine[n * row + i, n * column + j, channel]
                out[row, column, channel] = total // (n * n)
