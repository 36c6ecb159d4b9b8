"""Events between services: outbox, feed, inbox, dead letters.

A producer writes events in the transaction of the change and serves them:

    # models.py                                   the table, in the service's own schema
    outbox_table(metadata)
    # a migration                                 the same definition
    create_tables(op, "orders", outbox_table)     (an outbox of before: add_positions(op, "orders"))
    # where something changes
    await append(session, "orders", Event("order.paid", subject=order.id, data={…}))
    # app.py
    build_app(…, routers=[…, feed])               GET /v1/events

A consumer names a handler per type; it runs in the transaction that notes the event in the inbox,
so that it is applied exactly once:

    # models.py and a migration
    inbox_tables(metadata)
    create_tables(op, "shipping", inbox_tables)
    # declaration.py                              its token may read feeds
    scopes=("events:read",)
    # app.py
    async def prepare(session: AsyncSession, event: Event) -> None: …
    background = Background(
        database, consumers=[Subscription("orders", {"order.paid": prepare})]
    )
    build_app(…, background=background)

A handler that raises is tried again, then the event becomes a dead letter and the next ones
follow; those about the same subject become letters behind it. ``python -m service_kit.events
dead-letters|replay SERVICE`` shows and replays them.
"""

from service_kit.events.dead_letters import DeadLetter, OutOfTurn, dead_letters, replay
from service_kit.events.event import Event, Handler, Subscription
from service_kit.events.feed import router as feed
from service_kit.events.outbox import append
from service_kit.events.relay import relay
from service_kit.events.tables import inbox_tables, outbox_table

__all__ = [
    "DeadLetter",
    "Event",
    "Handler",
    "OutOfTurn",
    "Subscription",
    "append",
    "dead_letters",
    "feed",
    "inbox_tables",
    "outbox_table",
    "relay",
    "replay",
]
