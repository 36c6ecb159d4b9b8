"""What may be done next about a move, in a sentence with the commands to run."""

from __future__ import annotations

from collections.abc import Callable

from shared_db.move import Status
from shared_db.move.known_differences import found_by

_END = {"ready": "abort", "cut": "finish"}
_LED_BY = {"ready": "rollback", "cut": "cut"}


def next_steps(line: Callable[[str], str], found: Status) -> str:
    """The commands that go on with the move, or give it up.

    Args:
        line: how to run a step for what moves.
        found: where the move is.
    """
    if found.run is None:
        return "No move is under way."
    steps = _about_differences(line, found) or _by_phase(line, found)
    return f"{_comparison(line, found)}{steps}"


def _comparison(line: Callable[[str], str], found: Status) -> str:
    if found.compared:
        return ""
    return f"The rows of the cut were not compared: run {line('verify')}. "


def _by_phase(line: Callable[[str], str], found: Status) -> str:
    match found.phase:
        case "ready":
            return (
                f"Ready: {line('cutover')} makes the target its home, {line('abort')} undoes the "
                "move."
            )
        case "cut":
            return f"Cut over: {line('rollback')} goes back, {line('finish')} ends the move."
        case "finish" | "finished":
            return f"Being finished: {line('finish')} goes on with that."
        case "abort":
            return f"Being aborted: {line('abort')} goes on with that."
        case _:
            return f"Not ready: {line('resume')} goes on with it, {line('abort')} undoes it."


def _about_differences(line: Callable[[str], str], found: Status) -> str:
    """What to do about rows that differ; those that a cut found first its way back undoes."""
    if found.phase not in _END:
        return ""
    by = found_by(found.events)
    in_the_way = sorted(table for table, kind in by.items() if kind != _LED_BY[found.phase])
    if in_the_way:
        return (
            f"Rows of {', '.join(in_the_way)} differed when they were last compared: put them "
            f"right and run {line('verify')}, or {line(_END[found.phase])}."
        )
    if by and found.phase == "cut":
        return f"The cut found that rows of {', '.join(sorted(by))} differ: {line('rollback')}."
    return ""
