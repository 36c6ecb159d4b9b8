"""Refresh tokens: used once, and the end of their session when they come again."""

from __future__ import annotations

import asyncio
from typing import Any

from auth_service.digests import new_salt, new_token, successor


async def test_a_refresh_gives_new_tokens_and_uses_the_old_one_up(visitor: Any) -> None:
    first = await visitor.member()
    second = (await visitor.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await visitor.me(second["access_token"])).status_code == 200


async def test_a_replayed_refresh_token_ends_the_session(visitor: Any, clock: Any) -> None:
    first = await visitor.member()
    second = (await visitor.refresh(first["refresh_token"])).json()
    clock.turn(seconds=11)
    replayed = await visitor.refresh(first["refresh_token"])
    assert replayed.status_code == 400
    assert replayed.json()["error"] == "invalid_grant"
    assert replayed.headers["Cache-Control"] == "no-store"
    assert (await visitor.refresh(second["refresh_token"])).status_code == 400


async def test_a_lost_reply_is_given_again_within_the_grace_time(visitor: Any, clock: Any) -> None:
    first = await visitor.member()
    lost = (await visitor.refresh(first["refresh_token"])).json()
    clock.turn(seconds=3)
    again = await visitor.refresh(first["refresh_token"])
    assert again.status_code == 200
    assert again.json()["refresh_token"] == lost["refresh_token"]
    assert (await visitor.refresh(lost["refresh_token"])).status_code == 200


async def test_grace_is_for_the_immediate_parent_alone(visitor: Any) -> None:
    first = await visitor.member()
    second = (await visitor.refresh(first["refresh_token"])).json()
    third = (await visitor.refresh(second["refresh_token"])).json()
    assert (await visitor.refresh(first["refresh_token"])).status_code == 400
    assert (await visitor.refresh(third["refresh_token"])).status_code == 400


async def test_grace_is_not_prolonged_by_using_it(visitor: Any, clock: Any) -> None:
    first = await visitor.member()
    second = (await visitor.refresh(first["refresh_token"])).json()
    clock.turn(seconds=4)
    assert (await visitor.refresh(first["refresh_token"])).status_code == 200
    clock.turn(seconds=4)
    assert (await visitor.refresh(first["refresh_token"])).status_code == 400
    assert (await visitor.refresh(second["refresh_token"])).status_code == 400


async def test_fifty_refreshes_at_once_leave_one_lineage(
    visitor: Any, rows: Any, clock: Any
) -> None:
    first = await visitor.member()
    replies = await asyncio.gather(*(visitor.refresh(first["refresh_token"]) for _ in range(50)))
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.json()["refresh_token"] for reply in replies}) == 1
    kept = await rows("SELECT used_at FROM auth.refresh_tokens ORDER BY id")
    assert [row["used_at"] is None for row in kept] == [False, True]
    clock.turn(seconds=11)
    assert (await visitor.refresh(first["refresh_token"])).status_code == 400
    successor = replies[0].json()["refresh_token"]
    assert (await visitor.refresh(successor)).status_code == 400


async def test_who_stole_a_token_within_the_grace_time_is_found_out(
    visitor: Any, clock: Any
) -> None:
    first = await visitor.member()
    owner = (await visitor.refresh(first["refresh_token"])).json()
    thief = (await visitor.refresh(first["refresh_token"])).json()
    following = (await visitor.refresh(thief["refresh_token"])).json()
    clock.turn(seconds=11)
    assert (await visitor.refresh(owner["refresh_token"])).status_code == 400
    assert (await visitor.refresh(following["refresh_token"])).status_code == 400


async def test_a_token_replayed_past_its_own_time_still_ends_the_session(
    visitor: Any, clock: Any, rows: Any
) -> None:
    first = await visitor.member()
    clock.turn(days=10)
    second = (await visitor.refresh(first["refresh_token"])).json()
    clock.turn(days=10)
    third = (await visitor.refresh(second["refresh_token"])).json()
    assert (await visitor.refresh(first["refresh_token"])).status_code == 400
    (session,) = await rows("SELECT revoked_at FROM auth.sessions")
    assert session["revoked_at"] is not None, "the revocation commits although the reply is 400"
    assert (await visitor.refresh(third["refresh_token"])).status_code == 400


