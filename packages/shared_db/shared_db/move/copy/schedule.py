"""Doing pieces of work on a few threads: what is ready and heaviest first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Work = Callable[[int], None]
"""Told how many jobs have nothing to do when it begins, so that it may use their processors."""


@dataclass(frozen=True, eq=False)
class Task:
    """A piece of work.

    Args:
        work: what is done.
        weight: the heaviest task that may begin does; bytes, say.
        table: whose lock it takes.
        alone: whether nothing else may be done with the table meanwhile.
        after: what must be done before.
    """

    work: Work
    weight: int
    table: str = ""
    alone: bool = True
    after: tuple[Task, ...] = ()


def do_all(
    tasks: Sequence[Task], *, jobs: int, on_failure: Callable[[], None] = lambda: None
) -> None:
    """Do everything, ``jobs`` at a time.

    Args:
        tasks: all of it, with all that they come after.
        jobs: how many at the same time.
        on_failure: ends what runs when one has failed.

    Raises:
        Exception: the first failure; what had not begun is left, what ran has ended.
    """
    board = _Board(tasks, jobs)
    threads = [
        threading.Thread(target=board.work_off, name=f"copy-{number}", daemon=True)
        for number in range(min(jobs, len(tasks)))
    ]
    for thread in threads:
        thread.start()
    try:
        failure = board.wait()
    except BaseException as interrupted:  # noqa: BLE001 - raised again below
        board.fail(interrupted)
        failure = interrupted
    if failure is not None:
        on_failure()
    for thread in threads:
        thread.join()
    if failure is not None:
        raise failure


class _Board:
    """What is left, what runs and what has failed, behind one lock."""

    def __init__(self, tasks: Sequence[Task], jobs: int) -> None:
        self._left = sorted(tasks, key=lambda task: -task.weight)
        self._jobs = jobs
        self._running: list[Task] = []
        self._done: set[Task] = set()
        self._failure: BaseException | None = None
        self._changed = threading.Condition()

    def wait(self) -> BaseException | None:
        """Wait until all is done, or something failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._failure or not (self._left or self._running))
            return self._failure

    def fail(self, failure: BaseException) -> None:
        """Let nothing else begin."""
        with self._changed:
            self._failure = self._failure or failure
            self._changed.notify_all()

    def work_off(self) -> None:
        """Do what may be done until nothing is left."""
        while (begun := self._begin()) is not None:
            task, spare = begun
            try:
                task.work(spare)
            except BaseException as failure:  # noqa: BLE001 - raised again by do_all
                self.fail(failure)
            with self._changed:
                self._running.remove(task)
                self._done.add(task)
                self._changed.notify_all()

    def _begin(self) -> tuple[Task, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._next() is not None)
            task = None if self._ended else self._next()
            if task is None:
                return None
            self._left.remove(task)
            self._running.append(task)
            waiting = sum(1 for other in self._left if self._may_begin(other))
            return task, max(self._jobs - len(self._running) - waiting, 0)

    @property
    def _ended(self) -> bool:
        return self._failure is not None or not self._left

    def _next(self) -> Task | None:
        return next((task for task in self._left if self._may_begin(task)), None)

    def _may_begin(self, task: Task) -> bool:
        if not self._done.issuperset(task.after):
            return False
        same = [other for other in self._running if task.table and other.table == task.table]
        return not same or not (task.alone or any(other.alone for other in same))
