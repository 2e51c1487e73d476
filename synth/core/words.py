"""Numbers in sentences."""

from __future__ import annotations


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number of things: '1 file', '2 files', '1,200 shards'; the plural is the noun with an s if not given."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"
