"""Checkpoints: tensors, numbers and text in one file, written whole or not at all, read without running code in it.

Two formats, chosen by the file's suffix: `.safetensors`, in which the tensors of 'state' are the file's tensors and
everything else is JSON under the metadata key 'posemill'; and PyTorch's own zip format for every other suffix.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from synth.core.disk import write_atomically
from synth.core.errors import InputError

SAFETENSORS = ".safetensors"
_METADATA = "posemill"
_REMEDY = "give a checkpoint that `posemill train` wrote"
_BLOCKED = re.compile(r"GLOBAL ([\w.]+)")  # as torch names what weights_only refuses to import


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a dictionary of tensors, numbers and text, in nested dictionaries and lists.

    In a `.safetensors` file content['state'] holds the tensors; tensors elsewhere become lists, NaN becomes null.
    Raises InputError where the suffix asks for safetensors and that is not installed.
    """
    if path.suffix == SAFETENSORS:
        write_atomically(path, _safetensors_bytes(path, content))
        return
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(path, buffer.getvalue())


def read(path: Path, form: str, remedy: str = _REMEDY) -> dict[str, Any]:
    """What `write` was given, its 'format' being `form`; tensors on the CPU.

    Raises InputError for a file that is missing, truncated or damaged, holds code, is not a checkpoint, or is one of
    another format.
    """
    if not path.is_file():
        raise InputError("does not exist", where=str(path), remedy=remedy)
    try:
        content = _read_safetensors(path) if path.suffix == SAFETENSORS else _read_torch(path)
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror or error})", where=str(path), remedy=remedy
        ) from error
    except _Refused as error:
        raise InputError(str(error), where=str(path), remedy=remedy) from error.__cause__
    if not isinstance(content, dict) or not isinstance(content.get("format"), str):
        raise InputError("is a checkpoint of another program", where=str(path), remedy=remedy)
    if content["format"] != form:
        raise InputError(
            f"is a checkpoint of format '{content['format']:.60}', not '{form}'",
            where=str(path),
            remedy=remedy,
        )
    return content


class _Refused(Exception):
    """Why a file is not read."""


def _read_torch(path: Path) -> Any:
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise _Refused("is empty")
    if start.startswith(b"PK"):
        _check_archive(path)
    try:
        with warnings.catch_warnings(action="ignore"):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        blocked = _BLOCKED.search(str(error))
        if blocked:
            raise _Refused(
                f"holds code, which is not run: it asks for {blocked[1]}, a checkpoint holds tensors, numbers and text"
            ) from error
        raise _Refused("is not a checkpoint") from error
    except OSError:
        raise
    except Exception as error:  # torch.load documents no errors, and raises many kinds on broken files
        cut = isinstance(error, EOFError) or "unexpected EOF" in str(error)
        raise _Refused("is truncated" if cut else "is not a checkpoint") from error


def _check_archive(path: Path) -> None:
    """Refuse a zip file that is cut short, has changed bytes (torch reads past those), or unpacks to more than it is:
    torch compresses nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
                raise _Refused("is not a checkpoint but a compressed zip file")
            changed = archive.testzip()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _Refused("is truncated or damaged: its zip directory is not whole") from error
    if changed is not None:
        raise _Refused(f"is damaged: its entry '{changed:.60}' does not have its checksum")


def _read_safetensors(path: Path) -> Any:
    safetensors = _library(path)
    try:
        with safetensors.safe_open(str(path), "pt") as stream:
            text = (stream.metadata() or {}).get(_METADATA)
            if text is None:
                return None
            content = json.loads(text)
            if isinstance(content, dict):
                content["state"] = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
            return content
    except (safetensors.SafetensorError, ValueError, RecursionError) as error:
        raise _Refused(
            f"is truncated or not a safetensors file ({str(error).splitlines()[0]:.80})"
        ) from error


def _safetensors_bytes(path: Path, content: dict[str, Any]) -> bytes:
    _library(path)
    from safetensors.torch import save

    facts = {name: value for name, value in content.items() if name != "state"}
    # copies, since safetensors refuses tensors that share memory
    state = {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in content["state"].items()
    }
    return bytes(save(state, {_METADATA: json.dumps(_plain(facts), allow_nan=False)}))


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Tensor):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _library(path: Path) -> Any:
    try:
        import safetensors
    except ImportError as error:
        raise InputError(
            "needs the package safetensors, which is not installed",
            where=str(path),
            remedy="install posemill with its extra 'lifter'",
        ) from error
    return safetensors
