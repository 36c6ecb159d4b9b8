"""/v1/ledger"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from service_kit import ConnectionDep, InvalidCursor, Page, PageParams, ReaderDep, Router, responses

from payments_service import ledger
from payments_service.models.ledger import Account
from payments_service.routes.access import REFUSALS, Reach
from payments_service.routes.pages import before, page_of
from payments_service.schemas import BalanceBody, BalancesBody, LedgerTransactionBody

router = Router(prefix="/v1/ledger", tags=["ledger"], responses=REFUSALS)


@router.get("/balances")
async def list_ledger_balances(reach: Reach, connection: ConnectionDep) -> BalancesBody:
    """The balance of each account and currency; over a currency they sum to zero."""
    found = await ledger.balances(connection, owner=reach)
    return BalancesBody(
        data=[
            BalanceBody(account=Account(account), currency=currency, balance=balance)
            for account, currency, balance in found
        ]
    )


@router.get("/transactions", responses=responses(InvalidCursor))
async def list_ledger_transactions(
    reach: Reach, session: ReaderDep, params: Annotated[PageParams, Depends()]
) -> Page[LedgerTransactionBody]:
    """Movements of money with their entries, newest first."""
    found = await ledger.page(session, owner=reach, before=before(params), limit=params.limit + 1)
    return page_of(
        [LedgerTransactionBody.of_movement(*movement) for movement in found], params.limit
    )
