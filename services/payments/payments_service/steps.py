"""A step of a payment: how it begins, in one statement where that is possible."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec

from sqlmodel.ext.asyncio.session import AsyncSession

from payments_service.at_once import Opening
from payments_service.provider.port import Operation
from payments_service.replies import Reply

P = ParamSpec("P")


@dataclass(frozen=True)
class Step(Generic[P]):
    """What the cashier performs.

    Args:
        begin: the ordinary way, in a transaction: what to ask of the provider, or the reply.
        opening: the same in one statement; None where there is no such way.
    """

    begin: Callable[Concatenate[AsyncSession, P], Awaitable[Operation | Reply]]
    opening: Callable[P, Opening | None] = lambda *_args, **_kwargs: None
