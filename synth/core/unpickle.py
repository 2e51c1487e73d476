"""Untrusted pickles: only the functions and classes of an allow list are ever called.

The Python version of pickle's reader is used: the C version allocates as much memory as an index in the file claims.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable, Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from synth.core.errors import InputError


def _encode(text: str, encoding: str = "latin1") -> bytes:
    """What _codecs.encode does: how older pickles write bytes."""
    return text.encode("latin1")


class _ArrayClass:
    """Stands for numpy.ndarray where a pickle names it: it can only be handed to `_empty`."""

    def __new__(cls, *arguments: Any) -> _ArrayClass:
        raise ValueError("an array that is made without its content")


def _empty(kind: Any, shape: Any, code: Any) -> NDArray[Any]:
    """What numpy's _reconstruct does for every array that numpy pickles: an empty one, which its state then fills."""
    if kind is not _ArrayClass or shape != (0,):
        raise ValueError("an array that is made without its content")
    return np.ndarray((0,), np.int8)


def _numpy(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"numpy._core.{module}"), name)


# whose own kinds of arrays programs pickle: refused as all others are, with a way out
_LIBRARIES = frozenset(("joblib", "torch", "pandas", "scipy", "jax", "chumpy"))

# module and name that a pickle asks for -> what it gets: enough for numpy's arrays and numbers; dictionaries, lists,
# tuples, strings and plain numbers need no entry
NUMPY: Mapping[tuple[str, str], Any] = {
    ("numpy", "ndarray"): _ArrayClass,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _encode,
    **{
        (f"{core}.{module}", name): _numpy(module, name)
        for core in ("numpy.core", "numpy._core")  # numpy 1 and 2
        for module, name in (("multiarray", "scalar"), ("numeric", "_frombuffer"))
    },
    ("numpy.core.multiarray", "_reconstruct"): _empty,
    ("numpy._core.multiarray", "_reconstruct"): _empty,
}


def read_pickle(
    stream: IO[bytes], admitted: Mapping[tuple[str, str], Any], *, where: str, purpose: str
) -> Any:
    """What a pickle holds.

    `purpose` says in errors what the file should be, such as 'body model'. Raises InputError where the pickle asks for
    anything that is not `admitted`, naming it, and where it is damaged.
    """
    try:
        return _Admitted(stream, admitted, where, purpose).load()
    except InputError:
        raise
    except Exception as error:  # damaged pickles raise errors of every kind
        remedy = "the file may be cut short: copy or download it again"
        reason = (str(error) or type(error).__name__).splitlines()[0]
        what = f"cannot be read as a pickle ({reason[:100]})"
        raise InputError(what, where=where, remedy=remedy) from error


class _Admitted(pickle._Unpickler):
    def __init__(
        self, stream: IO[bytes], admitted: Mapping[tuple[str, str], Any], where: str, purpose: str
    ) -> None:
        super().__init__(stream, encoding="latin1")
        self._table, self._where, self._purpose = admitted, where, purpose

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        found = self._table.get((module, name))
        if found is None:
            library = module.partition(".")[0]
            remedy = "do not trust this file; get it from its makers"
            if library in _LIBRARIES:
                remedy = f"load it with {library} and save its arrays by numpy.savez"
            raise InputError(
                f"the pickle asks to import {module}.{name}, which a {self._purpose} does not need",
                where=self._where,
                remedy=remedy,
            )
        return found
