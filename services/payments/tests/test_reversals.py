"""Corrections of the ledger are movements in the other direction."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from payments_service.cashier import Cashier
from payments_service.errors import CommandRefused
from payments_service.reversals import reverse


async def movement(payer: Any) -> UUID:
    """The id of a movement in the ledger."""
    await payer.paid()
    (shown,) = (await payer.get("/v1/ledger/transactions")).json()["data"]
    return UUID(shown["id"])


async def test_a_reversal_brings_the_balances_back_to_zero(payer: Any, cashier: Cashier) -> None:
    original = await movement(payer)
    reversal = await cashier.database.run(reverse, original, cashier.clock())
    balances = (await payer.get("/v1/ledger/balances")).json()["data"]
    assert {balance["balance"] for balance in balances} == {0}
    newest, first = (await payer.get("/v1/ledger/transactions")).json()["data"]
    assert (newest["id"], newest["kind"], newest["source"]) == (
        str(reversal),
        "reversal",
        str(original),
    )
    turned = {entry["account"]: -entry["amount"] for entry in first["entries"]}
    assert {entry["account"]: entry["amount"] for entry in newest["entries"]} == turned


async def test_a_movement_is_reversed_once(payer: Any, cashier: Cashier) -> None:
    original = await movement(payer)
    await cashier.database.run(reverse, original, cashier.clock())
    with pytest.raises(CommandRefused, match="reversed already"):
        await cashier.database.run(reverse, original, cashier.clock())


async def test_what_is_not_in_the_ledger_is_not_reversed(client: Any, cashier: Cashier) -> None:
    with pytest.raises(CommandRefused, match="no ledger transaction"):
        await cashier.database.run(reverse, uuid4(), cashier.clock())
