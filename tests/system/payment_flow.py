"""Payments made without pause under keys of their own, with every reply kept as it came."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx


@dataclass(frozen=True)
class Exchange:
    """A request under its key and the reply to it."""

    path: str
    body: dict[str, Any]
    key: str
    status: int
    content: bytes


class PaymentFlow:
    """Some clients of one user who make, confirm and capture payments until stopped.

    Args:
        url: where payments answers.
        token: the user's access token.
        clients: how many at a time.
    """

    def __init__(self, url: str, token: str, *, clients: int = 3) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._pay) for _ in range(clients)]
        self._failures: list[Exception] = []
        self.customer = self._http.post("/v1/customers").json()["id"]
        self.exchanges: list[Exchange] = []

    def __enter__(self) -> PaymentFlow:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        if self._failures and error is None:
            raise self._failures[0]

    @property
    def runs(self) -> bool:
        """Whether no client has failed."""
        return not self._failures

    def send(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        """POST under a key."""
        return self._http.post(path, json=body, headers={"Idempotency-Key": key})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _pay(self) -> None:
        try:
            while not self._stopping.is_set():
                number = next(self._numbers)
                body = {"customer": self.customer, "amount": number, "currency": "EUR"}
                made = self._kept("/v1/payment_intents", body, f"create-{number}")
                if number % 3 == 0:
                    path = f"/v1/payment_intents/{made.json()['id']}"
                    method = {"payment_method": "pm_fake_ok"}
                    self._kept(f"{path}/confirm", method, f"confirm-{number}")
                    self._kept(f"{path}/capture", {"amount": 1}, f"capture-{number}")
        except Exception as failure:  # noqa: BLE001 - raised in the thread that started this one
            self._failures.append(failure)

    def _kept(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        """Send the request and, before its reply is believed, once more."""
        first, again = self.send(path, body, key), self.send(path, body, key)
        assert first.status_code in {200, 201}, first.text
        assert (again.status_code, again.content) == (first.status_code, first.content)
        self.exchanges.append(Exchange(path, body, key, first.status_code, first.content))
        return first
