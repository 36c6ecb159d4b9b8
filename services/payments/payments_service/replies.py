"""Replies as bytes: what a request is answered with, and with it every repetition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from service_kit import Problem

from payments_service.intent_rows import IntentRow
from payments_service.models import PaymentIntent, Refund
from payments_service.schemas import RefundBody, shown_intent


@dataclass(frozen=True)
class Reply:
    """A status code and a body, stored and replayed byte for byte."""

    status: int
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type that goes with the status (RFC 9457 for problems)."""
        return "application/json" if self.status < 400 else "application/problem+json"


def intent_reply(intent: PaymentIntent | IntentRow, *, status: int = 200) -> Reply:
    """The reply that shows ``intent``."""
    return Reply(status, as_json(shown_intent(intent)))


def refund_reply(refund: Refund) -> Reply:
    """The reply that shows ``refund``."""
    return Reply(201, RefundBody.of_refund(refund).model_dump_json().encode())


def problem_reply(problem: Problem, *, instance: str) -> Reply:
    """The reply that tells of ``problem``.

    Args:
        problem: what went wrong.
        instance: path of the request; reconciliation answers for requests that are long gone.
    """
    body = problem.body(instance)
    return Reply(problem.status, json.dumps(body, separators=(",", ":")).encode())


def as_json(shown: dict[str, Any]) -> bytes:
    """The bytes that a model with these fields would be written as: UTC is Z."""
    return orjson.dumps(shown, _id_as_text, orjson.OPT_UTC_Z)


def _id_as_text(value: object) -> str:
    """Ids from asyncpg are of a subclass of UUID, which orjson asks about."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError
