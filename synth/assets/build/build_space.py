"""Write which cells of the space of work postures a body can reach: synth/assets/space/reachable.npz.

    python -m synth.assets.build.build_space [CELLS.npz]

Without a file: the cells that `synth.posture.explore.space.possible` does not exclude. CELLS.npz holds `cells`, the
numbers (n, 2) of cells of the left and right hand that a solver reached: then those, and each mirrored to the other
hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.npz import read_npz, write_npz
from synth.motion.library import ASSETS
from synth.posture.explore.space import SHAPE, SIZE, UNKNOWN, possible
from synth.risk.angles import SIDES

FILE = ASSETS / "space" / "reachable.npz"


def reached(cells: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(2, SIZE) which cells were reached, by either hand: a body is as able to the left as to the right."""
    found = np.zeros(SIZE, bool)
    found[cells[cells != UNKNOWN]] = True
    return np.tile(found, (len(SIDES), 1))


def write(found: NDArray[np.bool_], made_by: str, path: Path = FILE, **more: NDArray[Any]) -> None:
    """Write (2, SIZE) flags with what made them, and more arrays beside them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        "reachable": np.packbits(found, axis=1),
        "shape": np.array(SHAPE),
        "made_by": np.array(made_by),
        **more,
    }
    write_npz(path, arrays)
    print(f"{path}: {int(found.sum()):,} of {found.size:,} cells ({made_by})")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    if len(sys.argv) == 2:
        write(reached(read_npz(Path(sys.argv[1]))["cells"]), "solved")
    else:
        write(np.tile(possible(), (len(SIDES), 1)), "rule")
