"""Files of tensors, numbers and text, written whole or not at all, and read without running what is in them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import torch

from synth.core.disk import write_atomically
from synth.core.errors import InputError

_REMEDY = "give a model.pt that `posemill train` wrote"


def write(path: Path, content: dict[str, Any]) -> None:
    """Write tensors, numbers and text in dictionaries and lists."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(path, buffer.getvalue())


def read(path: Path, form: str, remedy: str = _REMEDY) -> dict[str, Any]:
    """What `write` was given, its 'format' being `form`; tensors on the CPU.

    Raises InputError for a file that is missing, truncated, of something else, or would run code.
    """
    if not path.is_file():
        raise InputError("is not there", where=str(path), remedy=remedy)
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror or error})", where=str(path), remedy=remedy
        ) from error
    except Exception as error:  # torch.load documents no errors, and raises many kinds on broken files
        raise InputError("is truncated or no checkpoint at all", where=str(path), remedy=remedy) from error
    if not isinstance(content, dict) or not isinstance(content.get("format"), str):
        raise InputError("is a checkpoint of something else", where=str(path), remedy=remedy)
    if content["format"] != form:
        raise InputError(
            f"is a checkpoint of format '{content['format']:.60}', not '{form}'",
            where=str(path),
            remedy=remedy,
        )
    return content
