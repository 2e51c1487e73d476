"""TRC: marker positions as OpenSim reads them; millimetres, Y up, tab-separated, a blank where one is missing.

The format as OpenSim's documentation, 'Marker (.trc) files', describes it.
"""

from __future__ import annotations

import numpy as np

from lifter.predict.recording import Array


def trc_text(name: str, markers: tuple[str, ...], places: Array, rate: float, first: int) -> str:
    """A file called `name` of places (t, m, 3) in metres with Y up; NaN where missing. first: number of the first
    frame, from 0; time starts with the recording."""
    frames = len(places)
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate:.6g}\t{rate:.6g}\t{frames}\t{len(markers)}\tmm\t{rate:.6g}\t{first + 1}\t{frames}",
        "Frame#\tTime\t" + "\t".join(f"{marker}\t\t" for marker in markers),
        "\t\t" + "\t".join(f"{axis}{m + 1}" for m in range(len(markers)) for axis in "XYZ"),
        "",
    ]
    lines = []
    for k, frame in enumerate(1000 * places.reshape(frames, -1)):
        values = "\t".join("" if np.isnan(value) else f"{value:.4f}" for value in frame)
        lines.append(f"{first + k + 1}\t{(first + k) / rate:.6f}\t{values}")
    return "\n".join([*head, *lines, ""])
