"""``status``: where each service lives, and what is there."""

from __future__ import annotations

from typing import Any

from shared_db.cli.output import Json, show_json, show_table
from shared_db.cli.server import settings_with_server
from shared_db.errors import HomeNotFound
from shared_db.placement import PlacementSettings
from shared_db.reconcile import find_home
from shared_db.status import service_status


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
