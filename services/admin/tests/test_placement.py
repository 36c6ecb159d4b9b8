"""The overview of where every service lives."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from admin_service.placement import gather_placement
from admin_service.schemas import NoAnswer
from admin_service.upstreams import Upstreams
from service_kit import Principal, ServiceClient
from shared_db import ConfigurationError, discover

PLACEMENT = "/v1/admin/placement"
HOME = {
    "home": {"host": "127.0.0.1", "port": 5432, "database": "poc"},
    "epoch": 1,
    "state": "active",
    "bytes": 8192,
    "tables": [{"name": "things", "rows": 3, "bytes": 8192}],
    "load": {
        "sessions": 2,
        "rows_read": 5,
        "rows_inserted": 3,
        "rows_updated": 1,
        "rows_deleted": 0,
        "blocks_read": 1,
        "blocks_cached": 9,
        "at": "2026-01-02T03:04:05Z",
    },
    "move": {
        "run_id": "019b0000-0000-7000-8000-000000000001",
        "other": {"host": "127.0.0.1", "port": 5432, "database": "things_db"},
    },
    "notice": "",
}
Headers = dict[str, str]


async def test_every_service_is_asked_itself_included(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    for name in discover():
        answer = httpx.Response(200, json={"service": name, **HOME})
        stand_ins.answers[f"{name}/v1/placement"] = answer
    reply = await client.get(PLACEMENT, headers=as_admin)
    assert reply.status_code == 200
    assert reply.json()["data"] == [{"service": name, **HOME, "error": None} for name in discover()]


async def test_a_service_that_does_not_answer_is_shown_with_the_reason(
    client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    down, *others = discover()
    for name in others:
        answer = httpx.Response(200, json={"service": name, **HOME})
        stand_ins.answers[f"{name}/v1/placement"] = answer
    shown = (await client.get(PLACEMENT, headers=as_admin)).json()["data"]
    assert [entry["service"] for entry in shown] == [down, *others]
    assert shown[0]["home"] is None
    assert shown[0]["error"]["code"] == "upstream_unavailable"
    assert all(entry["error"] is None for entry in shown[1:])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PLACEMENT_TIMEOUT", "0.05")
    monkeypatch.setenv("ADMIN_SERVICES", '["slow"]')
    monkeypatch.setenv("SLOW_URL", "http://slow")


async def test_a_service_that_takes_too_long_does_not_hold_up_the_others(
    impatient: None, client: httpx.AsyncClient, as_admin: Headers, stand_ins: Any
) -> None:
    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    stand_ins.answers["slow/v1/placement"] = never
    (entry,) = (await client.get(PLACEMENT, headers=as_admin)).json()["data"]
    assert (entry["service"], entry["error"]["code"]) == ("slow", "timeout")


async def test_a_service_whose_address_is_not_known_is_shown_with_what_to_set() -> None:
    def connect(name: str) -> ServiceClient:
        raise ConfigurationError(f"{name.upper()}_URL is missing.")

    caller = Principal("user", "someone", "first-party", frozenset({"admin"}))
    (entry,) = await gather_placement(Upstreams(connect), ["nobody"], caller, patience=1.0)
    assert entry.error == NoAnswer(code="not_configured", detail="NOBODY_URL is missing.")
