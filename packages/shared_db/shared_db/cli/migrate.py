"""``migrate`` and ``revision``: the migrations of one service or of all."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shared_db.cli.output import Json, say, show_json
from shared_db.cli.server import settings_with_server
from shared_db.errors import MigrationsBehind, SchemaDrift
from shared_db.migrations import current_revision, drift, pending, write_revision
from shared_db.migrations import migrate as run_migrations
from shared_db.placement import ServicePlacement
from shared_db.reconcile import find_home

Name = Annotated[str | None, typer.Argument(help="The service; all when left out.")]


def migrate(
    service: Name = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail when behind or different.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Apply the missing migrations of a service, or of all, at their homes."""
    results: list[dict[str, Any]] = []
    with settings_with_server() as settings:
        names = [service] if service else list(settings.services)
        for name in names:
            placement = settings.of(name)
            result = _checked(placement) if check else _migrated(placement)
            results.append(result)
            if not as_json:
                say(f"{name}: {result['sentence']}")
    if as_json:
        show_json({"services": results})
    if check:
        _fail(results)


def _migrated(placement: ServicePlacement) -> dict[str, Any]:
    applied = run_migrations(placement, find_home(placement).address)
    sentence = f"applied {', '.join(applied)}" if applied else "up to date"
    return {"service": placement.service.name, "applied": applied, "sentence": sentence}


def _checked(placement: ServicePlacement) -> dict[str, Any]:
    address = find_home(placement).address
    missing = pending(placement.service, current_revision(placement, address))
    different = [] if missing else drift(placement, address)
    sentence = "models and database agree"
    if missing:
        sentence = f"the database lacks {', '.join(missing)}"
    elif different:
        sentence = f"models and database differ: {'; '.join(different)}"
    return {
        "service": placement.service.name,
        "missing": missing,
        "different": different,
        "sentence": sentence,
    }


def _fail(results: list[dict[str, Any]]) -> None:
    behind = [result["service"] for result in results if result["missing"]]
    different = [result["service"] for result in results if result["different"]]
    if behind:
        raise MigrationsBehind(
            f"Migrations are missing in the database of {', '.join(behind)}: run "
            "`shared-db migrate`."
        )
    if different:
        raise SchemaDrift(
            f"Models and database of {', '.join(different)} differ: run `shared-db revision "
            f"{different[0]} -m '…'` and read what it writes."
        )


def revision(
    service: Annotated[str, typer.Argument(help="The service.")],
    message: Annotated[str, typer.Option("--message", "-m", help="What it does, in a few words.")],
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Write no statements.")] = False,
    as_json: Json = False,
) -> None:
    """Write a service's next migration from what its models and database differ in."""
    with settings_with_server() as settings:
        placement = settings.of(service)
        path = write_revision(placement, find_home(placement).address, message, empty=empty)
    if as_json:
        show_json({"path": str(path)})
    else:
        say(f"Wrote {path}: read it, then run `shared-db migrate {service}`.")
