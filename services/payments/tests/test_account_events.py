"""The customer follows the account's events, as the consumer delivers them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from payments_service.consumers import account_events
from payments_service.models import Customer
from service_kit import utc_now
from service_kit.events import Event
from service_kit.events.inbox import Arrival, apply
from sqlmodel import select


async def test_a_customer_appears_is_suspended_reinstated_and_erased(database_of: Any) -> None:
    database = await database_of("payments")
    user_id = uuid4()
    handlers = account_events(utc_now).handlers
    seen = []
    for position, kind in enumerate(["registered", "suspended", "reinstated", "erased"], 1):
        event = Event(f"user.{kind}", str(user_id), {"user_id": str(user_id)})
        arrival = Arrival("auth", position, event)
        for expected in (True, False):
            done = await database.run(apply, "payments", arrival, handlers[event.type])
            assert done is expected
        async with database.reader() as reader:
            customer = (await reader.exec(select(Customer))).one()
        seen.append(customer.status)
    assert seen == ["active", "suspended", "active", "erased"]
    async with database.connection() as connection:
        told = await connection.fetch("SELECT type, subject FROM payments.outbox")
    assert [tuple(row) for row in told] == [("customer.erased", str(user_id))]


async def test_a_suspension_leaves_a_job_that_cancels_what_is_open(
    payer: Any, app: Any, database_of: Any
) -> None:
    database = await database_of("payments")
    held = await payer.authorized()
    customer = await payer.get(f"/v1/customers/{await payer.customer()}")
    event = Event("user.suspended", customer.json()["user_id"], {})
    handler = account_events(utc_now).handlers[event.type]
    assert await app.state.background.worker.round() == 0
    await database.run(apply, "payments", Arrival("auth", 1, event), handler)
    assert (await payer.state(held))["status"] == "requires_capture"
    assert await app.state.background.worker.round() == 1
    assert (await payer.state(held))["status"] == "canceled"
