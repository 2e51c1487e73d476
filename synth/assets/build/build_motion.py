"""Make the recordings in synth/assets/motion from those in Debian's package assimp-testmodels.

    python synth/assets/build/build_motion.py FOLDER

FOLDER holds the package's 01_01.bvh and 01_03.bvh (usr/share/assimp/models/BVH). They are read as any user's
recordings are, gated, and stored at 60 frames a second.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from synth.core.errors import InputError
from synth.motion import ASSETS, GateSettings, prepare

RATE = 60.0
RECORDINGS = ("01_01.bvh", "01_03.bvh")
SETTINGS = GateSettings(min_duration=2.0)


def build(folder: Path, target: Path) -> list[Path]:
    """Write one npz for every stretch of the recordings that passes the gate; returns their paths."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.npz"):
        old.unlink()
    written = []
    for name in RECORDINGS:
        clips, report = prepare(folder / name, RATE, SETTINGS)
        for drop in report.drops:
            print(f"{name}: frames {drop.first} to {drop.last} dropped, {drop.reason}: {drop.detail}")
        part = 0
        for clip in clips:
            path = target / f"{Path(name).stem}{'' if len(clips) == 1 else f'_{part}'}.npz"
            source = replace(clip.source, path=f"cmu/{clip.source.subject}/{clip.source.path}")
            replace(clip, name=f"cmu/{clip.source.subject}/{clip.name}", source=source).to_npz(path)
            if not prepare(path, RATE)[1].keep.all():
                print(f"{path.name}: left out, it does not pass at {RATE:g} frames a second")
                path.unlink()
                continue
            written.append(path)
            part += 1
            print(f"{path.name}: {clip.frames} frames, {path.stat().st_size} bytes")
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        build(Path(sys.argv[1]), ASSETS / "motion")
    except InputError as error:
        sys.exit(str(error))
