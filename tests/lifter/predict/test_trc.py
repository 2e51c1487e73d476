"""TRC to the character, as OpenSim's documentation has it."""

from __future__ import annotations

import numpy as np

from lifter.predict.trc import trc_text


def test_trc_is_as_opensim_wants_it() -> None:
    places = np.arange(12.0).reshape(2, 2, 3) / 1000
    places[1, 0] = np.nan
    lines = trc_text("poses.trc", ("nose", "neck"), places, 50.0, 3).split("\n")
    assert lines[0] == "PathFileType\t4\t(X/Y/Z)\tposes.trc"
    assert lines[1] == (
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames"
    )
    assert lines[2] == "50\t50\t2\t2\tmm\t50\t4\t2"
    assert lines[3] == "Frame#\tTime\tnose\t\t\tneck\t\t"
    assert lines[4] == "\t\tX1\tY1\tZ1\tX2\tY2\tZ2"
    assert lines[5] == ""
    assert lines[6] == "4\t0.060000\t0.0000\t1.0000\t2.0000\t3.0000\t4.0000\t5.0000"
    assert lines[7] == "5\t0.080000\t\t\t\t9.0000\t10.0000\t11.0000"
    assert lines[8:] == [""]
