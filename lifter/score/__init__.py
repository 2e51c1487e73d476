"""How good lifters are: on benchmarks, on corpora, beside each other."""

from lifter.score.compare import compare_models
from lifter.score.evaluate import Evaluation, evaluate
from lifter.score.scoring import evaluate_model

__all__ = ["Evaluation", "compare_models", "evaluate", "evaluate_model"]
