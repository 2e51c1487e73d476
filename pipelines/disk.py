"""Small files written whole or not at all, and checksums."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from synth.errors import InputError


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file that others see either as it was or complete, also when this process is killed."""
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
    return (json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def read_json(path: Path, remedy: str) -> Any:
    """A JSON file's content; InputError with the remedy where it is missing or broken."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read ({reason})", where=str(path), remedy=remedy) from error
    except ValueError as error:
        raise InputError("is not valid JSON", where=str(path), remedy=remedy) from error


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file. Raises OSError."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return stream.tell(), digest
