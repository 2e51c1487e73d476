"""From a recording's file to usable clips at the requested rate."""

from __future__ import annotations

from pathlib import Path

from synth.core.runs import runs
from synth.motion.clip import Clip
from synth.motion.floor import put_on_floor
from synth.motion.formats.format import Units, Up
from synth.motion.gate import GateReport, GateSettings, gate
from synth.motion.library import read_raw
from synth.motion.mapping import Mapping
from synth.motion.resample import resample


def prepare(
    path: Path | str,
    rate: float,
    settings: GateSettings | None = None,
    *,
    root: Path | None = None,
    mapping: Mapping | tuple[Mapping, ...] | Path | str | None = None,
    source_rate: float | None = None,
    units: Units | None = None,
    up: Up | None = None,
    realisation: int | None = None,
) -> tuple[list[Clip], GateReport]:
    """The stretches of a recording that pass the gate, at `rate` frames a second, and the gate's report.

    Frames are examined at the recording's own rate. A recording that passes whole keeps its name; stretches
    are named after their frames in it, 'walk.bvh[12:480]'. `root`, `mapping`, `source_rate`, `units`, `up` and
    `realisation` are as `root`, `mapping`, `rate`, `units`, `up` and `realisation` of `library.read`. Raises
    InputError where the file cannot be read at all.
    """
    clip, found, height = put_on_floor(
        read_raw(path, mapping, root=root, rate=source_rate, units=units, up=up, realisation=realisation)
    )
    report = gate(clip, found, height, settings)
    if report.keep.all():
        return [resample(clip, rate)], report
    return [resample(clip.slice(start, stop), rate) for start, stop in runs(report.keep)], report
