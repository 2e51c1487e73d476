"""Few tasks in flight, errors in one line, and nothing that outlives its use."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from dask.system import CPU_COUNT
from distributed import Client

from pipelines.cluster.tasks import connect, run_bounded
from synth.core.errors import InputError


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connect(2, None, threads=True) as client:
        yield client


def double(value: int) -> int:
    return 2 * value


def refuse(value: int) -> int:
    raise InputError(f"value {value}\nis bad", where="file.amc:7", remedy="mend it")


def fail_once(folder: str) -> str:
    try:
        os.mkdir(folder)
    except FileExistsError:
        return "second try"
    raise OSError("the disk was away")


def test_every_job_has_its_number(client: Client) -> None:
    assert dict(run_bounded(client, double, ((n,) for n in range(100)))) == {n: 2 * n for n in range(100)}


def test_no_jobs_no_results(client: Client) -> None:
    assert list(run_bounded(client, double, [])) == []


def test_a_million_jobs_start_at_once_and_few_are_in_flight(client: Client) -> None:
    taken = 0

    def jobs() -> Iterator[tuple[int]]:
        nonlocal taken
        for taken in range(1, 1_000_001):
            yield (taken,)

    results = run_bounded(client, double, jobs())
    for done, _ in enumerate(itertools.islice(results, 300), 1):
        assert taken - done < 2 * 4  # two threads, each with one at work and three ahead
    results.close()
    assert taken < 310


def test_jobs_may_be_without_end(client: Client) -> None:
    results = run_bounded(client, double, ((n,) for n in itertools.count()))
    assert len(list(itertools.islice(results, 20))) == 20


def test_an_error_of_a_task_is_one_line(client: Client) -> None:
    with pytest.raises(InputError) as refused:
        list(run_bounded(client, refuse, [(3,)]))
    assert str(refused.value) == "file.amc:7: value 3 is bad; mend it"


def test_a_task_gets_a_second_try(client: Client, tmp_path: Path) -> None:
    assert list(run_bounded(client, fail_once, [(f"{tmp_path}/try",)])) == [(0, "second try")]


def test_threads_are_as_many_as_cores_unless_given(client: Client) -> None:
    assert sum(client.nthreads().values()) == 2
    with connect(None, None, threads=True) as other:
        assert sum(other.nthreads().values()) == CPU_COUNT


def test_errors_cross_processes_in_one_line_and_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    with connect(1, None) as client:
        assert client.scheduler.addr.startswith("tcp://127.0.0.1:")  # for this machine alone
        assert dict(run_bounded(client, double, [(4,)])) == {0: 8}
        with pytest.raises(InputError) as refused:
            list(run_bounded(client, refuse, [(3,), (4,)]))
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
