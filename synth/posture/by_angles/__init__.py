"""Posture pages that give joint angles, and the motion that they become."""

from synth.posture.by_angles.page import Page, parse_page, read_page
from synth.posture.by_angles.perform import perform

__all__ = ["Page", "parse_page", "perform", "read_page"]
