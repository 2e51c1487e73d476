"""The methods that lift 2D to 3D, by name; recipes, the command line and checkpoints name them so.

Another package adds one by an entry point of the group `posemill.lifters`, whose name is the method's `name` and whose
value is a subclass of `lifter.models.model.Model`. Each is imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synth.core.errors import InputError
from synth.core.registry import Registry

if TYPE_CHECKING:
    from lifter.models.model import Model

MODELS: Registry[type[Model]] = Registry(
    "method",
    "posemill.lifters",
    {
        "baseline": "lifter.models.baseline:Baseline",
        "matching": "lifter.models.matching:Matching",
        "adversarial": "lifter.models.adversarial:Adversarial",
        "lcr": "lifter.models.lcr:Lcr",
        "posemill": "lifter.models.posemill:Posemill",
    },
)


def get_model(name: str) -> type[Model]:
    """The class of a method. Raises InputError for a name that is not registered, or where what is registered is not
    a method of that name."""
    from lifter.models.model import Model

    found: object = MODELS.get(name)
    if not (isinstance(found, type) and issubclass(found, Model)) or getattr(found, "name", None) != name:
        raise InputError(
            f"the entry point '{name}' is not a subclass of lifter.models.model.Model whose `name` is '{name}'",
            where=f"entry point {MODELS.group}",
            remedy="repair or remove the package that registers it",
        )
    return found
