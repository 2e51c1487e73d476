"""MakeHuman's clothes on the open body: reads `.mhclo` files, and fits them to the body at rest.

A vertex of such clothes is a weighted mean of three vertices of MakeHuman's mesh 'hm08' and an offset from it in
decimetres, scaled by the size of the body (MakeHuman's documentation, 'The mhclo file format'). `base.npz` holds where
that mesh is for the mean open body: as MakeHuman stands, and in the zero pose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from synth.body.body import Body
from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.core.npz import read_npz
from synth.core.text import read_text
from synth.wardrobe.binding import bind
from synth.wardrobe.item import Item

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# whose distances along x, y, z say how large a body is, where the file does not say it itself
SIZE_OF = ((5399, 11998), (791, 881), (962, 5320))
_RIGID = {"hair": "head", "beard": "head", "eyebrows": "head", "hat": "head", "face": "head", "ears": "head"}
_TEXTURE = 512
_OPAQUE = 64  # of 255: faces whose texture is more transparent are left out
_MOST_BYTES = 64 * 1024 * 1024
_NEAR = 0.12  # metres; a skirt is so far off the legs
_EXPORT = "export it again from MakeHuman or MakeClothes"


@dataclass(frozen=True, eq=False)
class Base:
    """MakeHuman's mesh (19158 vertices) on the mean open body.

    rest (V, 3) metres as MakeHuman stands, zero (V, 3) metres in SMPL's zero pose, turn (V, 3, 3) between
    them; of_body (6890,) its vertices that are the body's; size (3,) as of `SIZE_OF`.
    """

    rest: Floats
    zero: Floats
    turn: Floats
    of_body: Ints
    size: Floats


@dataclass(frozen=True, eq=False)
class Clothes:
    """Clothes as a file has them.

    reference (G, 3) vertices of hm08 with weights and offsets (G, 3) decimetres; scale by axis: (vertex,
    vertex, decimetres) or None for the default; quads (F, 4) with uv (U, 2) and quads_uv (F, 4); hidden (V,) vertices
    of hm08 that are under it; texture a picture's path or None.
    """

    name: str
    reference: Ints
    weights: Floats
    offsets: Floats
    scale: dict[int, tuple[int, int, float]] | None
    quads: Ints
    uv: Floats
    quads_uv: Ints
    hidden: NDArray[np.bool_]
    texture: Path | None
    licence: str
    author: str


@lru_cache(maxsize=1)
def base() -> Base:
    """The mesh that ships."""
    with resources.as_file(resources.files("synth") / "assets" / "wardrobe" / "base.npz") as path:
        stored = read_npz(path)
    return Base(
        stored["rest"].astype(np.float64),
        stored["zero"].astype(np.float64),
        Rotation.from_rotvec(stored["turn"].astype(np.float64)).as_matrix(),
        stored["of_body"].astype(np.int64),
        stored["size"].astype(np.float64),
    )


def item_of(clothes: Clothes, slot: str, source: str, tints: bool = False) -> Item:
    """Clothes as an item of a wardrobe, for the open body. Raises InputError where the texture is no picture."""
    points = _points(clothes, base())
    faces, face_uv = _triangles(clothes.quads, clothes.quads_uv)
    texture, alpha = _texture(clothes.texture)
    shown = _alpha_of(faces, face_uv, clothes.uv, alpha) > _OPAQUE
    faces, face_uv = faces[shown], face_uv[shown]
    used, numbered = np.unique(faces, return_inverse=True)
    used_uv, numbered_uv = np.unique(face_uv, return_inverse=True)
    body = load_body()
    under = clothes.hidden[base().of_body]
    return Item(
        clothes.name, slot, clothes.licence, source, clothes.author, texture, tints,
        binding=bind(points[used], body), rigid=_RIGID.get(slot),
        faces=numbered.reshape(-1, 3).astype(np.int32), uv=clothes.uv[used_uv].astype(np.float32),
        face_uv=numbered_uv.reshape(-1, 3).astype(np.int32),
        hides=_under(under[body.faces].all(axis=1), points[used], body),
    )  # fmt: skip


def _under(hidden: Any, points: Floats, body: Body) -> NDArray[np.bool_]:
    """(F,) the hidden faces of the body that the clothes do lie near to: some files delete more."""
    away, _ = cKDTree(points).query(body.template[body.faces].mean(axis=1))
    return np.asarray(hidden & (away < _NEAR))


def _points(clothes: Clothes, on: Base) -> Floats:
    """(G, 3) where the clothes' vertices are on the mean body in its zero pose."""
    offsets = clothes.offsets * 0.1 * _size(clothes, on)
    inner = clothes.weights.clip(0.0)
    shares = inner / np.maximum(inner.sum(1, keepdims=True), 1e-9)
    mean = np.einsum("gk,gkij->gij", shares, on.turn[clothes.reference])
    left, _, right = np.linalg.svd(mean)
    at: Floats = np.einsum("gk,gkd->gd", clothes.weights, on.zero[clothes.reference])
    return at + np.einsum("gij,gj->gi", left @ right, offsets)


