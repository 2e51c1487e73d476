"""The SMPL-format body: the open one that ships, licensed ones, and every list of joints by name."""

from synth.body.body import GENDERS, Body
from synth.body.loading import load_body
from synth.body.skeleton import COCO_17, JOINTS, SMPL_24, joint_index, joint_map

__all__ = ["COCO_17", "GENDERS", "JOINTS", "SMPL_24", "Body", "joint_index", "joint_map", "load_body"]
