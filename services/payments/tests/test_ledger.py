"""The ledger, attacked by SQL as the service's own role."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import asyncpg
import psycopg
import psycopg.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from payments_service.ledger import SIDES, entries_of
from payments_service.models.ledger import TransactionKind
from payments_service.money import LARGEST_AMOUNT

TABLES = ("ledger_transactions", "ledger_entries")


@given(st.sampled_from(list(SIDES)), st.integers(1, LARGEST_AMOUNT))
def test_the_entries_of_a_movement_sum_to_zero(kind: TransactionKind, amount: int) -> None:
    debit, credit = entries_of(kind, uuid4(), amount=amount, currency="EUR")
    assert debit.amount == amount == -credit.amount
    assert debit.account != credit.account


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments.{table} SET id = id",
        "UPDATE payments.{table} SET id = id WHERE false",
        "DELETE FROM payments.{table}",
    ],
)
async def test_what_is_written_stays_written(
    payer: Any, rows: Any, table: str, statement: str
) -> None:
    await payer.paid()
    before = await rows(f"SELECT * FROM payments.{table} ORDER BY id")
    with pytest.raises(asyncpg.RestrictViolationError):
        await rows(statement.format(table=table))
    assert await rows(f"SELECT * FROM payments.{table} ORDER BY id") == before


@pytest.mark.parametrize("table", TABLES)
def test_not_even_a_superuser_truncates_it(environment: Any, table: str) -> None:
    with (
        psycopg.connect(environment.url("payments")) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute(f"TRUNCATE payments.{table} CASCADE")


MOVEMENT = (
    "WITH movement AS ("
    " INSERT INTO payments.ledger_transactions (id, kind, source_id, payment_intent_id,"
    " customer_id, entry_count, created_at)"
    " SELECT gen_random_uuid(), 'refund', gen_random_uuid(), id, customer_id, 2, now()"
    " FROM payments.payment_intents RETURNING id)"
)
ENTRY = (
    " INSERT INTO payments.ledger_entries (id, transaction_id, account, amount, currency)"
    " SELECT gen_random_uuid(), movement.id, side.* FROM movement, (VALUES {sides}) AS side"
)


@pytest.mark.parametrize(
    ("sides", "constraint"),
    [
        ("('sales', 5, 'EUR'), ('refunds', -4, 'EUR')", "ledger_entries_balanced"),
        ("('sales', 5, 'EUR'), ('refunds', -5, 'USD')", "ledger_entries_balanced"),
        ("('sales', 5, 'EUR'), ('refunds', 5, 'EUR')", "ledger_entries_balanced"),
        ("('sales', 5, 'EUR')", "ledger_entries_balanced"),
        (
            "('sales', 5, 'EUR'), ('refunds', -3, 'EUR'), ('refunds', -2, 'EUR')",
            "ledger_entries_counted",
        ),
        ("('sales', 0, 'EUR'), ('refunds', 0, 'EUR')", "ck_ledger_entries_amount"),
        ("('tips', 5, 'EUR'), ('refunds', -5, 'EUR')", "ck_ledger_entries_account"),
    ],
)
async def test_a_movement_that_does_not_balance_is_refused(
    payer: Any, rows: Any, sides: str, constraint: str
) -> None:
    await payer.intent()
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await rows(MOVEMENT + ENTRY.format(sides=sides))
    assert refusal.value.as_dict()["constraint_name"] == constraint
    assert await rows("SELECT id FROM payments.ledger_transactions") == []


async def test_a_balanced_movement_is_accepted(payer: Any, rows: Any) -> None:
    await payer.intent()
    await rows(MOVEMENT + ENTRY.format(sides="('sales', 5, 'EUR'), ('refunds', -5, 'EUR')"))
    assert len(await rows("SELECT id FROM payments.ledger_entries")) == 2


async def test_a_movement_without_entries_is_refused(payer: Any, rows: Any) -> None:
    await payer.intent()
    with pytest.raises(asyncpg.CheckViolationError):
        await rows(MOVEMENT + " SELECT id FROM movement")


async def test_nothing_is_added_to_an_old_movement(payer: Any, rows: Any) -> None:
    await payer.paid()
    sides = ENTRY.format(sides="('sales', 5, 'EUR'), ('refunds', -5, 'EUR')")
    with pytest.raises(asyncpg.CheckViolationError):
        await rows("WITH movement AS (SELECT id FROM payments.ledger_transactions)" + sides)


@pytest.mark.parametrize(
    "change",
    [
        "captured = amount + 1",
        "refunded = captured + 1",
        "refunded = -1",
        "refunding = captured - refunded + 1",
        "amount = 0",
        "currency = 'eur'",
        "status = 'paid'",
    ],
)
async def test_the_checks_of_an_intent_hold_whatever_the_code_does(
    payer: Any, rows: Any, change: str
) -> None:
    await payer.paid()
    with pytest.raises(asyncpg.CheckViolationError):
        await rows(f"UPDATE payments.payment_intents SET {change}")
