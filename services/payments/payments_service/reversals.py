"""Corrections of the ledger: a movement is never changed, another one takes it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from service_kit import new_id
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.errors import CommandRefused
from payments_service.models import LedgerEntry, LedgerTransaction
from payments_service.models.ledger import TransactionKind


async def reverse(session: AsyncSession, transaction_id: UUID, now: datetime) -> UUID:
    """Post the movement with its signs turned; the id of the reversal.

    Each movement is reversed once; a reversal made by mistake can be reversed itself.

    Raises:
        CommandRefused: there is no such movement, or it was reversed already.
    """
    original = await session.get(LedgerTransaction, transaction_id)
    if original is None:
        raise CommandRefused(f"There is no ledger transaction {transaction_id}.")
    of_original = select(LedgerTransaction.id).where(
        col(LedgerTransaction.kind) == TransactionKind.REVERSAL.value,
        col(LedgerTransaction.source_id) == transaction_id,
    )
    if known := (await session.exec(of_original)).first():
        raise CommandRefused(f"{transaction_id} was reversed already, by {known}.")
    reversal = LedgerTransaction(
        id=new_id(),
        kind=TransactionKind.REVERSAL.value,
        source_id=original.id,
        payment_intent_id=original.payment_intent_id,
        customer_id=original.customer_id,
        entry_count=original.entry_count,
        created_at=now,
    )
    session.add(reversal)
    await session.flush()
    of_transaction = select(LedgerEntry).where(col(LedgerEntry.transaction_id) == original.id)
    for entry in (await session.exec(of_transaction)).all():
        session.add(
            LedgerEntry(
                id=new_id(),
                transaction_id=reversal.id,
                account=entry.account,
                amount=-entry.amount,
                currency=entry.currency,
            )
        )
    return reversal.id
