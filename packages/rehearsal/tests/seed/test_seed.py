"""The seed is what the services would have written, and damage to it is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.rows import dict_row
from rehearsal.history.invariants import violations
from rehearsal.seed import Seed, compare_homes, seed_homes
from rehearsal.seed.homes import PER_PAYMENT, PER_USER
from rehearsal.seed.table import SeededTable

SEED = Seed.of_payments(400, datetime(2031, 5, 4, tzinfo=UTC))


@pytest.fixture
def seeded(environment: Any) -> Any:
    seed_homes(environment.settings(), SEED)
    return environment


@pytest.fixture
def payments(seeded: Any) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A superuser whom no trigger or key stops, as damaged storage is stopped by none."""
    with psycopg.connect(
        seeded.url("payments"), autocommit=True, row_factory=dict_row
    ) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def count(connection: psycopg.Connection[dict[str, Any]], query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row["count"]


def test_the_seed_obeys_every_rule_of_the_ledger(payments: Any) -> None:
    assert count(payments, "SELECT count(*) FROM payments.payment_intents") == SEED.payments
    assert count(payments, "SELECT count(*) FROM payments.captures") == SEED.payments * 18 // 20
    assert count(payments, "SELECT count(*) FROM payments.refunds") == SEED.payments * 4 // 20
    assert violations(payments) == []


def test_nothing_differs_from_what_was_seeded(seeded: Any) -> None:
    assert compare_homes(seeded.settings(), SEED) == []


SEEDED = [table for of in (PER_USER, PER_PAYMENT) for tables in of.values() for table in tables]


@pytest.mark.parametrize("table", SEEDED, ids=lambda table: table.name)
def test_every_column_is_seeded_and_hence_compared(environment: Any, table: SeededTable) -> None:
    """A column that the seed leaves to its default would be compared with nothing."""
    columns = """
        SELECT column_name FROM information_schema.columns
         WHERE table_schema = %s AND table_name = %s
    """
    with psycopg.connect(environment.url(table.schema)) as connection:
        found = connection.execute(columns, [table.schema, table.name]).fetchall()
    assert sorted(table.columns.split()) == sorted(name for (name,) in found)


ADD_AN_ENTRY = """
INSERT INTO payments.ledger_entries (id, transaction_id, account, amount, currency)
SELECT overlay(id::text PLACING 'ff' FROM 35)::uuid, transaction_id, account, 1, 'EUR'
  FROM payments.ledger_entries
 WHERE id = %s
"""
CHANGE_A_PAYMENT = "UPDATE payments.payment_intents SET description = 'x' WHERE id = %s"
LOSE_A_REFUND = "DELETE FROM payments.refunds WHERE id = %s"


@pytest.mark.parametrize(
    ("statement", "table", "what"),
    [
        (CHANGE_A_PAYMENT, "payment_intents", "changed"),
        (LOSE_A_REFUND, "refunds", "missing"),
        (ADD_AN_ENTRY, "ledger_entries", "added"),
    ],
    ids=["changed", "lost", "added"],
)
def test_damage_is_named_by_its_row(
    seeded: Any, payments: Any, statement: LiteralString, table: LiteralString, what: str
) -> None:
    query: LiteralString = "SELECT id FROM payments." + table + " ORDER BY id LIMIT 1"
    victim = payments.execute(query).fetchone()["id"]
    payments.execute(statement, [victim])
    (found,) = compare_homes(seeded.settings(), SEED)
    assert (found.table, found.what) == (f"payments.{table}", what)
    assert found.id[:30] == str(victim)[:30]


CHANGE_AN_ENTRY = """
UPDATE payments.ledger_entries
   SET amount = amount + 1
 WHERE id = (SELECT id FROM payments.ledger_entries ORDER BY id LIMIT 1)
"""
LOSE_ENTRIES = """
DELETE FROM payments.ledger_entries
 WHERE transaction_id = (SELECT id FROM payments.ledger_transactions ORDER BY id LIMIT 1)
"""
LOSE_A_MOVEMENT = """
DELETE FROM payments.ledger_transactions
 WHERE id = (SELECT id FROM payments.ledger_transactions ORDER BY id LIMIT 1)
"""
CHANGE_SUMS = """
UPDATE payments.payment_intents
   SET captured = captured - 1, refunded = refunded + 1
 WHERE id = (SELECT payment_intent_id FROM payments.refunds LIMIT 1)
"""
CHARGE_TWICE = """
INSERT INTO payments.sandbox_operations
SELECT gen_random_uuid(), kind, amount, currency, payment_method, reference, result, error_code,
       calls, created_at
  FROM payments.sandbox_operations
 WHERE kind = 'capture'
 LIMIT 1
"""


@pytest.mark.parametrize(
    ("statement", "thing"),
    [
        (CHANGE_AN_ENTRY, "ledger in"),
        (LOSE_ENTRIES, "ledger transaction"),
        (LOSE_A_MOVEMENT, "ledger entry"),
        (CHANGE_SUMS, "payment intent"),
        (CHARGE_TWICE, "charge"),
    ],
    ids=["entry changed", "entries lost", "movement lost", "sums changed", "charged twice"],
)
def test_what_breaks_a_rule_is_named(payments: Any, statement: LiteralString, thing: str) -> None:
    payments.execute(statement)
    assert [found for found, _ in violations(payments) if found.startswith(thing)]
