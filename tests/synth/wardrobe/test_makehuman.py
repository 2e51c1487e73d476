"""MakeHuman's clothes: a small file by hand, and each fault as one line with the file and the remedy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.wardrobe.item import read_item, write_item
from synth.wardrobe.makehuman import base, item_of, read_mhclo

# a square of cloth around vertex 100 and its neighbours of hm08: three on vertices, one 0.2 dm before a mean of three
MHCLO = """# a patch
# author: Somebody
# license: CC0
name patch
obj_file patch.obj
material patch.mhmat
x_scale 5399 11998 1.4
y_scale 791 881 2.0
z_scale 962 5320 1.9
verts 0
100
101
102
  100 101 102 0.5 0.25 0.25 0 0 0.2
delete_verts
5 - 7 12
"""
OBJ = "v 0 0 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nf 1/1 2/2 3/3 4/4\n"


@pytest.fixture
def patch(tmp_path: Path) -> Path:
    (tmp_path / "patch.mhclo").write_text(MHCLO)
    (tmp_path / "patch.obj").write_text(OBJ)
    (tmp_path / "patch.mhmat").write_text("name patch\ndiffuseTexture patch.png\n")
    Image.new("RGB", (16, 8), (200, 40, 20)).save(tmp_path / "patch.png")
    return tmp_path / "patch.mhclo"


def test_the_base_mesh_holds_the_body() -> None:
    body = load_body()
    assert base().zero.shape == (19158, 3)
    np.testing.assert_allclose(base().zero[base().of_body], body.template, atol=1e-4)
    np.testing.assert_allclose(np.linalg.det(base().turn), 1, atol=1e-3)


def test_a_file_is_read(patch: Path) -> None:
    clothes = read_mhclo(patch)
    assert (clothes.name, clothes.author, clothes.licence) == ("patch", "Somebody", "CC0")
    assert clothes.reference.tolist() == [[100] * 3, [101] * 3, [102] * 3, [100, 101, 102]]
    assert clothes.weights[3].tolist() == [0.5, 0.25, 0.25]
    assert clothes.offsets[3].tolist() == [0, 0, 0.2]
    assert np.flatnonzero(clothes.hidden).tolist() == [5, 6, 7, 12]
    assert clothes.scale is not None
    assert clothes.scale[1] == (791, 881, 2.0)


def test_clothes_lie_where_the_file_puts_them(patch: Path) -> None:
    clothes, mesh = read_mhclo(patch), base()
    item = item_of(clothes, "top", "here")
    assert item.binding is not None
    body = load_body()
    corners = body.template[body.faces[item.binding.triangles]]
    at = (item.binding.shares[:, :, None] * corners).sum(1) + item.binding.offsets
    np.testing.assert_allclose(at[:3], mesh.zero[100:103], atol=1e-6)
    middle = 0.5 * mesh.zero[100] + 0.25 * (mesh.zero[101] + mesh.zero[102])
    away = 0.1 * 0.2 * abs(mesh.rest[962, 2] - mesh.rest[5320, 2]) / (0.1 * 1.9)
    assert np.linalg.norm(at[3] - middle) == pytest.approx(away, rel=1e-4)
    assert item.texture.shape == (8, 16, 3)
    write_item(patch.with_suffix(".npz"), item)
    assert read_item(patch.with_suffix(".npz")).author == "Somebody"


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("patch.mhclo", "obj_file patch.obj", "obj_file other.obj", "other.obj', which is not there"),
        ("patch.mhclo", "obj_file patch.obj\n", "", "names no obj_file"),
        ("patch.mhclo", "obj_file patch.obj", "obj_file ../../patch.obj", "outside its folder"),
        ("patch.mhclo", "\n102\n", "\n19158\n", "vertex 19158 of MakeHuman's mesh, which has 19158"),
        ("patch.mhclo", "\n102\n", "\n-3\n", "vertex -3"),
        ("patch.mhclo", "0.5 0.25", "nan 0.25", "cannot be read"),
        ("patch.mhclo", "x_scale 5399 11998 1.4", "x_scale 5399 99999 1.4", "x_scale"),
        ("patch.mhclo", "x_scale 5399 11998 1.4", "x_scale 5399 11998 0", "x_scale"),
        ("patch.mhclo", "verts 0", "vertices 0", "lists no vertices"),
        ("patch.obj", "4/4", "5/4", "do not fit the 4 vertices"),
        ("patch.obj", "3/3 4/4", "3 4", "is not a face with texture coordinates"),
        ("patch.mhmat", "patch.png", "patch.mhclo", "is not a picture"),
    ],
)
def test_a_faulty_file_is_refused_in_one_line(
    patch: Path, name: str, old: str, new: str, message: str
) -> None:
    path = patch.parent / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError, match=message.replace("/", ".")) as caught:
        item_of(read_mhclo(patch), "top", "here")
    assert "\n" not in str(caught.value)
    assert str(patch.parent) in caught.value.where
    assert caught.value.remedy
