"""Carrying out a plan: provision what is new, migrate what is behind, move what lives elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared_db.migrations.runner import migrate
from shared_db.placement import PlacementSettings, ServicePlacement
from shared_db.provision import (
    claim_database,
    create_database,
    ensure_roles,
    ensure_schema,
    register_home,
)
from shared_db.reconcile.plan import Kind, Plan, ServicePlan, Step, make_plan
from shared_db.tool_connection import tool_connection


def apply(
    settings: PlacementSettings,
    *,
    progress: Callable[[Step], None] = lambda _: None,
    move: Callable[[ServicePlacement], None] | None = None,
) -> Plan:
    """Make actual what is desired, and return the plan that was carried out.

    Every step is idempotent: after an interruption, running it again finishes the work. Two runs
    at once wait for each other.

    Args:
        settings: the desired placement, with the passwords of all roles.
        progress: told of each step before it is done.
        move: moves a service to where it should live; without it, services stay where they are.

    Raises:
        SharedDbError: what stands in the way; the message says what to do.
    """
    with _alone(settings):
        plan = make_plan(settings)
        for service in plan.services:
            _carry_out(settings, service, progress)
        if move is not None:
            for service in plan.services:
                move(service.placement)
    return plan


def _carry_out(
    settings: PlacementSettings, plan: ServicePlan, progress: Callable[[Step], None]
) -> None:
    placement, address = plan.placement, plan.address
    for step in plan.steps:
        if step.kind is not Kind.MOVE:
            progress(step)
    ensure_roles(settings.project, placement, address)
    if plan.home is None:
        create_database(placement.provision(address), address.database)
    claim_database(settings.project, placement, address)
    ensure_schema(placement, address)
    migrate(placement, address)
    if plan.home is None:
        register_home(settings.project, placement, address)


@contextmanager
def _alone(settings: PlacementSettings) -> Iterator[None]:
    """Hold the project's lock on the shared server, so that no service gets two homes."""
    first = next(iter(settings.services.values()), None)
    if first is None:
        yield
        return
    with tool_connection(first.provision(settings.shared), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_advisory_lock(hashtextextended('shared_db.apply:' || %s, 0))",
            [settings.project],
        )
        yield
