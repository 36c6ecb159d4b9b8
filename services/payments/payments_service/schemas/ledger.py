"""The ledger as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service_kit import ResponseBody

from payments_service.models import LedgerEntry, LedgerTransaction
from payments_service.models.ledger import Account, TransactionKind
from payments_service.schemas import examples
from payments_service.schemas.examples import shown


class BalanceBody(ResponseBody):
    """The sum of an account in one currency: debits positive, credits negative."""

    account: Account
    currency: str
    balance: int


class BalancesBody(ResponseBody):
    """The balances of all accounts that were ever used."""

    model_config = shown(examples.BALANCES)

    data: list[BalanceBody]


class EntryBody(ResponseBody):
    """One side of a movement, in minor units."""

    account: Account
    amount: int
    currency: str


class LedgerTransactionBody(ResponseBody):
    """A movement of money; its entries sum to zero."""

    model_config = shown(examples.LEDGER_TRANSACTION)

    id: UUID
    kind: TransactionKind
    source: UUID
    payment_intent: UUID
    customer: UUID
    created_at: datetime
    entries: list[EntryBody]

    @classmethod
    def of_movement(
        cls, transaction: LedgerTransaction, entries: Sequence[LedgerEntry]
    ) -> LedgerTransactionBody:
        """What the API shows of ``transaction`` with its ``entries``."""
        return cls(
            id=transaction.id,
            kind=TransactionKind(transaction.kind),
            source=transaction.source_id,
            payment_intent=transaction.payment_intent_id,
            customer=transaction.customer_id,
            created_at=transaction.created_at,
            entries=[
                EntryBody(account=Account(e.account), amount=e.amount, currency=e.currency)
                for e in entries
            ],
        )
