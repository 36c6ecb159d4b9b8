"""Users who register, are suspended and reinstated without pause, until the flow is stopped."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType

import httpx

from tests.journey import accounts
from tests.journey.client import Client

PASSWORD = "a long enough password"


class EventFlow(threading.Thread):
    """One client after the other; any reply but the expected one ends the flow, and is raised.

    Args:
        urls: where the services answer.
        administrator: the access token of one.
        targets: ids of users who are suspended and reinstated in turns.
    """

    def __init__(self, urls: Mapping[str, str], administrator: str, targets: list[str]) -> None:
        super().__init__(name="events")
        self._urls = urls
        self._administrator = administrator
        self._targets = targets
        self._stopping = threading.Event()
        self._failure: Exception | None = None
        self.registered: list[str] = []
        self.turns = 0

    def __enter__(self) -> EventFlow:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self.join()
        if self._failure is not None and error is None:
            raise self._failure

    def run(self) -> None:
        """Send requests until told to stop."""
        try:
            with httpx.Client(timeout=60) as http:
                users = Client(http, self._urls)
                administrator = Client(http, self._urls, self._administrator)
                while not self._stopping.is_set():
                    self._turn(users, administrator)
        except Exception as failure:  # noqa: BLE001 - raised in the thread that started this one
            self._failure = failure

    def _turn(self, users: Client, administrator: Client) -> None:
        email = f"registered{self.turns}@example.com"
        accounts.register(users, email, PASSWORD)
        self.registered.append(email)
        act = "reinstate" if self.turns % 2 else "suspend"
        for user_id in self._targets:
            administrator.send("POST", "admin", f"/v1/admin/users/{user_id}/{act}")
        self.turns += 1
