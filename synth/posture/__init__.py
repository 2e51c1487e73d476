"""Authored work postures: pages of joint angles, turned into motion."""

from synth.posture.by_angles.page import Page, parse_page, read_page
from synth.posture.by_angles.perform import perform

__all__ = ["Page", "parse_page", "perform", "read_page"]
