"""Reading payment intents on the hot paths: one statement each, over a raw connection.

Without a session and without objects that could be changed, a read takes a fraction of the CPU.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg

from payments_service.errors import PaymentIntentNotFound
from payments_service.intent_rows import COLUMNS, IntentRow
from payments_service.intents import Filters

_SELECT = f"SELECT {COLUMNS} FROM payments.payment_intents"  # noqa: S608 - our own names
_OWN = "customer_id = (SELECT id FROM payments.customers WHERE user_id = {})"
_ONE = f"{_SELECT} WHERE id = $1"
_ONE_OF_USER = f"{_ONE} AND {_OWN.format('$2')}"


async def find(connection: asyncpg.Connection, intent_id: UUID, *, owner: UUID | None) -> IntentRow:
    """The intent with that id.

    Raises:
        PaymentIntentNotFound: there is none, or it is another user's.
    """
    if owner is None:
        record = await connection.fetchrow(_ONE, intent_id)
    else:
        record = await connection.fetchrow(_ONE_OF_USER, intent_id, owner)
    if record is None:
        raise PaymentIntentNotFound(f"There is no payment intent {intent_id}.")
    return IntentRow.of_record(record)


async def page(
    connection: asyncpg.Connection, filters: Filters, *, before: UUID | None, limit: int
) -> list[IntentRow]:
    """At most ``limit`` intents, newest first, those older than ``before``."""
    values: list[Any] = []
    conditions: list[str] = []
    for condition, value in (
        (_OWN, filters.owner),
        ("customer_id = {}", filters.customer),
        ("status = {}", None if filters.status is None else filters.status.value),
        ("id < {}", before),
    ):
        if value is not None:
            values.append(value)
            conditions.append(condition.format(f"${len(values)}"))
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    values.append(limit)
    statement = f"{_SELECT}{where} ORDER BY id DESC LIMIT ${len(values)}"
    return [IntentRow.of_record(one) for one in await connection.fetch(statement, *values)]
