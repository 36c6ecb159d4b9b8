"""``plan``, ``apply`` and ``status``: desired and actual placement."""

from __future__ import annotations

from typing import Any

from shared_db.cli.output import Json, say, show_json, show_table, warn
from shared_db.cli.server import settings_with_passwords, settings_with_server
from shared_db.errors import HomeNotFound
from shared_db.placement import PlacementSettings
from shared_db.reconcile import Plan, Step, find_home, make_plan
from shared_db.reconcile import apply as carry_out
from shared_db.reconcile.plan import Kind
from shared_db.status import service_status


def plan(*, as_json: Json = False) -> None:
    """Show what `apply` would do; changes nothing."""
    with settings_with_server() as settings:
        made = make_plan(settings)
    if as_json:
        show_json(_document(made))
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
    if not made.steps:
        say("Nothing to do: actual and desired placement are the same.")


def apply(*, as_json: Json = False) -> None:
    """Create what is new and migrate what is behind; safe to run again."""

    def tell(step: Step) -> None:
        if not as_json:
            say(f"{step.service}: {step.sentence}")

    with settings_with_passwords() as settings:
        made = carry_out(settings, progress=tell)
    if as_json:
        show_json(_document(made))
    elif not made.steps:
        say("Nothing to do: actual and desired placement are the same.")
    for step in made.steps:
        if step.kind is Kind.MOVE:
            warn(f"{step.service} is served from where it is; to do: {step.sentence}.")


def status(*, as_json: Json = False) -> None:
    """Show where each service lives, at which migration, and how big it is."""
    with settings_with_server() as settings:
        rows = [_status(settings, name) for name in settings.services]
    if as_json:
        show_json({"services": rows})
        return
    columns = ("service", "home", "epoch", "revision", "rows", "bytes", "sessions")
    show_table(columns, ([row.get(column, "-") for column in columns] for row in rows))


def _status(settings: PlacementSettings, name: str) -> dict[str, Any]:
    placement = settings.of(name)
    try:
        home = find_home(placement)
    except HomeNotFound:
        return {"service": name, "home": None, "desired": str(placement.desired)}
    return {
        "service": name,
        "home": str(home.address),
        "desired": str(placement.desired),
        "epoch": home.epoch,
        **service_status(placement, home.address),
    }


def _document(made: Plan) -> dict[str, Any]:
    return {
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
        ]
    }
