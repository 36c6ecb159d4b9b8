"""``shared-db move``: a service, or any schema, to another database while it serves traffic."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from shared_db.cli.move_arguments import Arguments, takes_arguments
from shared_db.cli.move_commands import add_commands
from shared_db.cli.output import say, show_json, warn
from shared_db.errors import ConfigurationError
from shared_db.move import Obstacle, Status, may_start

app = typer.Typer(
    name="move",
    help="Move a service, or any schema, to another database while it serves traffic.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("check")
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


@app.command("start")
@takes_arguments
def start(arguments: Arguments) -> None:
    """Copy, follow, verify, and lay the way back; the home stays where it is until `cutover`."""
    with arguments.mover() as mover:
        mover.start()
        _tell(
            arguments,
            mover.status(),
            f"Ready: {arguments.line('cutover')} makes the target its home.",
        )


@app.command("status")
@takes_arguments
def status(arguments: Arguments) -> None:
    """Show how far the move has come, and what it told."""
    with arguments.mover() as mover:
        _tell(arguments, mover.status(), "", events=True)


@app.command("verify")
@takes_arguments
def verify(arguments: Arguments) -> None:
    """Compare every row of both sides while writes go on. Exit code 1: rows differ."""
    with arguments.mover() as mover:
        results = mover.verify()
    if arguments.as_json:
        show_json({"tables": [result.as_json() for result in results]})
    else:
        say(f"All {len(results)} table(s) are equal.")


@app.command("cutover")
@takes_arguments
def cutover(arguments: Arguments) -> None:
    """Make the target the home, then compare every row of the moment of the cut."""
    with arguments.mover() as mover:
        mover.cutover()
        _tell(
            arguments,
            mover.status(),
            f"Cut over. {arguments.line('rollback')} goes back, {arguments.line('finish')} ends "
            "the move.",
        )


@app.command("rollback")
@takes_arguments
def rollback(arguments: Arguments) -> None:
    """Make the origin the home again, with everything that was written since the cut."""
    with arguments.mover() as mover:
        mover.rollback()
        _tell(
            arguments,
            mover.status(),
            f"Back. {arguments.line('cutover')} tries again, {arguments.line('abort')} ends it.",
        )


@app.command("finish")
@takes_arguments
def finish(
    arguments: Arguments,
    *,
    drop: Annotated[
        bool,
        typer.Option(
            "--drop", help="Drop former schemas instead of keeping them aside, now or later."
        ),
    ] = False,
) -> None:
    """End the move at the target; there is no way back after it."""
    with arguments.mover() as mover:
        dropped = mover.finish(drop=drop)
        rest = f"{arguments.line('finish')} with --drop drops the former schema, kept aside."
        _tell(arguments, mover.status(), f"Finished. {_dropped(dropped) if drop else rest}")


@app.command("abort")
@takes_arguments
def abort(
    arguments: Arguments,
    *,
    target_lost: Annotated[
        bool, typer.Option("--target-lost", help="End it although the target will not come back.")
    ] = False,
) -> None:
    """Undo a move whose home is still, or again, its origin."""
    with arguments.mover() as mover:
        left = mover.abort(target_lost=target_lost)
        _tell(arguments, mover.status(), "" if left else "Aborted; the home is as it was.")
    if left:
        warn(left)
        raise typer.Exit(1)


@app.command("resume")
@takes_arguments
def resume(arguments: Arguments) -> None:
    """Go on with a move that was interrupted, up to the point before the next cut."""
    with arguments.mover() as mover:
        mover.resume()
        found = mover.status()
        _tell(arguments, found, f"Phase {found.phase}, home {found.home}.")


@app.command("promote")
@takes_arguments
def promote(
    arguments: Arguments,
    *,
    source_lost: Annotated[
        bool,
        typer.Option("--source-lost", help="Say that the server of the home is lost for good."),
    ] = False,
) -> None:
    """Make the database that followed a lost home the home; the last resort."""
    if not source_lost:
        raise ConfigurationError(
            "A target becomes the home by `shared-db move cutover` or `resume`. Only if the "
            "server of the home is lost for good: add --source-lost."
        )
    with arguments.mover() as mover:
        done = mover.take_over()
    if arguments.as_json:
        show_json(asdict(done))
        return
    say(f"Promoted: the home is {done.home}, epoch {done.epoch}.")
    if not done.complete:
        warn(
            f"What {done.lost} acknowledged last may be missing. Never let that server serve "
            "again as it is; it still believes to be the home."
        )
    if done.unknown:
        warn(f"No row tells how far these sequences were, set them: {', '.join(done.unknown)}.")


def _dropped(names: list[str]) -> str:
    return f"Dropped: {', '.join(names)}." if names else "Nothing is kept aside."


def _show_obstacles(obstacles: list[Obstacle]) -> None:
    for obstacle in obstacles:
        say(f"{obstacle.verdict.value}: {obstacle.sentence}")
        for name in obstacle.objects:
            say(f"    {name}")
        say(f"  -> {obstacle.remedy}")
    say("The move may start." if may_start(obstacles) else "The move may not start.")


def _tell(arguments: Arguments, found: Status, sentence: str, *, events: bool = False) -> None:
    if arguments.as_json:
        show_json(_document(found, events=events))
        return
    if events:
        run = found.run
        route = f", from {run.origin.address} to {run.target.address}" if run else ""
        say(f"Phase {found.phase}, home {found.home}{route}.")
    if sentence:
        say(sentence)


def _document(found: Status, *, events: bool) -> dict[str, Any]:
    run = found.run
    document: dict[str, Any] = {
        "phase": found.phase,
        "home": found.home,
        "run_id": str(run.run_id) if run else None,
        "origin": str(run.origin.address) if run else None,
        "target": str(run.target.address) if run else None,
    }
    if events:
        document["events"] = found.events
    return document


add_commands(app)
