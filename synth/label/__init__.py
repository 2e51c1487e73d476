"""What geometry knows of a sample: its labels, the posture's angles, and a space in which poses have distances."""

from synth.label.angles import ANGLES, posture_angles
from synth.label.batch import Batch, Labels
from synth.label.compute import label
from synth.label.pose_space import standard_poses

__all__ = ["ANGLES", "Batch", "Labels", "label", "posture_angles", "standard_poses"]
