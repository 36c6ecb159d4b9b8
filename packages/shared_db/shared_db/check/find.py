"""Running all checks over the homes of all services."""

from __future__ import annotations

from collections.abc import Iterator

from shared_db.check.finding import Finding, Verdict
from shared_db.check.isolation import find_isolation
from shared_db.errors import DatabaseNewer, HomeNotFound
from shared_db.homes import Home
from shared_db.migrations import current_revision, drift, pending
from shared_db.placement import PlacementSettings, ServicePlacement
from shared_db.reconcile import find_home


def find_all(settings: PlacementSettings) -> list[Finding]:
    """All findings of all services; empty when everything is as it should be.

    Raises:
        DatabaseUnavailable, MissingPrivilege: a database cannot be examined.
    """
    return [f for placement in settings.services.values() for f in _find(settings, placement)]


def _find(settings: PlacementSettings, placement: ServicePlacement) -> Iterator[Finding]:
    name = placement.service.name
    try:
        home = find_home(placement)
    except HomeNotFound as error:
        yield Finding(Verdict.BLOCKS, "no-home", name, str(error), "Run `shared-db apply`.")
        return
    if home.notice:
        remedy = "Run `shared-db plan` to see the move, or change the configuration back."
        yield Finding(Verdict.INFORMS, "elsewhere", name, home.notice, remedy)
    yield from find_isolation(settings, placement, home.address)
    yield from _find_drift(placement, home)


def _find_drift(placement: ServicePlacement, home: Home) -> Iterator[Finding]:
    name = placement.service.name
    try:
        missing = pending(placement.service, current_revision(placement, home.address))
    except DatabaseNewer as error:
        yield Finding(Verdict.BLOCKS, "newer", name, str(error), "")
        return
    if missing:
        sentence = f"The database lacks the migrations {', '.join(missing)}."
        remedy = f"Run `shared-db migrate {name}`."
        yield Finding(Verdict.BLOCKS, "behind", name, sentence, remedy)
        return
    for difference in drift(placement, home.address):
        sentence = f"Models and database differ: {difference}."
        remedy = f"Run `shared-db revision {name} -m '…'`."
        yield Finding(Verdict.BLOCKS, "drift", name, sentence, remedy)