def _size(clothes: Clothes, on: Base) -> Floats:
    size = on.size.copy()
    for axis, (one, other, decimetres) in (clothes.scale or {}).items():
        size[axis] = abs(on.rest[one, axis] - on.rest[other, axis]) / (0.1 * decimetres)
    return size


def _triangles(quads: Ints, quads_uv: Ints) -> tuple[Ints, Ints]:
    faces, face_uv = (np.concatenate([q[:, [0, 1, 2]], q[:, [0, 2, 3]]]) for q in (quads, quads_uv))
    real = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
    return faces[real], face_uv[real]


def _texture(path: Path | None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A picture as (h, w, 3) and its alpha (h, w), at most 512 wide; grey where there is none."""
    if path is None:
        return np.full((4, 4, 3), 160, np.uint8), np.full((4, 4), 255, np.uint8)
    try:
        with Image.open(path) as image:
            image.thumbnail((_TEXTURE, _TEXTURE))
            both = np.asarray(image.convert("RGBA"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            f"is not a picture ({error})", where=str(path), remedy="give a PNG or JPEG"
        ) from error
    return np.ascontiguousarray(both[..., :3]), np.ascontiguousarray(both[..., 3])


def _alpha_of(faces: Ints, face_uv: Ints, uv: Floats, alpha: NDArray[np.uint8]) -> Floats:
    """(F,) the mean alpha of each face, at its middle and near its corners."""
    corners = uv[face_uv]
    middle = corners.mean(1, keepdims=True)
    at = np.concatenate([middle, middle + 0.6 * (corners - middle)], 1)
    column = np.floor((at[..., 0] % 1.0) * alpha.shape[1]).astype(int).clip(0, alpha.shape[1] - 1)
    row = np.floor((1.0 - at[..., 1] % 1.0) * alpha.shape[0]).astype(int).clip(0, alpha.shape[0] - 1)
    found: Floats = alpha[row, column].astype(np.float64).mean(1)
    return found


# -- .mhclo


def read_mhclo(path: Path) -> Clothes:
    """Clothes of a `.mhclo` file with the `.obj` and `.mhmat` that it names, which lie beside it.

    Raises InputError, with the file and the line, for one that is not such a file or refers to what is not there.
    """
    fields, rows, hidden = _mhclo_fields(path)
    if not rows:
        raise InputError("lists no vertices ('verts 0')", where=str(path), remedy=_EXPORT)
    reference, weights, offsets = (np.array(column) for column in zip(*rows, strict=True))
    count = len(base().rest)
    strange = reference[(reference >= count) | (reference < 0)]
    if len(strange):
        raise InputError(
            f"refers to vertex {strange[0]} of MakeHuman's mesh, which has {count}",
            where=str(path), remedy="it must be made for the base mesh hm08",
        )  # fmt: skip
    if "obj_file" not in fields:
        raise InputError("names no obj_file", where=str(path), remedy=_EXPORT)
    quads, uv, quads_uv = _read_obj(_beside(path, fields["obj_file"][0]), len(reference))
    texture = None
    if "material" in fields:
        texture = _diffuse(_beside(path, fields["material"][0]))
    scale = {}
    for axis, name in enumerate(("x_scale", "y_scale", "z_scale")):
        if name in fields:
            scale[axis] = _scale(path, name, fields[name], count)
    return Clothes(
        path.stem, reference.astype(np.int64), weights, offsets, scale or None, quads, uv, quads_uv, hidden,
        texture, " ".join(fields.get("license", [])), " ".join(fields.get("author", [])),
    )  # fmt: skip


def _scale(path: Path, name: str, words: list[str], count: int) -> tuple[int, int, float]:
    try:
        one, other, size = int(words[0]), int(words[1]), float(words[2])
    except (ValueError, IndexError):
        one, other, size = -1, -1, 0.0
    if not (0 <= one < count and 0 <= other < count and 0 < size < np.inf):
        raise InputError(
            f"its {name} is not two vertices and a size above 0: '{' '.join(words)}'",
            where=str(path), remedy=_EXPORT,
        )  # fmt: skip
    return one, other, size


def _mhclo_fields(path: Path) -> tuple[dict[str, list[str]], list[Any], NDArray[np.bool_]]:
    fields: dict[str, list[str]] = {}
    rows: list[Any] = []
    hidden = np.zeros(len(base().rest), bool)
    mode = ""
    for number, line in enumerate(read_text(path, most_bytes=_MOST_BYTES).splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if words[0].startswith("#"):
            said = line.lstrip("# ").split()
            if said and said[0].rstrip(":").lower() in ("license", "author"):
                fields[said[0].rstrip(":").lower()] = said[1:]
            continue
        try:
            if words[0] in ("verts", "delete_verts"):
                mode = words[0]
            elif mode == "verts" and words[0].lstrip("-").isdigit():
                rows.append(_vertex(words))
            elif mode == "delete_verts" and words[0].isdigit():
                _delete(words, hidden)
            else:
                mode = ""
                fields[words[0]] = words[1:]
        except (ValueError, IndexError) as error:
            raise InputError(f"cannot be read ({error})", where=f"{path}:{number}", remedy=_EXPORT) from error
    return fields, rows, hidden


def _vertex(words: list[str]) -> tuple[list[int], list[float], list[float]]:
    if len(words) >= 9:
        numbers = [float(word) for word in words[3:9]]
        if not np.isfinite(numbers).all():
            raise ValueError("a number is not finite")
        return [int(word) for word in words[:3]], numbers[:3], numbers[3:]
    return [int(words[0])] * 3, [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]


def _delete(words: list[str], hidden: NDArray[np.bool_]) -> None:
    at = 0
    while at < len(words):
        first = int(words[at])
        if at + 2 < len(words) and words[at + 1] == "-":
            hidden[first : int(words[at + 2]) + 1] = True
            at += 3
        else:
            hidden[first] = True
            at += 1


def _beside(path: Path, name: str) -> Path:
    found = (path.parent / name).resolve()
    if not found.is_relative_to(path.parent.resolve()):
        raise InputError(
            f"names '{name}', outside its folder", where=str(path), remedy="put the files into one folder"
        )
    if not found.is_file():
        raise InputError(
            f"names '{name}', which is not there", where=str(path), remedy="put the file beside it"
        )
    return found


def _read_obj(path: Path, vertices: int) -> tuple[Ints, Floats, Ints]:
    uv: list[list[float]] = []
    quads, quads_uv = [], []
    for number, line in enumerate(read_text(path, most_bytes=_MOST_BYTES).splitlines(), 1):
        words = line.split()
        try:
            if words and words[0] == "vt":
                uv.append([float(words[1]), float(words[2])])
            elif words and words[0] == "f":
                corners = [word.split("/") for word in words[1:]]
                corners = corners if len(corners) == 4 else [*corners, corners[-1]]
                quads.append([int(corner[0]) - 1 for corner in corners[:4]])
                quads_uv.append([int(corner[1]) - 1 for corner in corners[:4]])
        except (ValueError, IndexError) as error:
            raise InputError(
                "is not a face with texture coordinates (f v/vt ...)",
                where=f"{path}:{number}",
                remedy=_EXPORT,
            ) from error
    faces, faces_uv = np.array(quads, np.int64).reshape(-1, 4), np.array(quads_uv, np.int64).reshape(-1, 4)
    if (
        not len(faces)
        or faces.min() < 0
        or faces.max() >= vertices
        or faces_uv.min() < 0
        or faces_uv.max() >= len(uv)
    ):
        raise InputError(
            f"its faces do not fit the {vertices} vertices of the .mhclo", where=str(path), remedy=_EXPORT
        )
    return faces, np.array(uv), faces_uv


def _diffuse(path: Path) -> Path | None:
    for line in read_text(path, most_bytes=_MOST_BYTES).splitlines():
        words = line.split(maxsplit=1)
        if len(words) == 2 and words[0] == "diffuseTexture":
            return _beside(path, words[1].strip())
    return None
