"""``shared-db config``: what the configuration amounts to, with secrets masked."""

from __future__ import annotations

from shared_db.cli.output import Json, show_json, show_table
from shared_db.cli.server import settings_with_server
from shared_db.placement import PlacementSettings

MASK = "********"


def config(*, as_json: Json = False) -> None:
    """Show the configuration as it counts, secrets masked."""
    with settings_with_server() as settings:
        values = _values(settings)
    if as_json:
        show_json(values)
        return
    show_table(("variable", "value"), sorted(values.items()))


def _values(settings: PlacementSettings) -> dict[str, str]:
    values = {
        "PROJECT": settings.project,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": "(the embedded server)" if settings.embedded else str(settings.shared),
        "POOL_SIZE": str(settings.pool_size),
        "HOME_POLL": str(settings.home_poll),
    }
    for placement in settings.services.values():
        prefix = placement.service.prefix
        values[f"{prefix}PLACEMENT"] = placement.placement.value
        values[f"{prefix}DATABASE_URL"] = str(placement.desired)
        values[f"{prefix}DATABASE_PASSWORD"] = MASK if placement.login.password else "(missing)"
        for known in placement.provisions:
            host, port = known.services_reach
            server = f"{known.login.user}:{MASK}@{known.maintenance}"
            values[f"provision on {host}:{port}"] = server
    return values
