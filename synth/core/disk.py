"""Atomic writes of small files, checksums, and JSON files that detect changes."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from synth.core.errors import InputError

_SEAL = "receipt"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new content, also when this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def canonical(content: Any) -> bytes:
    """JSON with sorted keys: the same content gives the same bytes."""
    return (json.dumps(content, sort_keys=True, indent=1) + "\n").encode()


def read_json(path: Path, remedy: str) -> Any:
    """A JSON file's content; InputError with the remedy where it is missing or broken."""
    return _parsed(path, _bytes(path, remedy), remedy)


def sealed(content: dict[str, Any]) -> bytes:
    """Canonical JSON with a checksum of itself inside, for `read_sealed`."""
    return canonical({**content, _SEAL: sha256_of(canonical(content))})


def read_sealed(path: Path, remedy: str) -> dict[str, Any]:
    """What `sealed` was given; InputError with the remedy unless the file is as it was written, to the byte."""
    found = _bytes(path, remedy)
    content = _parsed(path, found, remedy)
    if isinstance(content, dict):
        content.pop(_SEAL, None)
        if sealed(content) == found:
            return content
    raise InputError("changed since it was written", where=str(path), remedy=remedy)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file. Raises OSError."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return stream.tell(), digest


def _bytes(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("is missing", where=str(path), remedy=remedy) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read ({reason})", where=str(path), remedy=remedy) from error


def _parsed(path: Path, content: bytes, remedy: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError("is not valid JSON", where=str(path), remedy=remedy) from error
