"""Doing independent pieces of work on a few threads, and stopping all when one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

Work = Callable[[], None]


def do_all(work: Iterable[Work], *, jobs: int, on_failure: Work = lambda: None) -> None:
    """Do everything, ``jobs`` at a time, in the given order.

    Args:
        work: the pieces.
        jobs: how many at the same time.
        on_failure: ends what runs when one has failed.

    Raises:
        Exception: the first failure; what had not begun is left.
    """
    with ThreadPoolExecutor(max_workers=jobs) as threads:
        futures = [threads.submit(piece) for piece in work]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            on_failure()
            raise
