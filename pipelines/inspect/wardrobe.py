"""The wardrobe to look at: a list of what ships with its terms, a sheet of people of each trade, items added."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from synth.body.body import GENDERS
from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.render.raster import Raster
from synth.scene.background import draw_background
from synth.scene.camera import Camera, look_at
from synth.scene.dress import dressed
from synth.scene.light import draw_light
from synth.scene.mesh import RenderScene
from synth.wardrobe.item import SLOTS, read_item, write_item
from synth.wardrobe.makehuman import item_of, read_mhclo
from synth.wardrobe.outfit import PLAIN, Outfit, draw_outfits, folder, trades

_WIDTH, _HEIGHT = 150, 300
_PEOPLE = 8  # of each trade
_UPRIGHT = (np.pi / 2, 0.0, 0.0)  # turns the body's y up to the world's z
_ARMS = 1.15  # radians that arms hang below the T-pose


def listed() -> list[dict[str, Any]]:
    """Every item that ships: name, slot, licence, author, source, faces and bytes."""
    rows = []
    for path in sorted(folder().glob("*.npz")):
        if path.stem == "base":
            continue
        item = read_item(path)
        faces = 0 if item.faces is None else len(item.faces)
        rows.append(
            {
                "name": item.name, "slot": item.slot, "licence": item.licence, "author": item.author,
                "source": item.source, "faces": faces, "bytes": path.stat().st_size,
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (SLOTS.index(row["slot"]), row["name"]))


def add(source: Path, slot: str, licence: str | None, author: str | None, out: Path) -> Path:
    """Fit clothes of a `.mhclo` file to the open body and store them as an item.

    licence and author go before those that the file states. Raises InputError where it cannot be used, where its slot
    is unknown or where nobody states a licence.
    """
    if slot not in SLOTS or slot == "skin":
        known = ", ".join(name for name in SLOTS if name != "skin")
        raise InputError(f"'{slot}' is not a slot of clothes", where="--slot", remedy=f"use {known}")
    if out.suffix != ".npz":
        raise InputError("does not end in .npz", where=str(out), remedy="name the item's file NAME.npz")
    item = item_of(read_mhclo(source), slot, source.name)
    item = replace(item, licence=licence or item.licence, author=author or item.author)
    if not item.licence.strip():
        raise InputError(
            "states no licence", where=str(source), remedy="give it with --licence, such as CC0-1.0"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    write_item(out, item)
    return out


def sheet(people: int = _PEOPLE, seed: int = 0) -> Image.Image:
    """People of each trade, a row a trade with its name."""
    names = [trade for trade in trades() if trade != PLAIN]
    bar = 14
    out = Image.new("RGB", (people * _WIDTH, len(names) * (_HEIGHT + bar)), "white")
    pen, draws = ImageDraw.Draw(out), Draws(seed)
    for row, trade in enumerate(names):
        pen.text((4, row * (_HEIGHT + bar) + 1), trade, fill="black")
        ids = np.arange(people) + people * row
        genders = ["male" if one % 2 else "female" for one in range(people)]
        for column, outfit in enumerate(draw_outfits(draws, ids, genders, {trade: 1.0})):
            assert outfit is not None
            picture = portrait(outfit, genders[column], int(ids[column]), draws)
            out.paste(Image.fromarray(picture), (column * _WIDTH, row * (_HEIGHT + bar) + bar))
    return out


def portrait(outfit: Outfit, gender: str, one: int, draws: Draws) -> Any:
    """(300, 150, 3) a person of an outfit, standing, seen from the front or the side."""
    pose = np.zeros((24, 3))
    pose[0] = _UPRIGHT
    for side, sign in (("left", -1.0), ("right", 1.0)):
        pose[SMPL_24.index(f"{side}_shoulder"), 2] = sign * _ARMS
    ids = np.array([one])
    betas = draws.normal("sheet/betas", ids, 10)[0].clip(-2, 2)
    body = load_body(gender=gender)
    meshes = dressed(outfit, body, GENDERS.index(gender), pose, betas, np.zeros(3))
    low = min(float(mesh.vertices[:, 2].min()) for mesh in meshes)
    up = np.array([0.0, 0.0, -low], np.float32)
    standing = tuple(replace(mesh, vertices=mesh.vertices + up) for mesh in meshes)
    azimuth = float(draws.uniform("sheet/azimuth", ids, low=-0.9, high=0.9)[0, 0])
    eye = 3.6 * np.array([np.sin(azimuth), -np.cos(azimuth), 0.0]) + [0, 0, 1.3]
    rotation, translation = look_at(eye, np.array([0.0, 0.0, 0.92]))
    focal = 0.84 * 3.6 * _HEIGHT / 1.75
    intrinsics = np.array([[focal, 0, _WIDTH / 2], [0, focal, _HEIGHT / 2], [0, 0, 1.0]])
    camera = Camera(intrinsics, rotation, translation, _WIDTH, _HEIGHT)
    scene = RenderScene(standing, draw_light(draws, [5])[0], draw_background(draws, [8])[0])
    return Raster(2).render(scene, camera).image
