"""Pickles of other people's, read without trusting them: only what a table admits is ever called."""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np

from synth.core.errors import InputError


def _encode(text: str, encoding: str = "latin1") -> bytes:
    """What _codecs.encode does: how older pickles write bytes."""
    return text.encode("latin1")


def _numpy(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"numpy._core.{module}"), name)


# module and name that a pickle asks for -> what it gets: enough for numpy's arrays and numbers; dictionaries, lists,
# tuples, strings and plain numbers need no entry
NUMPY: Mapping[tuple[str, str], Any] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _encode,
    **{
        (f"{core}.{module}", name): _numpy(module, name)
        for core in ("numpy.core", "numpy._core")  # numpy 1 and 2
        for module, name in (
            ("multiarray", "_reconstruct"),
            ("multiarray", "scalar"),
            ("numeric", "_frombuffer"),
        )
    },
}


def read_pickle(
    stream: BinaryIO, admitted: Mapping[tuple[str, str], Any], *, where: str, purpose: str
) -> Any:
    """What a pickle holds.

    Raises InputError, naming it, where the pickle asks for anything not `admitted`, which no `purpose` needs, and
    where it is damaged.
    """
    try:
        return _Admitted(stream, admitted, where, purpose).load()
    except InputError:
        raise
    except Exception as error:  # damaged pickles raise errors of every kind
        remedy = "the file may be cut short: copy or download it again"
        raise InputError("this cannot be read as a pickle", where=where, remedy=remedy) from error


class _Admitted(pickle.Unpickler):
    def __init__(
        self, stream: BinaryIO, admitted: Mapping[tuple[str, str], Any], where: str, purpose: str
    ) -> None:
        super().__init__(stream, encoding="latin1")
        self._table, self._where, self._purpose = admitted, where, purpose

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        found = self._table.get((module, name))
        if found is None:
            raise InputError(
                f"the pickle asks for {module}.{name}, which no {self._purpose} needs",
                where=self._where,
                remedy="do not trust this file; get it from its makers",
            )
        return found
