"""What no longer counts is forgotten, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

from auth_service.app import create_app
from auth_service.cleaning import clean_up

ADA = "ada@example.com"
TABLES = (
    "sessions",
    "refresh_tokens",
    "one_time_tokens",
    "revoked_tokens",
    "login_attempts",
    "familiar_sources",
)


async def sizes(rows: Any) -> dict[str, int]:
    return {table: len(await rows(f"SELECT 1 FROM auth.{table}")) for table in TABLES}


async def test_what_counts_stays(visitor: Any, app: Any, rows: Any, clock: Any) -> None:
    tokens = await visitor.member()
    await visitor.login("eve@example.com", "a guess that fails")
    before = await sizes(rows)
    assert await clean_up(app.state.database, clock) == 0
    assert await sizes(rows) == before
    assert (await visitor.refresh(tokens["refresh_token"])).status_code == 200


async def test_what_no_longer_counts_goes(visitor: Any, app: Any, rows: Any, clock: Any) -> None:
    tokens = await visitor.member()
    await visitor.refresh(tokens["refresh_token"])
    await visitor.login("eve@example.com", "a guess that fails")
    secret = ("admin", "a secret of the tests")
    grant = await visitor.token({"grant_type": "client_credentials"}, auth=secret)
    form = {"token": grant.json()["access_token"]}
    await visitor.client.post("/oauth/revoke", data=form, auth=secret)
    assert all((await sizes(rows)).values())
    clock.turn(days=98)
    await asyncio.gather(*(clean_up(app.state.database, clock) for _ in range(3)))
    assert not any((await sizes(rows)).values())
    assert len(await rows("SELECT 1 FROM auth.users")) == 1


async def test_an_ended_session_goes_with_its_tokens_and_others_stay(
    visitor: Any, app: Any, rows: Any, clock: Any
) -> None:
    ended = await visitor.member()
    headers = visitor.bearer(ended["access_token"])
    await visitor.client.post("/v1/auth/logout", headers=headers)
    alive = (await visitor.login(ADA)).json()
    clock.turn(days=8)
    await clean_up(app.state.database, clock)
    left = await sizes(rows)
    assert (left["sessions"], left["refresh_tokens"]) == (1, 1)
    assert (await visitor.refresh(alive["refresh_token"])).status_code == 200


async def test_many_rows_go_in_batches(app: Any, client: Any, rows: Any, clock: Any) -> None:
    await rows(
        "INSERT INTO auth.revoked_tokens (jti, expires_at) "
        "SELECT n::text, now() - interval '1 day' FROM generate_series(1, 2500) AS n"
    )
    assert await clean_up(app.state.database, clock) == 2500


async def test_a_running_service_cleans_up_by_itself(
    settings: Any, mailbox: Any, client: Any, rows: Any
) -> None:
    await rows("INSERT INTO auth.revoked_tokens VALUES ('x', now() - interval '1 day')")
    often = settings.model_copy(update={"auth_cleaning_seconds": 0.05})
    app = create_app(often, mailer=mailbox)
    async with app.router.lifespan_context(app), asyncio.timeout(30):
        while await rows("SELECT 1 FROM auth.revoked_tokens"):  # noqa: ASYNC110 - the table tells
            await asyncio.sleep(0.02)
