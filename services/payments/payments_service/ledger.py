"""The double-entry ledger: what moved, written once and never changed.

Triggers hold the rest (migrations/0001): a transaction's entries sum to zero per currency, and
UPDATE, DELETE and TRUNCATE are refused. A correction is a movement in the other direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from service_kit import new_id
from sqlalchemy import bindparam, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.models import Customer, LedgerEntry, LedgerTransaction, PaymentIntent
from payments_service.models.ledger import Account, TransactionKind

SIDES: dict[TransactionKind, tuple[Account, Account]] = {
    TransactionKind.CAPTURE: (Account.PROVIDER_CLEARING, Account.SALES),
    TransactionKind.REFUND: (Account.REFUNDS, Account.PROVIDER_CLEARING),
}
"""Which account is debited and which credited by each kind of movement."""


_MOVEMENTS = LedgerTransaction.metadata.tables["payments.ledger_transactions"]
_ENTRIES = LedgerEntry.metadata.tables["payments.ledger_entries"]
_MOVEMENT = insert(_MOVEMENTS).values(
    {one.name: bindparam(one.name, type_=one.type) for one in _MOVEMENTS.columns}
)
_POST = (
    insert(_ENTRIES)
    .values(
        [
            {
                one.name: bindparam(f"{one.name}_{number}", type_=one.type)
                for one in _ENTRIES.columns
            }
            for number in range(2)
        ]
    )
    .add_cte(_MOVEMENT.cte("movement"))
)
"""A movement and its two sides in one statement."""


def entries_of(
    kind: TransactionKind, transaction_id: UUID, *, amount: int, currency: str
) -> tuple[LedgerEntry, LedgerEntry]:
    """The two sides of a movement: a debit and a credit of the same amount."""
    debit, credit = SIDES[kind]
    return (
        LedgerEntry(
            id=new_id(),
            transaction_id=transaction_id,
            account=debit.value,
            amount=amount,
            currency=currency,
        ),
        LedgerEntry(
            id=new_id(),
            transaction_id=transaction_id,
            account=credit.value,
            amount=-amount,
            currency=currency,
        ),
    )


@dataclass(frozen=True)
class Movement:
    """Money that moves: the transaction and its two sides."""

    transaction: LedgerTransaction
    entries: tuple[LedgerEntry, LedgerEntry]

    def values(self) -> dict[str, Any]:
        """By the names of the columns, those of the sides followed by their number."""
        values = self.transaction.model_dump()
        for side, entry in enumerate(self.entries):
            values |= {f"{name}_{side}": value for name, value in entry.model_dump().items()}
        return values


def movement(
    kind: TransactionKind,
    intent: PaymentIntent,
    *,
    source: UUID,
    amount: int,
    now: datetime,
) -> Movement:
    """What the ledger shall hold; the same source cannot be written twice.

    Args:
        kind: why money moved.
        intent: the payment that it belongs to.
        source: the capture or refund behind it.
        amount: minor units of the intent's currency.
        now: when it happened.
    """
    transaction_id = new_id()
    entries = entries_of(kind, transaction_id, amount=amount, currency=intent.currency)
    transaction = LedgerTransaction(
        id=transaction_id,
        kind=kind.value,
        source_id=source,
        payment_intent_id=intent.id,
        customer_id=intent.customer_id,
        entry_count=len(entries),
        created_at=now,
    )
    return Movement(transaction, entries)


async def post(session: AsyncSession, movement: Movement) -> None:
    """Write a movement in the transaction of the change."""
    await session.exec(_POST, params=movement.values())


_BALANCES = """
SELECT entry.account, entry.currency, sum(entry.amount)
FROM payments.ledger_entries AS entry
{of_whom}
GROUP BY entry.account, entry.currency
ORDER BY entry.account, entry.currency
"""
_OF_ALL = _BALANCES.format(of_whom="")
_OF_USER = _BALANCES.format(
    of_whom="""
JOIN payments.ledger_transactions AS movement ON movement.id = entry.transaction_id
JOIN payments.customers AS customer ON customer.id = movement.customer_id
WHERE customer.user_id = $1
"""
)


async def balances(
    connection: asyncpg.Connection, *, owner: UUID | None
) -> list[tuple[str, str, int]]:
    """Account, currency and sum, of one user's payments or of all."""
    found = connection.fetch(_OF_ALL) if owner is None else connection.fetch(_OF_USER, owner)
    return [(account, currency, int(total)) for account, currency, total in await found]


async def page(
    session: AsyncSession, *, owner: UUID | None, before: UUID | None, limit: int
) -> list[tuple[LedgerTransaction, list[LedgerEntry]]]:
    """At most ``limit`` movements with their entries, newest first, those before ``before``."""
    statement = select(LedgerTransaction).order_by(col(LedgerTransaction.id).desc()).limit(limit)
    if owner is not None:
        of_owner = select(Customer.id).where(col(Customer.user_id) == owner).scalar_subquery()
        statement = statement.where(col(LedgerTransaction.customer_id) == of_owner)
    if before is not None:
        statement = statement.where(col(LedgerTransaction.id) < before)
    transactions = (await session.exec(statement)).all()
    entries = await _entries(session, [transaction.id for transaction in transactions])
    return [
        (transaction, [e for e in entries if e.transaction_id == transaction.id])
        for transaction in transactions
    ]


async def _entries(session: AsyncSession, transactions: Sequence[UUID]) -> Sequence[LedgerEntry]:
    statement = (
        select(LedgerEntry)
        .where(col(LedgerEntry.transaction_id).in_(transactions))
        .order_by(col(LedgerEntry.id))
    )
    return (await session.exec(statement)).all()
