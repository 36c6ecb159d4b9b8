"""Seeding and comparing where the services live now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from shared_db import PlacementSettings
from shared_db.reconcile.homes import find_home
from shared_db.tool_connection import ToolConnection, tool_connection

from rehearsal.seed.differences import Difference, differences
from rehearsal.seed.insert import Chunk, chunks, insert_seed, settle_tables
from rehearsal.seed.ledger import LEDGER_ENTRIES, LEDGER_TRANSACTIONS
from rehearsal.seed.operations import ATTEMPTS, CAPTURES, REFUNDS, SANDBOX
from rehearsal.seed.payment import INTENTS
from rehearsal.seed.size import Seed
from rehearsal.seed.table import SeededTable
from rehearsal.seed.users import CUSTOMERS, PROFILES, USERS

PER_USER: Mapping[str, tuple[SeededTable, ...]] = {
    "auth": (USERS,),
    "profile": (PROFILES,),
    "payments": (CUSTOMERS,),
}
"""Tables with a row for each user, by service."""

PER_PAYMENT: Mapping[str, tuple[SeededTable, ...]] = {
    "payments": (
        INTENTS,
        REFUNDS,
        ATTEMPTS,
        CAPTURES,
        SANDBOX,
        LEDGER_TRANSACTIONS,
        LEDGER_ENTRIES,
    )
}
"""Tables with rows for each payment, by service, referenced ones first."""

_AT_ONCE = 2

Job = tuple[str, tuple[SeededTable, ...], list[Chunk]]


def seed_homes(settings: PlacementSettings, seed: Seed) -> int:
    """Seed every service at its home, on two connections; how many rows were written.

    Raises:
        SharedDbError: a home was not found or could not be reached.
    """

    def fill(job: Job) -> int:
        service, tables, numbers = job
        with _home_of(settings, service, autocommit=True) as connection:
            owner = settings.of(service).owner
            return insert_seed(connection, tables, seed, numbers, owner=owner)

    users, payments = chunks(seed.users), chunks(seed.payments)
    first: list[Job] = [(service, tables, users) for service, tables in PER_USER.items()]
    then: list[Job] = [
        (service, tables, payments[part::_AT_ONCE])
        for service, tables in PER_PAYMENT.items()
        for part in range(_AT_ONCE)
    ]
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        rows = sum(threads.map(fill, first)) + sum(threads.map(fill, then))
    for service, tables in PER_USER.items():
        with _home_of(settings, service, autocommit=True) as connection:
            settle_tables(connection, (*tables, *PER_PAYMENT.get(service, ())))
    return rows


def compare_homes(settings: PlacementSettings, seed: Seed) -> list[Difference]:
    """What is no longer as it was seeded, at the homes of now.

    Raises:
        SharedDbError: a home was not found or could not be reached.
    """
    found: list[Difference] = []
    for service, tables in PER_USER.items():
        with _home_of(settings, service, autocommit=False) as connection:
            found += differences(connection, (*tables, *PER_PAYMENT.get(service, ())), seed)
    return found


@contextmanager
def _home_of(
    settings: PlacementSettings, service: str, *, autocommit: bool
) -> Iterator[ToolConnection]:
    """A connection to where the service lives, as the role that provisions."""
    placement = settings.of(service)
    address = find_home(placement).address
    provision = placement.provision(address)
    with tool_connection(provision, address.database, autocommit=autocommit) as connection:
        yield connection
