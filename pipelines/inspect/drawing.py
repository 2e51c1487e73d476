"""Drawing one sample: its picture or, for a sample without pixels, its props and floor; then its joints.

Everything comes from the stored labels, so that what looks wrong is wrong. Tiles are drawn at twice their size
and reduced, for smooth lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from synth.body.skeleton import BONES, COCO_17, SMPL_24, SMPL_PARENTS
from synth.core.colours import LEFT, MIDDLE, RIGHT, Colour
from synth.scene.camera import Camera
from synth.scene.props.kinds import Prop
from synth.scene.visibility import COCO_ROWS, Visibility

BEHIND_PROP = (230, 30, 60)
_DARK = (25, 28, 33)
_SMOOTH = 2  # tiles are drawn this many times their size
_NEAR = 0.1  # metres: what is closer to the camera's plane is not drawn
Row = dict[str, NDArray[Any]]
Canvas = Image.Image
# distinct colours for the 24 body parts; neighbours differ
_PART_COLOURS = np.array(
    [(0, 0, 0)]
    + [tuple(int(60 + 195 * ((k * 0.61803 + s) % 1.0)) for s in (0.0, 0.37, 0.71)) for k in range(24)],
    np.uint8,
)
_INSTANCE_COLOURS = np.array(
    [(20, 22, 26), (240, 190, 150), (90, 170, 250), (250, 210, 80), (120, 220, 130), (220, 120, 220)],
    np.uint8,
)


def tile_size(row: Row, width: int) -> tuple[int, int]:
    """Width and height of the tile of a sample."""
    w, h = (int(v) for v in row["image_size"])
    return width, round(width * h / w)


def draw_tile(row: Row, props: tuple[Prop, ...], width: int, background: Canvas | None = None) -> Canvas:
    """The tile of a sample: its picture, or floor and props where it has none, with its joints over it.

    row: the sample's labels. background: drawn under the joints in place of either.
    """
    small = tile_size(row, width)
    canvas, scale = _under_joints(row, props, small, background)
    _draw_joints(canvas, row, scale)
    return canvas.resize(small, Image.Resampling.LANCZOS)


def draw_backdrop(row: Row, props: tuple[Prop, ...], width: int) -> Canvas:
    """A tile without joints: for a sample without pixels its floor and props, and its body as grey limbs."""
    small = tile_size(row, width)
    return _under_joints(row, props, small, None)[0].resize(small, Image.Resampling.LANCZOS)


def _under_joints(
    row: Row, props: tuple[Prop, ...], small: tuple[int, int], background: Canvas | None
) -> tuple[Canvas, float]:
    """What a tile shows before its joints, _SMOOTH times as large, and its pixels per pixel of the sample."""
    big = (small[0] * _SMOOTH, small[1] * _SMOOTH)
    scale = big[0] / float(row["image_size"][0])
    if background is not None:
        canvas = background.resize(big)
    elif "image" in row:
        canvas = decode(row).resize(big, Image.Resampling.BICUBIC)
    else:
        canvas = Image.new("RGB", big, (236, 238, 241))
        _draw_floor(canvas, row, scale)
        hiding = set(row["hidden_by"].tolist())
        _draw_props(canvas, row, props, scale, lambda place: place not in hiding)
        _draw_body(canvas, row, scale)
        _draw_props(canvas, row, props, scale, lambda place: place in hiding)
    return canvas, scale


def decode(row: Row) -> Canvas:
    """A sample's JPEG."""
    import simplejpeg

    return Image.fromarray(simplejpeg.decode_jpeg(bytes(row["image"])))


def layers(row: Row, width: int) -> list[tuple[str, Canvas]]:
    """The pictures of every pixel label that a sample has, with their names."""
    makers: dict[str, Callable[[NDArray[Any]], NDArray[np.uint8]]] = {
        "instance": lambda values: _INSTANCE_COLOURS[np.minimum(values, 5)],
        "part": lambda values: _PART_COLOURS[values],
        "depth": _depth_colours,
        "normal": lambda values: (
            (values.astype(np.int16) + 127) * (values != 0).any(-1, keepdims=True)
        ).astype(np.uint8),
    }
    size = tile_size(row, width)
    shown = [("image", decode(row).resize(size, Image.Resampling.LANCZOS))] if "image" in row else []
    for name, make in makers.items():
        if name in row:
            picture = Image.fromarray(np.ascontiguousarray(make(row[name])))
            shown.append((name, picture.resize(size, Image.Resampling.BILINEAR)))
    return shown


