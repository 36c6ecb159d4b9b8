"""Our services as they are started by `make up`: payments for three paths, auth for the fourth."""

from __future__ import annotations

import json

from tests.performance.api.contender import CREATE, LIST, LOGIN, READ, Contender
from tests.performance.api.stage import EMAIL, PASSWORD, Stage
from tests.performance.api.wrk import Requests

NAME = "ours"
INTENTS = "/payment_intents"


def ours(stage: Stage, token: str) -> Contender:
    """The running services."""
    pids = dict.fromkeys((READ, LIST, CREATE), stage.pids["payments"])
    requests = payment_requests(stage.urls["payments"], stage, token)
    requests[LOGIN] = login_requests(stage.urls["auth"])
    return Contender(NAME, {**pids, LOGIN: stage.pids["auth"]}, requests)


def payment_requests(
    url: str, stage: Stage, token: str, prefix: str = "/v1"
) -> dict[str, Requests]:
    """Read one of the user's payments, list 20 of them, make one."""
    return {
        READ: Requests(
            url=url, paths=tuple(f"{prefix}{INTENTS}/{one}" for one in stage.intents), token=token
        ),
        LIST: Requests(url=url, paths=(f"{prefix}{INTENTS}?limit=20",), token=token),
        CREATE: Requests(
            url=url,
            paths=(f"{prefix}{INTENTS}",),
            token=token,
            method="POST",
            body=json.dumps(
                {
                    "customer": stage.customer,
                    "amount": 1250,
                    "currency": "CHF",
                    "description": "a payment",
                    "metadata": {"order": "1"},
                }
            ),
            keyed=True,
        ),
    }


def login_requests(url: str) -> Requests:
    """Log in with the right password."""
    body = json.dumps({"email": EMAIL, "password": PASSWORD})
    return Requests(url=url, paths=("/v1/auth/login",), method="POST", body=body)
