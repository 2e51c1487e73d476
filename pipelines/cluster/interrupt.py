"""Ctrl-C on a command line: the first stops within seconds, whatever is being computed, the second at once.

A corpus may be left at any moment: a shard counts once its receipt is written, and nothing else does.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_PATIENCE = 2.0  # seconds that a first Ctrl-C leaves for closing down
_CODE = 130  # as shells report a program that Ctrl-C ended


@contextmanager
def prompt_stop() -> Iterator[None]:
    """Within it, a first Ctrl-C raises KeyboardInterrupt and ends the process two seconds later where threads still
    compute, which nothing can interrupt; a second one ends it at once. For command lines only: the process ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    closing = threading.Event()

    def leave() -> None:
        if not closing.is_set():  # else whoever caught the KeyboardInterrupt has said so
            print("posemill: stopped; the same command continues from here", file=sys.stderr, flush=True)
        os._exit(_CODE)

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, lambda number, frame: leave())
        timer = threading.Timer(_PATIENCE, leave)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    except KeyboardInterrupt:
        closing.set()
        raise  # the handler stays: a second Ctrl-C while the process closes down ends it
    signal.signal(signal.SIGINT, before)