def _depth_colours(depth: NDArray[Any]) -> NDArray[np.uint8]:
    """Near is bright; the range is that of the picture."""
    there = depth > 0
    if not there.any():
        return np.zeros((*depth.shape, 3), np.uint8)
    low, high = np.percentile(depth[there], [1, 99])
    near = 1.0 - ((depth - low) / max(high - low, 1.0)).clip(0, 1)
    grey = np.stack([40 + 215 * near, 30 + 190 * near**1.5, 80 + 90 * near], axis=-1)
    return (grey * there[..., None]).astype(np.uint8)


def _camera(row: Row) -> Camera:
    width, height = (int(v) for v in row["image_size"])
    names = ("intrinsics", "rotation", "translation")
    k, rotation, translation = (row[name].astype(np.float64) for name in names)
    return Camera(k, rotation, translation, width, height, row["distortion"].astype(np.float64))


def _draw_floor(canvas: Canvas, row: Row, scale: float) -> None:
    """Lines of the floor every half metre, two metres around the person."""
    draw, camera = ImageDraw.Draw(canvas), _camera(row)
    middle = np.round(row["joints_world"][0, :2] * 2) / 2
    along = np.linspace(-2, 2, 33)
    for offset in np.linspace(-2, 2, 9):
        for axis in (0, 1):
            line = np.zeros((len(along), 3))
            line[:, axis], line[:, 1 - axis] = middle[axis] + along, middle[1 - axis] + offset
            points, depth = camera.project(line)
            for a in np.flatnonzero((depth[:-1] > _NEAR) & (depth[1:] > _NEAR)):
                draw.line([*_xy(points[a] * scale), *_xy(points[a + 1] * scale)], (212, 216, 222), _SMOOTH)


def _draw_props(
    canvas: Canvas, row: Row, props: tuple[Prop, ...], scale: float, wanted: Callable[[int], bool]
) -> None:
    """Faces from far to near, flat and a little see-through, with the edges where they meet at an angle."""
    camera, polygons, lines = _camera(row), [], []
    for place, number in enumerate(row["prop"]):
        if number < 0 or not wanted(place):
            continue
        prop = props[int(number)]
        world = prop.vertices @ row["prop_rotation"][place].T + row["prop_translation"][place]
        points, depth = camera.project(world)
        normals = _normals(world, prop.faces)
        facing = np.einsum("fi,fi->f", normals, world[prop.faces[:, 0]] - camera.position) < 0
        for face in np.flatnonzero((depth[prop.faces] > _NEAR).all(1) & facing):
            corners = prop.faces[face]
            bright = 0.72 + 0.28 * abs(normals[face] @ (0.3, 0.5, 0.81))
            colour = 255 * (0.45 + 0.55 * prop.palette[prop.face_zones[face]]) * bright
            polygons.append((depth[corners].mean(), points[corners] * scale, _colour(colour)))
        lines += [points[[a, b]] * scale for a, b in _edges(prop.faces, normals, facing, depth)]
    over = canvas.copy()
    draw = ImageDraw.Draw(over)
    for _, corners, colour in sorted(polygons, key=lambda item: -item[0]):
        draw.polygon([_xy(corner) for corner in corners], fill=colour)
    for line in lines:
        draw.line([*_xy(line[0]), *_xy(line[1])], (90, 96, 105), _SMOOTH)
    canvas.paste(Image.blend(canvas, over, 0.8))


def _normals(vertices: NDArray[Any], faces: NDArray[Any]) -> NDArray[np.float64]:
    corners = vertices[faces].astype(np.float64)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _edges(
    faces: NDArray[Any], normals: NDArray[Any], facing: NDArray[Any], depth: NDArray[Any]
) -> list[tuple[int, int]]:
    """The edges in sight along which two faces meet at over 30 degrees."""
    beside: dict[tuple[int, int], list[int]] = {}
    for face, corners in enumerate(faces.tolist()):
        for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
            beside.setdefault((min(a, b), max(a, b)), []).append(face)
    return [
        (a, b)
        for (a, b), both in beside.items()
        if facing[both].any()
        and min(depth[a], depth[b]) > _NEAR
        and (len(both) != 2 or normals[both[0]] @ normals[both[1]] < 0.87)
    ]


