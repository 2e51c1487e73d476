"""The motion formats, one file each, by name; other packages register theirs as entry points.

A format is a `MotionFormat`: the endings of its files, which of them are not motion, which options it takes, and the
function that reads one into a `Clip`.
"""

from synth.core.registry import Registry
from synth.motion.formats.format import MotionFormat, ReadOptions

FORMATS: Registry[MotionFormat] = Registry(
    "motion format",
    "posemill.motion_formats",
    {
        "amass": "synth.motion.formats.amass:AMASS",
        "asf_amc": "synth.motion.formats.asf_amc:ASF_AMC",
        "bvh": "synth.motion.formats.bvh:BVH",
        "compact": "synth.motion.formats.compact:COMPACT",
        "posture": "synth.motion.formats.posture:POSTURE",
    },
)

__all__ = ["FORMATS", "MotionFormat", "ReadOptions"]
