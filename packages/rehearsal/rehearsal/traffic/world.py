"""What the clients know: their tokens, their payments and how far each payment has come.

A payment that is being written to is in no bag, so that a client never races against itself;
reads may meet a write under way.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

_RECENT = 64


class Bag(Generic[T]):
    """Things of which a random one can be taken at once.

    Args:
        choice: gives randomness.
    """

    def __init__(self, choice: random.Random) -> None:
        self._choice = choice
        self._things: list[T] = []

    def __len__(self) -> int:
        return len(self._things)

    def add(self, thing: T) -> None:
        """Put one in."""
        self._things.append(thing)

    def take(self) -> T | None:
        """Take a random one out; None when there is none."""
        things = self._things
        if not things:
            return None
        index = int(self._choice.random() * len(things))
        things[index], things[-1] = things[-1], things[index]
        return things.pop()


@dataclass(slots=True, eq=False)
class Client:
    """A user of the API.

    Args:
        email: the account's address.
        password: the account's password.
        id: the user's id, known once logged in.
        customer: the id of the user's customer.
        access: the access token.
        refresh: the refresh token; empty once a reply with a token was lost.
    """

    email: str
    password: str
    id: str = ""
    customer: str = ""
    access: str = ""
    refresh: str = ""


@dataclass(slots=True, eq=False)
class Payment:
    """A payment intent, as far as its client was told."""

    id: str
    client: Client
    amount: int
    currency: str
    captured: int = 0
    refunded: int = 0


@dataclass
class World:
    """All clients and payments of a run.

    Args:
        clients: the pool.
        choice: gives randomness.
        run: a word that makes keys and addresses of this run its own.
    """

    clients: list[Client]
    choice: random.Random
    run: str
    sessions: deque[Client] = field(init=False)
    created: Bag[Payment] = field(init=False)
    authorized: Bag[Payment] = field(init=False)
    captured: Bag[Payment] = field(init=False)
    recent: deque[Payment] = field(init=False)
    refunds: list[tuple[Client, str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = deque()
        self.created = Bag(self.choice)
        self.authorized = Bag(self.choice)
        self.captured = Bag(self.choice)
        self.recent = deque(maxlen=_RECENT)

    def any_client(self) -> Client:
        """A random client."""
        return self.clients[int(self.choice.random() * len(self.clients))]

    def any_recent(self) -> Payment | None:
        """A payment that was written to lately."""
        if not self.recent:
            return None
        return self.recent[int(self.choice.random() * len(self.recent))]

    def up_to(self, most: int) -> int:
        """A random number from 1 to ``most``."""
        return 1 + int(self.choice.random() * most)
