"""Training a lifter on a corpus from a recipe."""

from lifter.train.recipe import TrainSpec, read_recipe
from lifter.train.run import train

__all__ = ["TrainSpec", "read_recipe", "train"]
