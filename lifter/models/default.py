"""The trained lifter that is shipped, named 'default' wherever a checkpoint can be given."""

from __future__ import annotations

from pathlib import Path

from synth.core.errors import InputError

DEFAULT = "default"
CHECKPOINT = (
    Path(__file__).parents[1] / "assets" / "default.safetensors"
)  # made by lifter/assets/build_default.py


def resolved(given: str | Path) -> Path:
    """The path of a checkpoint: the shipped one for 'default', else what was given.

    A folder of one's own of that name is given as default/model.pt. Raises InputError where this installation lacks
    the file.
    """
    if str(given) != DEFAULT:
        return Path(given)
    if not CHECKPOINT.is_file():
        raise InputError(
            "this installation comes without its trained model", where=DEFAULT,
            remedy="install posemill again, or train a model with `posemill train`",
        )  # fmt: skip
    return CHECKPOINT
