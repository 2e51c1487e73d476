"""The methods, each a file that opens with the paper it follows."""

from __future__ import annotations

from lifter.models.adversarial import Adversarial
from lifter.models.baseline import Baseline
from lifter.models.lcr import Lcr
from lifter.models.matching import Matching
from lifter.models.model import Model
from lifter.models.posemill import Posemill

MODELS: dict[str, type[Model]] = {
    method.name: method for method in (Baseline, Matching, Adversarial, Lcr, Posemill)
}
