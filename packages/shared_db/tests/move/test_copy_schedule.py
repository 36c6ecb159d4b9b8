"""In what order a copy's work is done, and what happens when a part of it fails."""

from __future__ import annotations

import threading

import pytest
from shared_db.move.copy.schedule import Task, do_all


def test_the_heaviest_of_what_is_ready_comes_first() -> None:
    order: list[str] = []
    light = Task(lambda _: order.append("light"), weight=1)
    heavy = Task(lambda _: order.append("heavy"), weight=9)
    do_all([light, heavy], jobs=1)
    assert order == ["heavy", "light"]


def test_a_task_waits_for_those_that_it_comes_after() -> None:
    order: list[str] = []
    rows = Task(lambda _: order.append("rows"), weight=1)
    index = Task(lambda _: order.append("index"), weight=9, after=(rows,))
    do_all([index, rows], jobs=2)
    assert order == ["rows", "index"]


def test_work_on_one_table_goes_on_beside_other_work_on_it_unless_one_must_be_alone() -> None:
    together = threading.Barrier(2, timeout=10)
    most, running, guard = 0, 0, threading.Lock()

    def alone(_: int) -> None:
        nonlocal most, running
        with guard:
            running += 1
            most = max(most, running)
        with guard:
            running -= 1

    shared = [Task(lambda _: _wait(together), 9, "t", alone=False) for _ in range(2)]
    apart = [Task(alone, 1, "t", alone=True) for _ in range(5)]
    do_all([*shared, *apart], jobs=4)
    assert most == 1


def test_a_task_is_told_of_the_jobs_that_have_nothing_to_do() -> None:
    spare: list[int] = []
    last = Task(spare.append, weight=1)
    do_all([last], jobs=4)
    assert spare == [3]


def test_a_failure_ends_what_runs_and_leaves_what_has_not_begun() -> None:
    ended = threading.Event()
    done: list[int] = []
    begun = threading.Barrier(2, timeout=10)

    def fail(_: int) -> None:
        begun.wait()
        raise ValueError("the disk is full")

    def run_until_ended(_: int) -> None:
        begun.wait()
        assert ended.wait(10)

    tasks = [Task(fail, 9), Task(run_until_ended, 8), Task(done.append, 1)]
    with pytest.raises(ValueError, match="the disk is full"):
        do_all(tasks, jobs=2, on_failure=ended.set)
    assert not done


def test_no_work_is_done_at_once() -> None:
    do_all([], jobs=2)


def _wait(together: threading.Barrier) -> None:
    together.wait()
