from __future__ import annotations

import io
import pickle
from collections import OrderedDict

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.core.unpickle import NUMPY, read_pickle


def read(content: bytes) -> object:
    return read_pickle(io.BytesIO(content), NUMPY, where="a.pkl", purpose="test")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_and_containers_come_back(protocol: int) -> None:
    held = {"a": [np.arange(6.0).reshape(2, 3), (1, 2.5, "x", None, True)], "b": {"c": np.float32(1.5)}}
    found = read(pickle.dumps(held, protocol))
    assert isinstance(found, dict)
    assert np.array_equal(found["a"][0], np.arange(6.0).reshape(2, 3))
    assert found["a"][1] == (1, 2.5, "x", None, True)
    assert found["b"]["c"] == 1.5


@pytest.mark.parametrize("wanted", [OrderedDict, print, eval, np.load])
def test_anything_else_is_refused_by_name(wanted: object) -> None:
    with pytest.raises(InputError, match=r"a\.pkl: the pickle asks for .*, which no test needs"):
        read(pickle.dumps({"x": wanted}))


@pytest.mark.parametrize("length", [0, 1, 10, 40])
def test_damage_is_one_error(length: int) -> None:
    content = pickle.dumps(np.arange(100))
    with pytest.raises(InputError, match="cannot be read as a pickle"):
        read(content[:length])
