"""What would have to be done so that actual and desired placement are the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared_db.address import Address
from shared_db.errors import HomeNotFound
from shared_db.homes import Home
from shared_db.migrations.revisions import current_revision, pending
from shared_db.placement import PlacementSettings, ServicePlacement
from shared_db.provision.foreign import refuse_unusable
from shared_db.reconcile.homes import find_home


class Kind(StrEnum):
    """What a step does."""

    CREATE = "create"
    MIGRATE = "migrate"
    MOVE = "move"


@dataclass(frozen=True)
class Step:
    """One thing to do, with a sentence that describes it."""

    kind: Kind
    service: str
    sentence: str


@dataclass(frozen=True)
class ServicePlan:
    """Where a service should live, where it does, and the steps between.

    Args:
        placement: the desired placement.
        home: the actual home, None where the service is new.
        steps: what is to be done, in order.
    """

    placement: ServicePlacement
    home: Home | None
    steps: tuple[Step, ...]

    @property
    def address(self) -> Address:
        """Where the service is served from, once everything but moves is done."""
        return self.home.address if self.home else self.placement.desired


@dataclass(frozen=True)
class Plan:
    """The plans of all services, in their order."""

    services: tuple[ServicePlan, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return tuple(step for plan in self.services for step in plan.steps)


def make_plan(settings: PlacementSettings, only: Iterable[str] = ()) -> Plan:
    """Compare desired and actual placement; changes nothing.

    Args:
        settings: the desired placement.
        only: the services that count, all when empty.

    Raises:
        ForeignDatabase: a database that would be used belongs to another project.
        DatabaseNewer: a database has migrations that the code does not know.
        HomesDisagree, DatabaseUnavailable: a service's home cannot be told.
    """
    names = tuple(only) or tuple(settings.services)
    return Plan(tuple(_plan(settings.of(name)) for name in names))


def _plan(placement: ServicePlacement) -> ServicePlan:
    try:
        home = find_home(placement)
    except HomeNotFound:
        home = None
    if home is None:
        refuse_unusable(placement, placement.desired)
    steps = (*_create(placement, home), *_migrate(placement, home), *_move(placement, home))
    return ServicePlan(placement, home, steps)


def _create(placement: ServicePlacement, home: Home | None) -> tuple[Step, ...]:
    if home is not None:
        return ()
    name = placement.service.name
    sentence = f"create the schema {placement.service.schema} and its roles in {placement.desired}"
    return (Step(Kind.CREATE, name, sentence),)


def _migrate(placement: ServicePlacement, home: Home | None) -> tuple[Step, ...]:
    service = placement.service
    current = current_revision(placement, home.address) if home else None
    missing = pending(service, current)
    if not missing:
        return ()
    sentence = f"apply {len(missing)} migration(s): {', '.join(missing)}"
    return (Step(Kind.MIGRATE, service.name, sentence),)


def _move(placement: ServicePlacement, home: Home | None) -> tuple[Step, ...]:
    if home is None or home.address.place == placement.desired.place:
        return ()
    sentence = f"move its schema from {home.address} to {placement.desired}"
    return (Step(Kind.MOVE, placement.service.name, sentence),)
