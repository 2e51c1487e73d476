"""A thing to wear or a skin, as it is stored: geometry bound to the open body, a texture, its source and terms."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from synth.body.body import Body
from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.core.npz import read_npz, write_npz
from synth.wardrobe.binding import Binding, fitted

# from the skin outward: what is on a higher layer hides what lies under it on lower ones
LAYERS = {"hair": 1, "beard": 1, "eyebrows": 1, "eyes": 1, "shoes": 1, "suit": 2, "trousers": 2, "top": 3, "gloves": 3,
          "over": 4, "jacket": 4, "hat": 5, "face": 5, "ears": 6}  # fmt: skip
SLOTS = ("skin", *LAYERS)
_REMEDY = "remove it, or add it again with `posemill assets add`"
_QUALITY = 88


@dataclass(frozen=True, eq=False)
class Item:
    """What is worn, or a skin (without geometry).

    slot: one of `SLOTS`. licence, source, author: its terms and origin. binding and rigid: as `binding` takes them;
    faces (F, 3), uv (U, 2) and face_uv (F, 3) of the garment; hides (F_body,) the faces of the open body that are under
    it; texture (h, w, 3) uint8 sRGB. tints: whether its texture is grey, to be coloured. loose: how many times it is
    smoothed over the relief of the body that wears it.
    """

    name: str
    slot: str
    licence: str
    source: str
    author: str
    texture: NDArray[np.uint8]
    tints: bool = False
    binding: Binding | None = None
    rigid: str | None = None
    faces: NDArray[np.int32] | None = None
    uv: NDArray[np.float32] | None = None
    face_uv: NDArray[np.int32] | None = None
    hides: NDArray[np.bool_] | None = None
    loose: int = 0

    @property
    def layer(self) -> int:
        """How far out it is worn; the skin is 0."""
        return LAYERS.get(self.slot, 0)


@lru_cache(maxsize=256)
def worn(item: Item, gender: str) -> Body:
    """The item's geometry on the open body of a gender. Raises ValueError for a skin."""
    if item.binding is None or item.faces is None:
        raise ValueError(f"{item.name} has no geometry")
    body = load_body(gender=gender)
    return fitted(item.binding, body, item.faces, item.name, item.rigid, (load_body(), item.loose))


def write_item(path: Path, item: Item) -> None:
    """Store an item as .npz; the same item gives the same bytes."""
    about = {name: np.array(getattr(item, name)) for name in ("slot", "licence", "source", "author", "tints")}
    arrays: dict[str, NDArray[Any]] = {**about, "texture": _encoded(item.texture)}
    if item.binding is not None:
        assert item.faces is not None
        assert item.uv is not None
        assert item.face_uv is not None
        assert item.hides is not None
        arrays |= {
            "triangles": item.binding.triangles.astype(np.uint16),
            "shares": np.rint(item.binding.shares * 255).astype(np.uint8),
            "offsets": item.binding.offsets.astype(np.float16),
            "rigid": np.array(item.rigid or ""),
            "faces": item.faces.astype(np.uint16),
            "uv": item.uv.astype(np.float16),
            "face_uv": item.face_uv.astype(np.uint16),
            "hides": np.packbits(item.hides),
            "body_faces": np.array(len(item.hides)),
            "loose": np.array(item.loose),
        }
    write_npz(path, arrays)


def read_item(path: Path) -> Item:
    """An item of a file. Raises InputError for one that is not an item, and for one without a licence."""
    stored = read_npz(path, remedy=_REMEDY)
    missing = {"slot", "licence", "source", "author", "tints", "texture"} - stored.keys()
    if missing:
        raise InputError(
            f"is not an item of a wardrobe: it has no '{min(missing)}'", where=str(path), remedy=_REMEDY
        )
    slot, licence = str(stored["slot"]), str(stored["licence"]).strip()
    if slot not in SLOTS:
        raise InputError(f"its slot '{slot}' is unknown", where=str(path), remedy=f"use {', '.join(SLOTS)}")
    if not licence:
        raise InputError("states no licence", where=str(path), remedy="add it again with --licence")
    geometry: dict[str, Any] = {}
    if "triangles" in stored:
        shares = stored["shares"].astype(np.float64)
        geometry = {
            "binding": Binding(
                stored["triangles"].astype(np.int64),
                shares / np.maximum(shares.sum(1, keepdims=True), 1.0),
                stored["offsets"].astype(np.float64),
            ),
            "rigid": str(stored["rigid"]) or None,
            "faces": stored["faces"].astype(np.int32),
            "uv": stored["uv"].astype(np.float32),
            "face_uv": stored["face_uv"].astype(np.int32),
            "hides": np.unpackbits(stored["hides"], count=int(stored["body_faces"])).astype(bool),
            "loose": int(stored["loose"]) if "loose" in stored else 0,
        }
    return Item(
        path.name.removesuffix(".npz"), slot, licence, str(stored["source"]), str(stored["author"]),
        _decoded(stored["texture"], path), bool(stored["tints"]), **geometry,
    )  # fmt: skip


def _encoded(texture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    content = io.BytesIO()
    Image.fromarray(texture).save(content, "JPEG", quality=_QUALITY, subsampling=0)
    return np.frombuffer(content.getvalue(), np.uint8)


def _decoded(content: NDArray[np.uint8], path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(content.tobytes()), formats=["JPEG"]) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError) as error:
        raise InputError(f"its texture is damaged ({error})", where=str(path), remedy=_REMEDY) from error
