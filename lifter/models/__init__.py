"""The methods, each a file that opens with the paper it follows, and what holds a trained one."""

from lifter.models.lifter import Lifter, Poses, load_lifter
from lifter.models.registry import MODELS

__all__ = ["MODELS", "Lifter", "Poses", "load_lifter"]