async def test_a_successor_is_random_to_whoever_lacks_the_token_or_the_salt() -> None:
    token, salt = new_token(), new_salt()
    assert successor(token, salt) == successor(token, salt)
    assert len({successor(token, salt), successor(new_token(), salt), token}) == 3
    assert successor(token, new_salt()) != successor(token, salt)
    assert len(successor(token, salt)) == len(token) == 43


async def test_a_refresh_may_narrow_the_scope_of_the_access_token(visitor: Any) -> None:
    first = await visitor.member()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    more = await visitor.token({**form, "scope": "profile admin"})
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")
    less = await visitor.token({**form, "scope": "profile"})
    assert less.json()["scope"] == "profile"
    whole = await visitor.refresh(less.json()["refresh_token"])
    assert whole.json()["scope"] == "payments profile"


async def test_a_refresh_token_is_for_the_client_that_it_was_issued_to(visitor: Any) -> None:
    first = await visitor.member()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    service = ("admin", "a secret of the tests")
    for reply, error in (
        (await visitor.token(form, auth=service), "invalid_grant"),
        (await visitor.token(form, auth=("admin", "wrong")), "invalid_client"),
        (await visitor.token({**form, "client_id": "somebody"}), "invalid_client"),
    ):
        assert reply.json()["error"] == error
    assert (await visitor.token({**form, "client_id": "first-party"})).status_code == 200


async def test_an_idle_session_ends(visitor: Any, clock: Any) -> None:
    tokens = await visitor.member()
    clock.turn(days=15)
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 400


async def test_a_session_ends_at_last_however_busy(visitor: Any, clock: Any) -> None:
    token = (await visitor.member())["refresh_token"]
    for _ in range(9):
        clock.turn(days=9.5)
        token = (await visitor.refresh(token)).json()["refresh_token"]
    clock.turn(days=5)
    assert (await visitor.refresh(token)).status_code == 400


async def test_an_unknown_token_is_an_invalid_grant(visitor: Any) -> None:
    for token in ("unknown", "\u00e9" * 100, "x" * 4096):
        assert (await visitor.refresh(token)).json()["error"] == "invalid_grant"


async def test_a_user_sees_and_ends_own_sessions_alone(visitor: Any) -> None:
    ada = await visitor.member()
    eve = await visitor.member("eve@example.com")
    as_ada = {"Authorization": f"Bearer {ada['access_token']}"}
    as_eve = {"Authorization": f"Bearer {eve['access_token']}"}
    (session,) = (await visitor.client.get("/v1/sessions", headers=as_ada)).json()["data"]
    assert session["current"] is True
    path = f"/v1/sessions/{session['id']}"
    assert (await visitor.client.delete(path, headers=as_eve)).status_code == 404
    assert (await visitor.client.delete(path, headers=as_ada)).status_code == 204
    assert (await visitor.refresh(ada["refresh_token"])).status_code == 400
    assert (await visitor.refresh(eve["refresh_token"])).status_code == 200


async def test_sessions_are_listed_page_by_page(visitor: Any) -> None:
    await visitor.member()
    for _ in range(2):
        tokens = (await visitor.login("ada@example.com")).json()
    headers, found = visitor.bearer(tokens["access_token"]), []
    params: dict[str, Any] = {"limit": 2}
    while params:
        reply = await visitor.client.get("/v1/sessions", params=params, headers=headers)
        page = reply.json()
        found += [one["id"] for one in page["data"]]
        params = {"limit": 2, "cursor": page["next_cursor"]} if page["has_more"] else {}
    assert len(found) == len(set(found)) == 3
    assert found == sorted(found, reverse=True)
    wrong = await visitor.client.get("/v1/sessions", params={"cursor": "x"}, headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_cursor")
