"""``plan`` and ``apply``: desired and actual placement."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from shared_db.check import Verdict
from shared_db.cli.move_progress import Progress
from shared_db.cli.output import Json, say, show_json, show_table, warn
from shared_db.cli.server import settings_with_passwords, settings_with_server
from shared_db.move import MoveOptions, to_file
from shared_db.move.applying import Outlook, is_back, move_home, outlook, under_way
from shared_db.move.telling import Listener
from shared_db.reconcile import Plan, Step, make_plan
from shared_db.reconcile import apply as carry_out
from shared_db.reconcile.plan import Kind


def plan(*, as_json: Json = False) -> None:
    """Show what `apply` would do; changes nothing."""
    with settings_with_server() as settings:
        made = make_plan(settings)
        phases = _phases(made)
        outlooks = {
            step.service: outlook(settings.of(step.service))
            for step in made.steps
            if step.kind is Kind.MOVE and step.service not in phases
        }
    if as_json:
        show_json(_document(made, outlooks, phases))
        return
    show_table(
        ("service", "desired", "actual"),
        (
            (p.placement.service.name, p.placement.desired, p.home.address if p.home else "none")
            for p in made.services
        ),
    )
    for step in made.steps:
        say(f"{step.service}: {step.sentence}")
    for name, seen in outlooks.items():
        _say_outlook(name, seen)
    for name, phase in phases.items():
        say(
            f"{name}: a move of it has not ended (phase {phase}): see `shared-db move status "
            f"{name}`"
        )
    if not made.steps:
        say("Nothing to do: actual and desired placement are the same.")


def apply(
    *,
    finish: Annotated[
        bool, typer.Option("--finish", help="End moves at once; there is no way back then.")
    ] = False,
    no_move: Annotated[
        bool, typer.Option("--no-move", help="Leave services where they live.")
    ] = False,
    hold_budget: Annotated[
        float, typer.Option(help="Milliseconds for which writes may wait.")
    ] = MoveOptions.hold_budget * 1000,
    force: Annotated[
        bool, typer.Option("--force", help="Cut although a process is not warm.")
    ] = False,
    events: Annotated[
        Path | None, typer.Option(help="Append every event of moves to this file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Create what is new, migrate what is behind, move what lives elsewhere; safe to run again."""
    options = MoveOptions(hold_budget=hold_budget / 1000, force=force)

    def tell(step: Step) -> None:
        if not as_json:
            say(f"{step.service}: {step.sentence}")

    with settings_with_passwords() as settings, Progress(quiet=as_json) as progress:
        listeners: tuple[Listener, ...] = (progress.tell,)
        if events is not None:
            listeners += (to_file(events),)
        try:
            made = carry_out(
                settings,
                progress=tell,
                move=None
                if no_move
                else lambda placement: move_home(placement, options, listeners, finish=finish),
            )
        except KeyboardInterrupt:
            typer.echo(
                "shared-db: interrupted. `shared-db apply` goes on where it stopped; `shared-db "
                "plan` shows what is left to do.",
                err=True,
            )
            raise
        back = set() if no_move else _brought_back(made)
    if as_json:
        show_json(_document(made))
    elif not made.steps:
        say("Nothing to do: actual and desired placement are the same.")
    if no_move:
        _say_moves_to_do(made)
    elif not finish and not as_json:
        _say_moves(made, back)


def _brought_back(made: Plan) -> set[str]:
    """The services whose way back was taken; their moves are still open."""
    moved = [plan.placement for plan in made.services if any(map(_is_move, plan.steps))]
    return {placement.service.name for placement in moved if is_back(placement)}


def _is_move(step: Step) -> bool:
    return step.kind is Kind.MOVE


def _say_moves_to_do(made: Plan) -> None:
    for step in filter(_is_move, made.steps):
        warn(f"{step.service} is served from where it is; to do: {step.sentence}.")


def _say_moves(made: Plan, back: set[str]) -> None:
    moved = [step.service for step in filter(_is_move, made.steps) if step.service not in back]
    if moved:
        say(
            f"Moved: {', '.join(moved)}. The way back is open: set the placement back and apply, "
            "or end it with `shared-db move finish <service>`."
        )
    for name in sorted(back):
        say(
            f"Brought back: {name}. Its move is still open: end it with `shared-db move abort "
            f"{name}`."
        )


def _phases(made: Plan) -> dict[str, str]:
    """How far the moves have come that have not ended."""
    homed = [p.placement for p in made.services if p.home is not None]
    found = {placement.service.name: under_way(placement) for placement in homed}
    return {name: phase for name, phase in found.items() if phase}


def _say_outlook(name: str, seen: Outlook) -> None:
    say(
        f"{name}: about {seen.rows} rows, {seen.bytes / 1e6:.1f} MB, some {seen.seconds:.0f} s "
        "until the cut"
    )
    for obstacle in seen.obstacles:
        if obstacle.verdict is Verdict.BLOCKS:
            warn(f"{name}: {obstacle.sentence} {obstacle.remedy}")


def _document(
    made: Plan,
    outlooks: Mapping[str, Outlook] | None = None,
    phases: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    moves = {
        name: {
            "rows": seen.rows,
            "bytes": seen.bytes,
            "seconds": round(seen.seconds, 1),
            "findings": [obstacle.as_json() for obstacle in seen.obstacles],
        }
        for name, seen in (outlooks or {}).items()
    }
    return {
        "moves": moves,
        "under_way": dict(phases or {}),
        "services": [
            {
                "service": p.placement.service.name,
                "placement": p.placement.placement.value,
                "desired": p.placement.desired.as_json(),
                "home": p.home.address.as_json() if p.home else None,
                "epoch": p.home.epoch if p.home else None,
                "steps": [{"kind": s.kind.value, "sentence": s.sentence} for s in p.steps],
            }
            for p in made.services
        ],
    }
