"""What geometry knows of a sample: its labels, the posture's angles, and a space in which poses have distances."""

from synth.label.angles import ANGLES, posture_angles
from synth.label.geometry import label
from synth.label.pose_space import standard_poses

__all__ = ["ANGLES", "label", "posture_angles", "standard_poses"]
