"""Commands of ``shared-db move`` that change no home: what is in the way, how far it is."""

from __future__ import annotations

from typing import Any

import typer

from shared_db.cli.move_arguments import Arguments, takes_arguments
from shared_db.cli.next_steps import next_steps
from shared_db.cli.output import say, show_json
from shared_db.move import Obstacle, Status, may_start


@takes_arguments
def check(arguments: Arguments) -> None:
    """Show what stands in the way of a move; changes nothing. Exit code 1: it may not start."""
    with arguments.mover() as mover:
        obstacles = mover.check()
    if arguments.as_json:
        found = [obstacle.as_json() for obstacle in obstacles]
        show_json({"may_start": may_start(obstacles), "findings": found})
    else:
        _show_obstacles(obstacles)
    if not may_start(obstacles):
        raise typer.Exit(1)


@takes_arguments
def status(arguments: Arguments) -> None:
    """Show how far the move has come, and what it told."""
    with arguments.mover() as mover:
        found = mover.status()
        tell(arguments, found, _outlook(arguments, found), events=True)


@takes_arguments
def verify(arguments: Arguments) -> None:
    """Compare every row of both sides while writes go on. Exit code 1: rows differ."""
    with arguments.mover() as mover:
        results = mover.verify()
    if arguments.as_json:
        show_json({"tables": [result.as_json() for result in results]})
    else:
        say(f"All {len(results)} table(s) are equal.")


def tell(arguments: Arguments, found: Status, sentence: str, *, events: bool = False) -> None:
    """Show where the move is now, to a program or in a sentence to a person."""
    if arguments.as_json:
        show_json(_document(found, events=events))
        return
    if events:
        run = found.run
        route = f", from {run.origin.address} to {run.target.address}" if run else ""
        say(f"Phase {found.phase}, home {found.home}{route}.")
    if sentence:
        say(sentence)


def _outlook(arguments: Arguments, found: Status) -> str:
    if not found.running:
        return next_steps(arguments.line, found)
    return (
        f"A command is at work on it ({found.running}): wait for it; {arguments.line('resume')} or "
        "`abort` would end it and take its place."
    )


def _show_obstacles(obstacles: list[Obstacle]) -> None:
    for obstacle in obstacles:
        say(f"{obstacle.verdict.value}: {obstacle.sentence}")
        for name in obstacle.objects:
            say(f"    {name}")
        say(f"  -> {obstacle.remedy}")
    say("The move may start." if may_start(obstacles) else "The move may not start.")


def _document(found: Status, *, events: bool) -> dict[str, Any]:
    run = found.run
    document: dict[str, Any] = {
        "phase": found.phase,
        "home": found.home,
        "compared": found.compared,
        "running": found.running,
        "run_id": str(run.run_id) if run else None,
        "origin": str(run.origin.address) if run else None,
        "target": str(run.target.address) if run else None,
    }
    if events:
        document["events"] = found.events
    return document
