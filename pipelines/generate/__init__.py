"""From a recipe to a corpus."""

from pipelines.generate.recipe import Recipe, load_recipe
from pipelines.generate.run import Outcome, generate

__all__ = ["Outcome", "Recipe", "generate", "load_recipe"]
