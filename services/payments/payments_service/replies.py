"""Replies as bytes: what a request is answered with, and with it every repetition."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import BaseModel
from service_kit import Problem

from payments_service.intent_rows import IntentRow
from payments_service.models import PaymentIntent, Refund
from payments_service.schemas import PaymentIntentBody, RefundBody


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
    return _reply(status, PaymentIntentBody.of_intent(intent))


def refund_reply(refund: Refund) -> Reply:
    """The reply that shows ``refund``."""
    return _reply(201, RefundBody.of_refund(refund))


def problem_reply(problem: Problem, *, instance: str) -> Reply:
    """The reply that tells of ``problem``.

    Args:
        problem: what went wrong.
        instance: path of the request; reconciliation answers for requests that are long gone.
    """
    body = problem.body(instance)
    return Reply(problem.status, json.dumps(body, separators=(",", ":")).encode())


def _reply(status: int, body: BaseModel) -> Reply:
    return Reply(status, body.model_dump_json().encode())
