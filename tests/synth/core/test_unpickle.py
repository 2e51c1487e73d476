from __future__ import annotations

import io
import pickle
import resource
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
    with pytest.raises(InputError, match=r"a\.pkl: the pickle asks to import .*, which a test does not need"):
        read(pickle.dumps({"x": wanted}))


@pytest.mark.parametrize("length", [0, 1, 10, 40])
def test_damage_is_one_error(length: int) -> None:
    content = pickle.dumps(np.arange(100))
    with pytest.raises(InputError, match="cannot be read as a pickle"):
        read(content[:length])


@pytest.mark.parametrize(
    "content",
    [
        b"cnumpy\nndarray\n((I10000000000\ntcnumpy\ndtype\n(S'f8'\ntRtR.",  # numpy.ndarray((10**10,), "f8")
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I10000000000\ntS'd'\ntR.",
    ],
)
def test_an_array_without_its_content_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"cannot be read as a pickle .*without its content"):
        read(content)


def test_an_index_takes_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read(b"Nr\xff\xff\xff\x7f.") is None  # LONG_BINPUT: entry two thousand million of the memo
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KB


def test_a_way_out_for_arrays_of_other_libraries() -> None:
    stream = io.BytesIO(b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n.")
    with pytest.raises(InputError, match=r"load it with joblib and save its arrays by numpy\.savez"):
        read_pickle(stream, NUMPY, where="a.pkl", purpose="motion file")
