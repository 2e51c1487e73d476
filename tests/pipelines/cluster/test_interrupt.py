"""The first Ctrl-C ends a command within seconds, the second at once, whatever is being computed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipelines.cluster.interrupt import prompt_stop

ROOT = Path(__file__).resolve().parents[3]
# a command whose thread computes for a minute; it says so when it was asked to stop
SCRIPT = """
import sys, time, threading
from pipelines.cluster.interrupt import prompt_stop
try:
    with prompt_stop():
        threading.Thread(target=time.sleep, args=(60,)).start()
        print("begun", flush=True)
        time.sleep(60)
except KeyboardInterrupt:
    print("stopping", flush=True)
    sys.exit(130)
"""


def running() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


@pytest.mark.parametrize(("twice", "least", "most"), [(False, 1.5, 4.0), (True, 0.0, 1.5)])
def test_it_ends_though_a_thread_computes(twice: bool, least: float, most: float) -> None:
    process = running()
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    assert process.stdout.readline() == "stopping\n"
    if twice:
        process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert least <= time.monotonic() - start < most
    process.communicate()


def test_handlers_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with prompt_stop():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_nothing_is_changed() -> None:
    found = []

    def run() -> None:
        with prompt_stop():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGINT)]
