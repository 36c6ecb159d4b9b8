"""Input of ill will is refused as a problem, never an error of the server."""

from __future__ import annotations

import httpx
import pytest

ME = "/v1/profiles/me"
Headers = dict[str, str]


@pytest.mark.parametrize(
    "body",
    [
        b'{"user_id": "00000000-0000-0000-0000-000000000000"}',
        b'{"version": 9}',
        b'{"display_name": null}',
        b'{"display_name": 7}',
        b'{"display_name": "\\u0000"}',
        b'{"display_name": "\\ud800"}',
        b'{"bio": "\\udfff"}',
        b'{"avatar_url": "http://127.0.0.1/"}',
        b'{"time_zone": "../../../etc/passwd"}',
        b"[]",
        b"null",
        b"",
        b"{",
        b"\xff\xfe",
        b'{"bio": NaN}',
        b'{"bio": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"bio": ' + b"9" * 5_000 + b"}",
    ],
)
async def test_a_bad_change_is_a_problem_of_the_client(
    client: httpx.AsyncClient, as_user: Headers, body: bytes
) -> None:
    headers = as_user | {"If-Match": "*", "Content-Type": "application/json"}
    reply = await client.patch(ME, content=body, headers=headers)
    assert reply.status_code in {400, 422}
    assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"7",
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a": 1e300}',
        b'{"a": 99999999999999999999}',
        b'{"a": "\\u0000"}',
        b'{"\\ud800": 1}',
        b'{"a": "' + b"x" * 17_000 + b'"}',
        b'{"a": ' * 9 + b"1" + b"}" * 9,
    ],
)
async def test_preferences_that_cannot_be_kept_are_refused(
    client: httpx.AsyncClient, as_user: Headers, body: bytes
) -> None:
    headers = as_user | {"If-Match": "*", "Content-Type": "application/json"}
    reply = await client.put(f"{ME}/preferences", content=body, headers=headers)
    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"


async def test_a_body_above_the_limit_is_refused(
    client: httpx.AsyncClient, as_user: Headers
) -> None:
    reply = await client.patch(
        ME, content=b'{"bio": "' + b"x" * 2**20 + b'"}', headers=as_user | {"If-Match": "*"}
    )
    assert reply.status_code == 413


@pytest.mark.parametrize("path", ["/v1/profiles/you", "/v1/profiles/%00", "/v1/profiles/me/x"])
async def test_a_path_that_names_nothing_is_a_problem(
    client: httpx.AsyncClient, as_service: Headers, path: str
) -> None:
    reply = await client.get(path, headers=as_service)
    assert reply.status_code in {404, 422}
    assert reply.headers["Content-Type"] == "application/problem+json"
