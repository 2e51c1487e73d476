"""The trained lifter that is shipped, named 'default' wherever a checkpoint can be given."""

from __future__ import annotations

from pathlib import Path

from synth.core.errors import InputError

DEFAULT = "default"
CHECKPOINT = (
    Path(__file__).parents[1] / "assets" / "default.safetensors"
)  # made by lifter/assets/build_default.py


def checkpoint_file(given: str | Path) -> Path:
    """The file of a checkpoint: of 'default' the shipped one, of a training's folder its model.pt.

    A folder of one's own that is called so is './default'. Raises InputError where this installation lacks the file.
    """
    if str(given) == DEFAULT:
        if not CHECKPOINT.is_file():
            raise InputError(
                "this installation comes without its trained model", where=DEFAULT,
                remedy="install posemill again, or train a model with `posemill train`",
            )  # fmt: skip
        return CHECKPOINT
    path = Path(given)
    return path / "model.pt" if path.is_dir() else path
