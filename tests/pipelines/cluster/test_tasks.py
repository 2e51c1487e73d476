"""Clusters of this machine and elsewhere: errors in one line, and nothing that outlives its use."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from dask.system import CPU_COUNT
from distributed import Client

from pipelines.cluster.bounded import as_finished
from pipelines.cluster.tasks import connect
from synth.core.errors import InputError


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connect(2, None, threads=True) as client:
        yield client


def double(value: int) -> int:
    return 2 * value


def refuse(value: int) -> int:
    raise InputError(f"value {value}\nis bad", where="file.amc:7", remedy="mend it")


def test_threads_are_as_many_as_cores_unless_given(client: Client) -> None:
    assert sum(client.nthreads().values()) == 2
    with connect(None, None, threads=True) as other:
        assert sum(other.nthreads().values()) == CPU_COUNT


def test_errors_cross_processes_in_one_line_and_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    with connect(1, None) as client:
        assert client.scheduler.addr.startswith("tcp://127.0.0.1:")  # for this machine alone
        assert dict(as_finished(client, double, [(4,)])) == {0: 8}
        with pytest.raises(InputError) as refused:
            list(as_finished(client, refuse, [(3,), (4,)]))
        assert (refused.value.where, refused.value.remedy) == ("file.amc:7", "mend it")
        assert "\n" not in str(refused.value)
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1", "http://127.0.0.1:80"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers; check the address"), connect(1, address):
        pass


def test_a_port_where_nobody_listens_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.cluster.tasks._PATIENCE", "1s")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InputError, match="no Dask scheduler answers"), connect(1, address):
            pass
