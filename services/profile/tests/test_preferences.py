"""One's own preferences over HTTP, on a real database."""

from __future__ import annotations

import asyncio

import httpx

PREFERENCES = "/v1/profiles/me/preferences"
Headers = dict[str, str]


async def test_preferences_are_empty_at_first_and_have_a_tag(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    reply = await client.get(PREFERENCES, headers=as_user)
    assert (reply.status_code, reply.json()) == (200, {})
    reply = await client.get(
        PREFERENCES, headers=as_user | {"If-None-Match": reply.headers["ETag"]}
    )
    assert (reply.status_code, reply.content) == (304, b"")


async def test_what_was_put_comes_back_unchanged(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    kept = {"theme": "dark", "sizes": [1, 2.5, -0.25], "nested": {"on": True, "off": None, "ü": ""}}
    headers = as_user | {
        "If-Match": (await client.get(PREFERENCES, headers=as_user)).headers["ETag"]
    }
    written = await client.put(PREFERENCES, json=kept, headers=headers)
    read = await client.get(PREFERENCES, headers=as_user)
    assert written.status_code == 200
    assert written.json() == read.json() == kept
    assert written.headers["ETag"] == read.headers["ETag"]


async def test_true_and_one_are_different_settings(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    headers = as_user | {"If-Match": "*"}
    await client.put(PREFERENCES, json={"a": 1}, headers=headers)
    await client.put(PREFERENCES, json={"a": True}, headers=headers)
    assert (await client.get(PREFERENCES, headers=as_user)).text == '{"a":true}'


async def test_equal_settings_leave_the_tag(client: httpx.AsyncClient, as_user: Headers) -> None:
    headers = as_user | {"If-Match": "*"}
    first = await client.put(PREFERENCES, json={"a": 1, "b": 2}, headers=headers)
    again = await client.put(PREFERENCES, json={"b": 2, "a": 1}, headers=headers)
    assert first.headers["ETag"] == again.headers["ETag"]


async def test_a_replacement_needs_the_current_tag(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    first = (await client.get(PREFERENCES, headers=as_user)).headers["ETag"]
    assert (await client.put(PREFERENCES, json={}, headers=as_user)).status_code == 428
    await client.put(PREFERENCES, json={"a": 1}, headers=as_user | {"If-Match": first})
    stale = await client.put(PREFERENCES, json={"a": 2}, headers=as_user | {"If-Match": first})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")


async def test_of_replacements_of_one_state_at_once_one_wins(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    first = (await client.get(PREFERENCES, headers=as_user)).headers["ETag"]
    headers = as_user | {"If-Match": first}
    replies = await asyncio.gather(
        *(client.put(PREFERENCES, json={"n": n}, headers=headers) for n in range(1, 9))
    )
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 7


async def test_the_tags_of_profile_and_preferences_are_apart(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    profile = (await client.get("/v1/profiles/me", headers=as_user)).headers["ETag"]
    reply = await client.put(PREFERENCES, json={"a": 1}, headers=as_user | {"If-Match": profile})
    assert reply.status_code == 412
