"""No input of any endpoint gives a server error; the endpoints come from the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = json.loads((Path(__file__).parents[1] / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
JSON_BODIES = [
    path for _, path, op in OPERATIONS if "application/json" in str(op.get("requestBody"))
]
FORMS = [path for _, path, _ in OPERATIONS if path.startswith("/oauth/")]
WITH_PARAMETERS = [(m, path) for m, path, op in OPERATIONS if op.get("parameters")]

BODIES = [
    b"",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"not json",
    b"[" * 5000,
    b'{"a": ' * 500,
    b"\xff\xfe",
    b'{"email": "\\ud800@example.com", "password": "\\u0000", "token": "\\udfff"}',
    b'{"email": null, "password": null, "token": null}',
    b'{"email": ["a"], "password": {}, "token": 1e999}',
    b'{"email": "' + b"a" * 100_000 + b'", "password": "' + b"x" * 100_000 + b'"}',
    b'{"email": "ada@example.com", "password": "a long enough phrase", "status": "active"}',
    b'{"token": "x", "password": "a long enough phrase", "user_id": 1}',
    b'{"current_password": "", "new_password": NaN}',
]
FORM_BODIES = [
    b"token=%00",
    b"token=%ff",
    b"token=%ed%a0%80",
    b"token=a&token=b",
    b"grant_type=refresh_token&refresh_token=%F0%9F%94%92",
    b"grant_type=client_credentials&client_id=%00&client_secret=x",
    b"grant_type=client_credentials&scope=%0A%0D%09",
    b"&&&===",
    b"token=" + b"x" * 5000,
    b"a=b&" * 50_000,
]
TEXTS = ["%00", "%ff", "%F0%9F%94%92", "..%2f..%2fetc", "' OR 1=1", "9" * 400, "%ED%A0%80", "%25_"]


@pytest.mark.parametrize("path", sorted(JSON_BODIES))
async def test_a_body_that_does_not_fit(visitor: Any, path: str) -> None:
    tokens = await visitor.member()
    headers = {**visitor.bearer(tokens["access_token"]), "Content-Type": "application/json"}
    for body in BODIES:
        reply = await visitor.client.post(path, content=body, headers=headers)
        assert reply.status_code == 422, body[:60]
        assert reply.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", sorted(FORMS))
async def test_a_form_that_does_not_fit(visitor: Any, path: str) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for basic in ("YWRtaW46YSBzZWNyZXQgb2YgdGhlIHRlc3Rz", "AA==", "é", "=", "//79", "ADo="):
        headers = {**kind, "Authorization": f"Basic {basic}".encode()}
        for body in FORM_BODIES:
            reply = await visitor.client.post(path, content=body, headers=headers)
            assert reply.status_code in {200, 400, 401}, (basic, body[:60])


@pytest.mark.parametrize(("method", "path"), sorted(WITH_PARAMETERS))
async def test_a_parameter_that_does_not_fit(visitor: Any, method: str, path: str) -> None:
    service, tokens = await visitor.service(), await visitor.member()
    user = visitor.bearer(tokens["access_token"])
    for text in TEXTS:
        url = path.format(user_id=text, session_id=text)
        for headers in (
            service,
            user,
            {**service, "Acting-User": text},
            {**user, "Cookie": f"device={text}"},
        ):
            for query in (f"?q={text}", f"?cursor={text}", f"?limit={text}"):
                reply = await visitor.client.request(method, url + query, headers=headers)
                assert reply.status_code < 500, (url, query)
