"""Limits that the papers leave to the observer's eye, and which a measurement needs: ours, in degrees.

The papers write 'if the trunk is twisted' or 'if the upper arm is abducted' without a number. Where a standard gives
one it is taken.
"""

from __future__ import annotations

NEUTRAL = 5.0  # what still counts as upright trunk, neutral wrist, and neck not in extension
# EN 1005-4:2005+A1:2008 calls sideways bending and twisting of the trunk 'clearly visible' from about 10 degrees.
TRUNK_SIDE_BEND = 10.0
TRUNK_TWIST = 10.0
NECK_SIDE_BEND = 10.0  # the same standard's, for the head
NECK_TWIST = 20.0
UPPER_ARM_ABDUCTED = 20.0  # the first limit of ISO 11226:2000 for the upper arm
SHOULDER_RAISED = 20.0  # raising the arm alone lifts the collar bone by less
WRIST_DEVIATED = 10.0
LOWER_ARM_TWISTED = 45.0  # from here to the end of pronation and supination, some 80 to 90
ACROSS_MIDLINE = 0.0  # half shoulder widths of the wrist to its own side
OUT_TO_SIDE = 2.0
ARM_HANGS = 20.0  # of the upper arm to the vertical: gravity holds it (REBA)
OWAS_BENT = 20.0  # back bent, twisted, or bent sideways: Louhevaara & Suurnäkki 1992
OWAS_KNEE_BENT = 30.0  # knee angle under 150: the same
