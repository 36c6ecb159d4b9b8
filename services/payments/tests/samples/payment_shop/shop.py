"""The running service as one customer uses it, for code that is not asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from payments_service import accounts
from payments_service.app import create_app
from payments_service.cashier import Cashier
from payments_service.closing import close_inactive
from payments_service.declaration import service
from payments_service.provider.fake import FakeProvider
from payments_service.reconciliation import reconcile
from payments_service.settings import Settings
from shared_db import Database

from payment_shop.books import BookedIntent, books_of
from payment_shop.provider import Fate, UnreliableProvider

T = TypeVar("T")

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OVERDUE = timedelta(hours=2)
"""Longer than any pause of reconciliation."""
EVERYTHING = 1000


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request and its reply; without one its sender was killed."""

    path: str
    body: dict[str, Any]
    key: str
    reply: httpx.Response | None

    @property
    def status(self) -> int | None:
        """The reply's status code."""
        return None if self.reply is None else self.reply.status_code


class Shop:
    """A customer of the service, whose provider fails on demand.

    Args:
        run: runs a coroutine to its end.
        client: of the service.
        cashier: its way to the provider.
        provider: what may fail.
        turn: lets time pass.
        token_of: makes a token for a user.
    """

    def __init__(
        self,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        client: httpx.AsyncClient,
        cashier: Cashier,
        provider: UnreliableProvider,
        turn: Callable[[timedelta], None],
        token_of: Callable[[UUID], str],
    ) -> None:
        self._run = run
        self._client = client
        self._cashier = cashier
        self._provider = provider
        self._turn = turn
        self._token_of = token_of
        self.new_customer()

    def new_customer(self) -> None:
        """Be somebody else, who has no payments yet."""
        self.user_id = uuid4()
        self._headers = {"Authorization": f"Bearer {self._token_of(self.user_id)}"}
        self._provider.fate = Fate.ANSWERED
        self.customer = UUID(self.send("/v1/customers", {}).reply.json()["id"])  # type: ignore[union-attr]

    def send(
        self, path: str, body: dict[str, Any], *, key: str = "", fate: Fate = Fate.ANSWERED
    ) -> Sent:
        """POST; what the provider is asked on the way has that fate."""
        key = key or str(uuid4())
        self._provider.fate = fate
        reply = self._run(self._send(path, body, key, fate))
        self._provider.fate = Fate.ANSWERED
        return Sent(path=path, body=body, key=key, reply=reply)

    def books(self) -> list[BookedIntent]:
        """What the tables say about the customer's payments."""
        return list(self._run(self._books()))

    def let_time_pass(self) -> None:
        """Until every attempt without an answer is due."""
        self._turn(OVERDUE)

    def reconcile(self) -> None:
        """Ask again for what is due."""
        self._run(reconcile(self._cashier, limit=EVERYTHING))

    def tell(self, change: str) -> None:
        """Apply an event of the user's account, by the name of its function."""
        applied = getattr(accounts, change)
        now = self._cashier.clock()
        self._run(self._cashier.database.run(applied, self.user_id, now))

    def close_inactive(self, fate: Fate) -> None:
        """Cancel what customers have open who may not pay."""
        if not fate.kills:
            self._provider.fate = fate
        self._run(close_inactive(self._cashier, limit=EVERYTHING))
        self._provider.fate = Fate.ANSWERED

    def webhook_about(self, attempt: UUID) -> int:
        """The provider tells of an attempt, rightly or late; the status of the reply."""
        headers, body = self._provider.fake.webhook(attempt)
        path = "/v1/provider/webhooks"
        return int(self._run(self._client.post(path, content=body, headers=headers)).status_code)

    def attempts(self) -> list[UUID]:
        """The attempts of the customer's payments, the oldest first."""
        return list(self._run(self._attempts()))

    async def _send(
        self, path: str, body: dict[str, Any], key: str, fate: Fate
    ) -> httpx.Response | None:
        headers = {**self._headers, "Idempotency-Key": key}
        request = asyncio.create_task(self._client.post(path, json=body, headers=headers))
        if not fate.kills:
            return await request
        reached = asyncio.create_task(self._provider.reached.wait())
        await asyncio.wait([request, reached], return_when=asyncio.FIRST_COMPLETED)
        self._provider.reached.clear()
        reached.cancel()
        if request.done():
            return request.result()  # it never came to the provider
        request.cancel()
        with suppress(asyncio.CancelledError):
            await request
        return None

    async def _books(self) -> list[BookedIntent]:
        async with self._cashier.database.connection() as connection:
            return await books_of(connection, self.customer)

    async def _attempts(self) -> list[UUID]:
        async with self._cashier.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT a.id FROM payments.payment_attempts AS a"
                " JOIN payments.payment_intents AS i ON i.id = a.payment_intent_id"
                " WHERE i.customer_id = $1 ORDER BY a.id",
                self.customer,
            )
        return [row["id"] for row in rows]


@contextmanager
def open_shop(api: Any, token_issuer: Any, clock: Any) -> Iterator[Shop]:
    """The service on the test's database, its rounds at rest, and a customer of it."""
    with asyncio.Runner() as runner:
        database = Database(service)
        fake = FakeProvider(database, clock, webhook_secret=SECRET)
        provider = UnreliableProvider(fake)
        settings = Settings(payments_reconcile_interval=3600, payments_webhook_interval=3600)
        app = create_app(
            settings, database=database, keys=token_issuer.keys, provider=provider, clock=clock
        )
        stack = AsyncExitStack()
        client = runner.run(stack.enter_async_context(api(app)))
        try:
            yield Shop(
                runner.run,
                client,
                app.state.cashier,
                provider,
                clock.turn,
                lambda user: token_issuer.user(user, scopes=["payments"]),
            )
        finally:
            runner.run(stack.aclose())
