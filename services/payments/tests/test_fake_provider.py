"""The sandbox: documented behaviour, carried out once per idempotency key."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from payments_service.errors import ProviderNotFound
from payments_service.provider import fake
from payments_service.provider.choose import chosen_provider
from payments_service.provider.port import Operation, OperationKind, OutcomeUnknown, Result


def operation(method: str, kind: OperationKind = OperationKind.AUTHORIZE) -> Operation:
    """An operation of 5 EUR with that payment method."""
    return Operation(
        kind=kind,
        idempotency_key=uuid4(),
        amount=500,
        currency="EUR",
        payment_method=method,
        reference=None,
    )


@pytest.mark.parametrize("method", list(fake.PROGRAMS))
def test_every_payment_method_is_documented(method: str) -> None:
    assert f"`{method}`" in (fake.__doc__ or "")


async def test_an_operation_is_carried_out_once(database_of: Any, clock: Any, rows: Any) -> None:
    provider = fake.FakeProvider(await database_of("payments"), clock)
    wish = operation("pm_fake_ok")
    outcomes = await asyncio.gather(*(provider.execute(wish) for _ in range(5)))
    assert len(set(outcomes)) == 1
    (done,) = await rows("SELECT calls FROM payments.sandbox_operations")
    assert done["calls"] == 5


async def test_a_lost_answer_is_given_at_the_next_call(database_of: Any, clock: Any) -> None:
    provider = fake.FakeProvider(await database_of("payments"), clock)
    wish = operation("pm_fake_timeout")
    with pytest.raises(OutcomeUnknown):
        await provider.execute(wish)
    assert (await provider.execute(wish)).result is Result.SUCCEEDED


@pytest.mark.parametrize("name", ["fakes", "no_such_module:factory", "json:no_such", "", ":x", "."])
async def test_a_provider_that_does_not_exist_is_named(
    database_of: Any, clock: Any, name: str
) -> None:
    with pytest.raises(ProviderNotFound, match="PAYMENTS_PROVIDER"):
        chosen_provider(name, await database_of("payments"), clock)
