"""Commands of ``shared-db move`` that carry it out, step by step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from shared_db.cli.move_arguments import Arguments, takes_arguments
from shared_db.cli.move_reports import tell
from shared_db.cli.next_steps import next_steps
from shared_db.cli.output import say, show_json, warn
from shared_db.errors import ConfigurationError


@takes_arguments
def start(arguments: Arguments) -> None:
    """Copy, follow, verify, and lay the way back; the home stays where it is until `cutover`."""
    with arguments.mover() as mover:
        mover.start()
        tell(
            arguments,
            mover.status(),
            f"Ready: {arguments.line('cutover')} makes the target its home.",
        )


@takes_arguments
def cutover(arguments: Arguments) -> None:
    """Make the target the home, then compare every row of the moment of the cut."""
    with arguments.mover() as mover:
        mover.cutover()
        tell(
            arguments,
            mover.status(),
            f"Cut over. {arguments.line('rollback')} goes back, {arguments.line('finish')} ends "
            "the move.",
        )


@takes_arguments
def rollback(arguments: Arguments) -> None:
    """Make the origin the home again, with everything that was written since the cut."""
    with arguments.mover() as mover:
        mover.rollback()
        tell(
            arguments,
            mover.status(),
            f"Back. {arguments.line('cutover')} tries again, {arguments.line('abort')} ends it.",
        )


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
        begun = mover.entry() is not None
        dropped = mover.finish(drop=drop)
        done = "Finished." if begun else "Nothing is under way; the last move was finished."
        rest = f"{arguments.line('finish')} with --drop drops the former schema, kept aside."
        tell(arguments, mover.status(), f"{done} {_dropped(dropped) if drop else rest}")


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
        tell(arguments, mover.status(), "" if left else "Aborted; the home is as it was.")
    if left:
        warn(left)
        raise typer.Exit(1)


@takes_arguments
def resume(arguments: Arguments) -> None:
    """Go on with a move that was interrupted, up to the point before the next cut."""
    with arguments.mover() as mover:
        mover.resume()
        found = mover.status()
        sentence = next_steps(arguments.line, found)
        tell(arguments, found, f"Phase {found.phase}, home {found.home}. {sentence}")


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
