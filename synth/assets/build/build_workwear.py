"""Our own workwear: shells around the open body, painted; python -m synth.assets.build.build_workwear FOLDER

A shell (`shells`) is a part of the body's surface moved outward, its relief smoothed away as cloth does, and textured
(`paints`) by where on the body it lies: around and along the trunk, each arm and each leg. Helmets, goggles and ear
defenders (`headgear`) are meshes of their own around the head. All of it is Posemill's own work, CC0-1.0.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from synth.assets.build.headgear import headgear
from synth.assets.build.paints import ORANGE, YELLOW, boot_paint, cloth_paint, vest_paint
from synth.assets.build.shells import Floats, inside, sheet, shell
from synth.body.body import Body
from synth.body.loading import load_body
from synth.wardrobe.item import Item, write_item


def build(folder: Path) -> None:
    """Write an .npz for every item."""
    body = load_body()
    folder.mkdir(parents=True, exist_ok=True)
    for item in (*garments(body), *headgear(body)):
        write_item(folder / f"{item.name}.npz", item)


def garments(body: Body) -> list[Item]:
    """What is made of the body's surface."""
    x, y, z = body.template.astype(np.float64).T
    x = np.abs(x)
    arms = inside(x - 0.13, y - 0.1)
    hem, wrist = y + 0.34, 0.675 - x
    neck = np.maximum(0.285 - y - 0.25 * x, x - 0.12)
    shirt = inside(hem, np.maximum(0.2 - x, arms))
    short = 0.33 - x
    legs = inside(-0.22 - y, y + 1.11, 0.3 - x)
    vest = inside(y + 0.30, 0.275 - y - 0.2 * x, 0.165 - x)
    cover = inside(neck, wrist, y + 1.11, np.maximum(0.62 - x, y))
    mask = inside(y - 0.345, 0.405 - y, 0.055 - x, z - 0.06)

    def hang(out: float, low: float) -> Floats:
        """Farther out towards the hem, where a top hangs over trousers."""
        return out + (low - out) * ((-0.08 - y) / 0.16).clip(0.0, 1.0)

    leg = 0.016 + 0.018 * ((-0.6 - y) / 0.4).clip(0.0, 1.0)  # wider below the knee
    plain, zipped = cloth_paint(), cloth_paint(zip_line=True)
    heights = np.linspace(0.12, -0.66, 27)
    jacket = inside(shirt, neck, wrist)
    return [
        shell(body, "hi_vis_vest_yellow", "over", vest, hang(0.022, 0.034), 60, vest_paint(YELLOW), loose=40,
              bridge=True),
        shell(body, "hi_vis_vest_orange", "over", vest, hang(0.022, 0.034), 60, vest_paint(ORANGE), loose=40,
              bridge=True),
        shell(body, "hi_vis_jacket_yellow", "jacket", jacket, hang(0.022, 0.032), 60, vest_paint(YELLOW), loose=30,
              bridge=True),
        shell(body, "hi_vis_jacket_orange", "jacket", jacket, hang(0.022, 0.032), 60, vest_paint(ORANGE), loose=30,
              bridge=True),
        shell(body, "work_jacket", "jacket", jacket, hang(0.020, 0.030), 60, zipped, tints=True, loose=30,
              bridge=True),
        shell(body, "sweatshirt", "top", jacket, hang(0.013, 0.024), 40, plain, tints=True, loose=20,
              bridge=True),
        shell(body, "t_shirt", "top", inside(shirt, neck, short), hang(0.010, 0.022), 30, plain, tints=True, loose=15,
              bridge=True),
        shell(body, "polo_shirt", "top", inside(shirt, neck + 0.01, short), hang(0.010, 0.022), 30, zipped, tints=True,
              loose=15, bridge=True),
        shell(body, "work_trousers", "trousers", legs, leg, 25, cloth_paint(pockets=True), tints=True, loose=8),
        shell(body, "hi_vis_trousers", "trousers", legs, leg, 25, vest_paint(ORANGE), loose=8),
        shell(body, "coveralls", "suit", cover, np.maximum(leg, 0.024), 60, cloth_paint(zip_line=True, pockets=True),
              tints=True, loose=20, bridge=True),
        sheet(body, "apron", np.interp(heights, [-0.1, 0.0, 0.12], [0.2, 0.16, 0.11]), heights, 0.042, plain, 40),
        shell(body, "gloves", "gloves", x - 0.645, 0.004, 2, plain, tints=True),
        shell(body, "safety_boots", "shoes", -0.93 - y, 0.015, 15, boot_paint, tints=True, foot=True, flat=6),
        shell(body, "mask", "face", mask, 0.012, 20, plain, flat=20),
    ]  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build(Path(sys.argv[1]))
