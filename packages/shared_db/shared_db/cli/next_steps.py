"""What may be done next about a move, in a sentence with the commands to run."""

from __future__ import annotations

from collections.abc import Callable

from shared_db.move import Status


def next_steps(line: Callable[[str], str], found: Status) -> str:
    """The commands that go on with the move, or give it up.

    Args:
        line: how to run a step for what moves.
        found: where the move is.
    """
    return f"{_comparison(line, found)}{_by_phase(line, found)}"


def _comparison(line: Callable[[str], str], found: Status) -> str:
    if found.compared:
        return ""
    return f"The rows of the cut were not compared: run {line('verify')}. "


def _by_phase(line: Callable[[str], str], found: Status) -> str:
    if found.run is None:
        return "No move is under way."
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
