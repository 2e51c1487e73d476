"""Motion in: recordings of any format as SMPL clips at the real frame rate, feet on the floor, gated.

paths = find(folder)                      every recording below a folder
clip = read(path)                         one recording as SMPL motion
clips, report = prepare(path, rate=30)    what of it is fit for use, and why the rest is not
embedded()                                the files that come with the project, or a set of them
"""

from synth.motion.clip import Clip, Source
from synth.motion.gate import Drop, GateReport, GateSettings, Reason
from synth.motion.library import ASSETS, EXPLORE, SETS, embedded, find, is_builtin, is_task_page, read
from synth.motion.prepare import prepare
from synth.motion.resample import resample

__all__ = [
    "ASSETS",
    "EXPLORE",
    "SETS",
    "Clip",
    "Drop",
    "GateReport",
    "GateSettings",
    "Reason",
    "Source",
    "embedded",
    "find",
    "is_builtin",
    "is_task_page",
    "prepare",
    "read",
    "resample",
]
