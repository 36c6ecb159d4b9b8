"""Any batch of entries against the ledger: what does not balance is refused whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

BOUNDED = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ACCOUNTS = st.sampled_from(["provider_clearing", "sales", "refunds"])
CURRENCIES = st.sampled_from(["EUR", "JPY"])
AMOUNTS = st.integers(-3, 3) | st.integers(-(10**12), 10**12)
Entry = tuple[str, int, str]
Movement = tuple[int, list[Entry]]
"""How many entries it says that it has, and those that it has."""


@st.composite
def balanced(draw: st.DrawFn) -> Movement:
    """A movement that sums to zero in each of its currencies."""
    entries: list[Entry] = []
    for currency in draw(st.lists(CURRENCIES, min_size=1, max_size=2, unique=True)):
        amounts = draw(st.lists(AMOUNTS.filter(bool), min_size=1, max_size=3).filter(sum))
        entries += [(draw(ACCOUNTS), amount, currency) for amount in (*amounts, -sum(amounts))]
    return len(entries), draw(st.permutations(entries))


ANY = st.tuples(st.integers(1, 5), st.lists(st.tuples(ACCOUNTS, AMOUNTS, CURRENCIES), max_size=5))
BATCHES = st.lists(balanced() | balanced() | balanced() | ANY, min_size=1, max_size=3)


def is_sound(movement: Movement) -> bool:
    """Whether the movement may be in the ledger."""
    count, entries = movement
    sums: Counter[str] = Counter()
    for _, amount, currency in entries:
        sums[currency] += amount
    amounts = [amount for _, amount, _ in entries]
    return count == len(entries) >= 2 and all(amounts) and not any(sums.values())


@pytest.fixture
def connection(environment: Any) -> Iterator[psycopg.Connection]:
    """A superuser, whom the triggers bind as well; with a payment to refer to."""
    with psycopg.connect(environment.url("payments")) as opened:
        opened.execute(
            "INSERT INTO payments.customers (id, user_id, created_at)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), now())"
        )
        opened.execute(
            "INSERT INTO payments.payment_intents (id, customer_id, amount, currency, status,"
            " captured, refunded, refunding, details, created_at, updated_at)"
            " SELECT gen_random_uuid(), id, 5, 'EUR', 'succeeded', 5, 0, 0, '{}', now(), now()"
            " FROM payments.customers"
        )
        opened.commit()
        yield opened


def post(connection: psycopg.Connection, batch: list[Movement]) -> bool:
    """Write the batch in one transaction; whether it was accepted."""
    try:
        with connection.transaction():
            for count, entries in batch:
                transaction = uuid4()
                connection.execute(
                    "INSERT INTO payments.ledger_transactions (id, kind, source_id,"
                    " payment_intent_id, customer_id, entry_count, created_at)"
                    " SELECT %s, 'capture', gen_random_uuid(), id, customer_id, %s, now()"
                    " FROM payments.payment_intents",
                    [transaction, count],
                )
                for entry in entries:
                    connection.execute(
                        "INSERT INTO payments.ledger_entries"
                        " (id, transaction_id, account, amount, currency)"
                        " VALUES (gen_random_uuid(), %s, %s, %s, %s)",
                        [transaction, *entry],
                    )
    except psycopg.errors.CheckViolation:
        return False
    return True


def contents(connection: psycopg.Connection) -> list[Any]:
    """All entries and movements."""
    with connection.transaction():
        entries = connection.execute("SELECT * FROM payments.ledger_entries ORDER BY id")
        movements = connection.execute("SELECT * FROM payments.ledger_transactions ORDER BY id")
        return [*entries.fetchall(), *movements.fetchall()]


@BOUNDED
@given(batch=BATCHES)
def test_a_batch_is_accepted_if_and_only_if_every_movement_balances(
    connection: psycopg.Connection, batch: list[Movement]
) -> None:
    before = len(contents(connection))
    accepted = post(connection, batch)
    assert accepted is all(is_sound(movement) for movement in batch)
    added = sum(1 + len(entries) for _, entries in batch) if accepted else 0
    assert len(contents(connection)) == before + added


@BOUNDED
@given(
    movement=balanced(),
    change=st.sampled_from(
        [
            "UPDATE {table} SET id = gen_random_uuid()",
            "UPDATE {table} SET id = id WHERE false",
            "DELETE FROM {table}",
            "TRUNCATE {table} CASCADE",
            "WITH gone AS (DELETE FROM {table} RETURNING id) SELECT count(*) FROM gone",
        ]
    ),
    table=st.sampled_from(["payments.ledger_entries", "payments.ledger_transactions"]),
)
def test_what_was_accepted_is_neither_changed_nor_removed(
    connection: psycopg.Connection, movement: Movement, change: str, table: str
) -> None:
    assert post(connection, [movement])
    before = contents(connection)
    with pytest.raises(psycopg.errors.RestrictViolation), connection.transaction():
        connection.execute(change.format(table=table).encode())
    assert contents(connection) == before
