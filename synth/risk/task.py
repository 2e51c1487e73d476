"""What a score needs beside the posture: the load, how it is gripped, how long and how often."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.scene.work import Activity, Coupling, Work

COUPLINGS: tuple[Coupling, ...] = get_args(Coupling)
ACTIVITIES: tuple[Activity, ...] = get_args(Activity)
Support = Literal["", "left", "right", "both"]
_MOST_LOAD = 1000.0


@dataclass(frozen=True)
class TaskInputs:
    """Inputs of the scores; what is left out is a posture of moving work with empty hands.

    load: kilograms, or the force in them (10 N a kilogram), one or (n,) one a posture, NaN as 0; in both hands unless
    `hand` names one, for the scores that know sides. coupling: how well it can be gripped (REBA). static: a posture
    held for over a minute; repeated: the same small movement over four times a minute; both add to RULA's muscle use
    and to REBA's activity. unstable: large fast changes of posture, or an unstable base (REBA). shock: force with a
    jolt or rapid build-up. arms_supported: which arms rest on something, or the body leans. back_supported: sitting
    with the trunk well supported.
    """

    load: float | NDArray[Any] = 0.0
    coupling: Coupling = "good"
    static: bool = False
    repeated: bool = False
    unstable: bool = False
    shock: bool = False
    arms_supported: Support = ""
    back_supported: bool = False
    work: Work | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        load = np.asarray(self.load, np.float64)
        if (load < 0).any() or (load > _MOST_LOAD).any():
            raise InputError("the load is not 0 to 1000 kg", where="load", remedy="give kilograms")
        if self.coupling not in COUPLINGS:
            raise InputError(
                f"there is no coupling '{self.coupling}'",
                where="coupling",
                remedy=f"give {', '.join(COUPLINGS)}",
            )

    def loads(self, n: int) -> NDArray[np.float64]:
        """(n,) kilograms. Raises ValueError where there are as many neither as one nor as n."""
        return np.nan_to_num(np.broadcast_to(np.asarray(self.load, np.float64), (n,)))

    def supported(self) -> NDArray[np.bool_]:
        """(2,) whether the left and the right arm rest on something."""
        return np.array([self.arms_supported in ("left", "both"), self.arms_supported in ("right", "both")])

    @property
    def coupling_score(self) -> int:
        """REBA's, 0 for good to 3 for unacceptable."""
        return COUPLINGS.index(self.coupling)


def inputs_of(work: Work, seconds: NDArray[Any]) -> TaskInputs:
    """The inputs that a clip's task gives at seconds (n,) of the clip."""
    loads = np.array([work.at(float(second))[1] for second in np.atleast_1d(seconds)])
    return with_activity(TaskInputs(load=loads, coupling=work.coupling, work=work), work.activity)


def with_activity(inputs: TaskInputs, activity: tuple[Activity, ...]) -> TaskInputs:
    """The inputs with the kinds of activity that a page or a user names. Raises InputError for an unknown one."""
    unknown = [each for each in activity if each not in ACTIVITIES]
    if unknown:
        raise InputError(
            f"there is no activity '{unknown[0]}'", where="activity", remedy=f"give {', '.join(ACTIVITIES)}"
        )
    return replace(
        inputs, static="static" in activity, repeated="repeated" in activity, unstable="unstable" in activity
    )
