"""Signals that end a rehearsal: they let it clean up first, and cannot break that off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ends_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block like Ctrl-C does, with all that it cleans up."""
    with _handling(_ENDING, _interrupt):
        yield


@contextmanager
def not_interrupted() -> Iterator[None]:
    """Let no signal break off the block but SIGKILL."""
    with _handling((signal.SIGINT, *_ENDING), signal.SIG_IGN):
        yield


@contextmanager
def _handling(numbers: Iterable[signal.Signals], handler: signal._HANDLER) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # signals are for that one alone
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
