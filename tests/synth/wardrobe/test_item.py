"""Items: stored and read, refused with a cause and a remedy; what ships has terms and fits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth.body.body import GENDERS
from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.core.npz import read_npz, write_npz
from synth.wardrobe.item import SLOTS, Item, read_item, worn, write_item
from synth.wardrobe.outfit import folder

LICENCES = {"CC0-1.0", "CC-BY-3.0", "CC-BY-4.0"}
SHIPPED = sorted(path for path in folder().glob("*.npz") if path.stem != "base")
# metres off the body; hair, hats, what hangs freely and soles may be farther
FARTHEST = {
    "hair": 0.25, "hat": 0.15, "ears": 0.12, "face": 0.06, "shoes": 0.09, "over": 0.12, "jacket": 0.16, "suit": 0.11,
}  # fmt: skip


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_has_terms_and_lies_on_the_body(path: Path) -> None:
    item = read_item(path)
    assert item.licence in LICENCES
    assert item.author
    assert item.source
    if item.slot == "skin":
        assert item.binding is None
        assert item.texture.std() > 5
        return
    body = load_body()
    assert item.binding is not None
    assert item.faces is not None
    assert item.face_uv is not None
    assert item.uv is not None
    assert item.hides is not None
    assert len(item.hides) == len(body.faces)
    assert item.faces.max() < len(item.binding.triangles)
    assert item.face_uv.max() < len(item.uv)
    away = np.linalg.norm(item.binding.offsets, axis=1)
    assert away.max() <= FARTHEST.get(item.slot, 0.05)
    # what is hidden lies near the garment: a face of the body that is left out has a bound vertex close to it
    at = worn(item, "neutral").template
    hidden = body.template[body.faces[item.hides]].mean(1)[::25]
    if len(hidden):
        near = np.linalg.norm(hidden[:, None] - at[None], axis=2).min(1)
        assert near.max() < 0.125
    for gender in GENDERS:
        assert np.isfinite(worn(item, gender).template).all()


def test_the_pack_is_small() -> None:
    assert sum(path.stat().st_size for path in folder().iterdir()) <= 25e6


def small() -> Item:
    from synth.wardrobe.binding import Binding

    body = load_body()
    return Item(
        "patch", "top", "CC0-1.0", "here", "me", np.full((8, 8, 3), 120, np.uint8), True,
        Binding(np.array([5, 9, 40]), np.full((3, 3), 1 / 3), np.full((3, 3), 0.01)), None,
        np.array([[0, 1, 2]], np.int32), np.zeros((3, 2), np.float32), np.array([[0, 1, 2]], np.int32),
        np.arange(len(body.faces)) == 5, 4,
    )  # fmt: skip


def test_an_item_comes_back_and_its_bytes_are_the_same(tmp_path: Path) -> None:
    write_item(tmp_path / "patch.npz", small())
    write_item(tmp_path / "again.npz", small())
    assert (tmp_path / "patch.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
    found, item = read_item(tmp_path / "patch.npz"), small()
    for name in ("name", "slot", "licence", "source", "author", "tints", "rigid", "loose"):
        assert getattr(found, name) == getattr(item, name)
    assert found.binding is not None
    assert item.binding is not None
    np.testing.assert_allclose(found.binding.offsets, item.binding.offsets, atol=1e-5)
    np.testing.assert_allclose(found.binding.shares, item.binding.shares, atol=0.003)
    assert found.hides is not None
    assert np.flatnonzero(found.hides).tolist() == [5]
    assert np.abs(found.texture.astype(int) - 120).max() <= 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"licence": ""}, "states no licence"),
        ({"slot": "cape"}, "slot 'cape' is unknown"),
        ({"author": None}, "no 'author'"),
        ({"texture": np.arange(9, dtype=np.uint8)}, "texture is damaged"),
    ],
)
def test_a_faulty_item_is_refused_with_a_remedy(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / "patch.npz"
    write_item(path, small())
    stored = dict(read_npz(path))
    for name, value in change.items():
        if value is None:
            del stored[name]
        else:
            stored[name] = np.asarray(value)
    write_npz(path, stored)
    with pytest.raises(InputError, match=message) as caught:
        read_item(path)
    text = str(caught.value)
    assert str(path) in text
    assert "\n" not in text
    assert caught.value.remedy


def test_a_skin_has_no_geometry() -> None:
    skin = next(path for path in SHIPPED if path.stem.startswith("skin_"))
    with pytest.raises(ValueError, match="no geometry"):
        worn(read_item(skin), "male")
    assert "skin" in SLOTS
