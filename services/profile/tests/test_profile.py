"""One's own profile over HTTP, on a real database."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from profile_service.models import OutboxEvent, Profile
from sqlmodel import select

ME = "/v1/profiles/me"
Headers = dict[str, str]


async def tag(client: httpx.AsyncClient, headers: Headers) -> str:
    return (await client.get(ME, headers=headers)).headers["ETag"]


async def test_the_first_read_makes_the_profile(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID
) -> None:
    reply = await client.get(ME, headers=as_user)
    assert reply.status_code == 200
    body = reply.json()
    assert body["user_id"] == str(user_id)
    assert (body["display_name"], body["locale"], body["time_zone"]) == ("", "en", "UTC")
    assert (body["avatar_url"], body["version"]) == (None, 1)
    assert reply.headers["Cache-Control"] == "private, no-cache"


async def test_first_reads_at_once_make_one_profile(
    client: httpx.AsyncClient, as_user: Headers, database_of: Any
) -> None:
    replies = await asyncio.gather(*(client.get(ME, headers=as_user) for _ in range(20)))
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.headers["ETag"] for reply in replies}) == 1
    database = await database_of("profile")
    async with database.reader() as reader:
        assert len((await reader.exec(select(Profile))).all()) == 1


async def test_a_change_gives_a_new_tag_and_an_event_without_values(
    client: httpx.AsyncClient, as_user: Headers, user_id: UUID, database_of: Any
) -> None:
    before = await tag(client, as_user)
    change = {"display_name": " Ada ", "locale": "en-gb"}
    reply = await client.patch(ME, json=change, headers=as_user | {"If-Match": before})
    assert reply.status_code == 200
    assert reply.json()["display_name"] == "Ada"
    assert reply.json()["locale"] == "en-GB"
    assert reply.json()["version"] == 2
    assert reply.headers["ETag"] == await tag(client, as_user) != before
    database = await database_of("profile")
    async with database.reader() as reader:
        event = (await reader.exec(select(OutboxEvent))).one()
    assert (event.type, event.subject, event.position) == ("profile.updated", str(user_id), None)
    assert event.data == {
        "user_id": str(user_id),
        "version": 2,
        "changed": ["display_name", "locale"],
    }


async def test_a_change_of_nothing_leaves_tag_and_outbox(
    client: httpx.AsyncClient, as_user: Headers, database_of: Any
) -> None:
    before = await tag(client, as_user)
    for change in ({}, {"display_name": ""}, {"avatar_url": None}):
        reply = await client.patch(ME, json=change, headers=as_user | {"If-Match": before})
        assert (reply.status_code, reply.headers["ETag"]) == (200, before)
    database = await database_of("profile")
    async with database.reader() as reader:
        assert (await reader.exec(select(OutboxEvent))).all() == []


async def test_of_changes_to_one_state_at_once_one_wins(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    headers = as_user | {"If-Match": await tag(client, as_user)}
    replies = await asyncio.gather(
        *(client.patch(ME, json={"bio": f"{n}"}, headers=headers) for n in range(10))
    )
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 9


@pytest.mark.parametrize(
    ("condition", "status", "code"),
    [
        (None, 428, "precondition_required"),
        ('"stale"', 412, "precondition_failed"),
        ("garbage", 412, "precondition_failed"),
        ("*", 200, None),
    ],
)
async def test_a_change_needs_the_current_tag(
    client: httpx.AsyncClient,
    as_user: Headers,
    condition: str | None,
    status: int,
    code: str | None,
) -> None:
    headers = as_user | ({"If-Match": condition} if condition else {})
    reply = await client.patch(ME, json={"bio": "x"}, headers=headers)
    assert (reply.status_code, reply.json().get("code")) == (status, code)


async def test_a_weak_tag_never_permits_a_change(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    weak = f"W/{await tag(client, as_user)}"
    reply = await client.patch(ME, json={"bio": "x"}, headers=as_user | {"If-Match": weak})
    assert reply.status_code == 412


async def test_an_unchanged_profile_is_not_sent_again(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    current = await tag(client, as_user)
    reply = await client.get(ME, headers=as_user | {"If-None-Match": current})
    assert (reply.status_code, reply.content, reply.headers["ETag"]) == (304, b"", current)
    reply = await client.get(ME, headers=as_user | {"If-None-Match": '"other"'})
    assert reply.status_code == 200


async def test_the_tag_of_one_user_is_not_the_tag_of_another(
    client: httpx.AsyncClient, as_user: Headers, token_issuer: Any
) -> None:
    other = token_issuer.user(UUID(int=7), scopes=["profile"])
    assert await tag(client, as_user) != await tag(client, {"Authorization": f"Bearer {other}"})
