"""An event, and who wants to hear of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service_kit.clock import utc_now
from service_kit.ids import new_id


@dataclass(frozen=True)
class Event:
    """Something that happened in a service.

    Args:
        type: as the producer's declaration announces it, such as ``user.registered``.
        subject: the id of what it happened to.
        data: what consumers need to know: ids and amounts, never personal data, because events
            outlive an erasure.
        id: its identity, by which it is applied once.
        time: when it happened, aware.
    """

    type: str
    subject: str
    data: Mapping[str, Any]
    id: UUID = field(default_factory=new_id)
    time: datetime = field(default_factory=utc_now)


Handler = Callable[[AsyncSession, Event], Awaitable[None]]
"""Applies an event in the given transaction, which commits it together with its inbox entry."""


@dataclass(frozen=True)
class Subscription:
    """What a service wants to hear from another one.

    Args:
        producer: the name of the other service.
        handlers: by type of event; other types are passed over.
    """

    producer: str
    handlers: Mapping[str, Handler]