def _draw_body(canvas: Canvas, row: Row, scale: float) -> None:
    """SMPL's skeleton as grey limbs, thicker when nearer: the 3D of a sample without pixels."""
    draw = ImageDraw.Draw(canvas)
    points, depth = row["joints_image"] * scale, row["joints_camera"][:, 2]
    focal = float(row["intrinsics"][0, 0]) * scale
    pairs = [(child, int(parent)) for child, parent in enumerate(SMPL_PARENTS) if parent >= 0]
    for child, parent in sorted(pairs, key=lambda pair: -np.nan_to_num(depth[list(pair)]).mean()):
        if not depth[[child, parent]].min() >= _NEAR:  # nor where a joint is not known
            continue
        thick = 0.1 if SMPL_24[child].startswith(("spine", "neck")) else 0.055
        wide = max(2, round(focal * thick / float(depth[[child, parent]].mean())))
        draw.line([*_xy(points[child]), *_xy(points[parent])], (165, 170, 178), wide)
        _dot(draw, points[child], wide / 2, (165, 170, 178))
    head = points[SMPL_24.index("head")]
    if depth[SMPL_24.index("head")] > _NEAR:
        _dot(draw, head, focal * 0.085 / float(depth[SMPL_24.index("head")]), (165, 170, 178))


def _draw_joints(canvas: Canvas, row: Row, scale: float) -> None:
    """COCO's skeleton: full dots are seen, rings hidden by the body itself, crossed rings hidden by a prop."""
    draw = ImageDraw.Draw(canvas)
    points, states = row["joints_image"][COCO_ROWS] * scale, row["visibility"][COCO_ROWS]
    wide = max(2 * _SMOOTH, canvas.width // 110)
    for a, b in BONES:
        ends = [COCO_17.index(a), COCO_17.index(b)]
        if np.isnan(points[ends]).any() or np.abs(points[ends]).max() > 50 * canvas.width:
            continue
        line = [*_xy(points[ends[0]]), *_xy(points[ends[1]])]
        seen = (states[ends] == Visibility.SEEN).all()
        colour = _side(a) if _side(a) == _side(b) else MIDDLE
        if seen:
            draw.line(line, _DARK, wide + 2)
        draw.line(line, colour, wide if seen else max(1, wide // 2))
    for joint, name in enumerate(COCO_17):
        if states[joint] == Visibility.OUTSIDE or np.isnan(points[joint]).any():
            continue
        radius = wide * (0.9 if name[-3:] in ("ose", "eye", "ear") else 1.45)
        draw_joint(draw, points[joint], radius, _side(name), int(states[joint]))


def draw_joint(
    draw: ImageDraw.ImageDraw, at: NDArray[Any], radius: float, colour: Colour, state: int
) -> None:
    """The mark of one joint in one state of visibility."""
    x, y = float(at[0]), float(at[1])
    box = [x - radius, y - radius, x + radius, y + radius]
    thin = max(2, round(radius / 3))
    if state == Visibility.SEEN:
        draw.ellipse(box, fill=colour, outline=_DARK, width=max(1, thin // 2))
    elif state == Visibility.SELF:
        draw.ellipse(box, outline=_DARK, width=thin + 2)
        draw.ellipse(
            [x - radius + 1, y - radius + 1, x + radius - 1, y + radius - 1], outline=colour, width=thin
        )
    else:
        draw.ellipse(box, fill=_DARK, outline=BEHIND_PROP, width=thin)
        reach = radius * 0.5
        draw.line([x - reach, y - reach, x + reach, y + reach], colour, thin)
        draw.line([x - reach, y + reach, x + reach, y - reach], colour, thin)


def _side(name: str) -> Colour:
    return LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE


def _dot(draw: ImageDraw.ImageDraw, at: NDArray[Any], radius: float, colour: Colour) -> None:
    x, y = float(at[0]), float(at[1])
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)


def _xy(point: NDArray[Any]) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _colour(values: NDArray[Any]) -> Colour:
    red, green, blue = (int(v) for v in np.clip(values, 0, 255))
    return red, green, blue
