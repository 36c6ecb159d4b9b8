"""Tokens that this service did not sign, or not like that, against the running service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from jose import jwk, jws

HEADER = {"alg": "ES256", "typ": "at+jwt"}


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forger:
    """Knows a user's token and the published key; for malformed claims, even the private one."""

    def __init__(self, visitor: Any, token: str, public: dict[str, Any], private: str) -> None:
        self.visitor = visitor
        self.token = token
        self.head, self.payload, self.signature = token.split(".")
        self.claims = json.loads(base64.urlsafe_b64decode(self.payload + "=="))
        self.public = public
        self.private = private

    async def refused(self, token: str) -> None:
        """Every use of the token is refused, and no server error."""
        headers = {"Authorization": b"Bearer " + token.encode()}
        for method, path in (("GET", "/v1/users/me"), ("GET", "/v1/users")):
            reply: httpx.Response = await self.visitor.client.request(method, path, headers=headers)
            assert reply.status_code == 401, token[:80]
        form = {"token": token}
        told = await self.visitor.client.post(
            "/oauth/introspect", data=form, auth=("admin", "a secret of the tests")
        )
        assert told.json() in ({"active": False}, {**told.json(), "error": "invalid_request"})

    def headed(self, **changes: Any) -> str:
        """Another header before the true payload and signature."""
        header = {**HEADER, "kid": self.public["kid"], **changes}
        return f"{encoded(header)}.{self.payload}.{self.signature}"

    def signed(self, payload: bytes, **headers: Any) -> str:
        """Signed with the service's own key."""
        names = {"typ": "at+jwt", "kid": self.public["kid"], **headers}
        token: str = jws.sign(payload, self.private, headers=names, algorithm="ES256")
        return token

    def public_forms(self) -> dict[str, bytes]:
        """The published key as a secret might have been mistaken for it."""
        pem = jwk.construct(self.public, "ES256").to_pem()
        der = serialization.load_pem_public_key(pem).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {"pem": pem, "der": der, "jwk": json.dumps(self.public).encode()}


@pytest.fixture
async def forger(visitor: Any, app: Any) -> Forger:
    token = (await visitor.member())["access_token"]
    (public,) = (await visitor.client.get("/.well-known/jwks.json")).json()["keys"]
    _, private = await app.state.parts.keyring.signer()
    return Forger(visitor, token, public, private)


async def test_the_forger_s_true_token_is_accepted(forger: Forger) -> None:
    assert (await forger.visitor.me(forger.token)).status_code == 200
    again = forger.signed(json.dumps(forger.claims).encode())
    assert (await forger.visitor.me(again)).status_code == 200


@pytest.mark.parametrize("signature", ["true", "", "AA"])
async def test_another_algorithm(forger: Forger, subtests: pytest.Subtests, signature: str) -> None:
    for algorithm in ("none", "None", "nOnE", "", None, "HS256", "ES384", "RS256"):
        with subtests.test(algorithm=algorithm):
            token = forger.headed(alg=algorithm)
            kept = token if signature == "true" else f"{token.rpartition('.')[0]}.{signature}"
            await forger.refused(kept)


async def test_a_blank_signature(forger: Forger, subtests: pytest.Subtests) -> None:
    for signature in (b"", bytes(64), b"\xff" * 64, bytes(63), bytes(65), b"\0"):
        with subtests.test(signature=signature):
            await forger.refused(f"{forger.head}.{forger.payload}.{encoded(signature)}")


async def test_a_changed_payload(forger: Forger) -> None:
    claims = {**forger.claims, "scope": "admin users:admin payments:admin"}
    await forger.refused(f"{forger.head}.{encoded(claims)}.{forger.signature}")


async def test_the_public_key_as_the_secret_of_hs256(
    forger: Forger, subtests: pytest.Subtests
) -> None:
    head = encoded({**HEADER, "alg": "HS256", "kid": forger.public["kid"]})
    for form, secret in forger.public_forms().items():
        with subtests.test(form=form):
            mac = hmac.new(secret, f"{head}.{forger.payload}".encode(), hashlib.sha256).digest()
            await forger.refused(f"{head}.{forger.payload}.{encoded(mac)}")


async def test_keys_that_the_token_brings_along(forger: Forger, token_issuer: Any) -> None:
    own = {"sub": forger.claims["sub"], "sid": forger.claims["sid"], "client_id": "first-party"}
    for headers in (
        {"jwk": token_issuer.public},
        {"jwk": token_issuer.public, "kid": forger.public["kid"]},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"]},
    ):
        await forger.refused(token_issuer.sign(own, **headers))
        await forger.refused(forger.signed(json.dumps(forger.claims).encode(), **headers))


NO_KIDS: list[Any] = [
    *("../../../../dev/null", "/dev/null", "x' OR '1'='1", "", "a\u0000b"),
    *(None, 7, ["a"], {"a": 1}),
]


async def test_a_kid_that_is_no_key_of_ours(forger: Forger, subtests: pytest.Subtests) -> None:
    for kid in NO_KIDS:
        with subtests.test(kid=kid):
            await forger.refused(forger.headed(kid=kid))
            await forger.refused(forger.signed(json.dumps(forger.claims).encode(), kid=kid))


MALFORMED: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "null": lambda _claims: b"null",
    "array": lambda _claims: b"[]",
    "number": lambda _claims: b"7",
    "cut off": lambda claims: json.dumps(claims).encode()[:-1],
    "nested": lambda _claims: b"[" * 1024 + b"]" * 1024,
    "nested claim": lambda claims: (
        json.dumps({**claims, "sub": 0}).replace('"sub": 0', f'"sub": {"[" * 999}{"]" * 999}')
    ).encode(),
    "exp null": lambda claims: json.dumps({**claims, "exp": None}).encode(),
    "exp Infinity": lambda claims: json.dumps({**claims, "exp": float("inf")}).encode(),
    "exp -Infinity": lambda claims: json.dumps({**claims, "exp": float("-inf")}).encode(),
    "exp NaN": lambda claims: json.dumps({**claims, "exp": float("nan")}).encode(),
    "exp huge": lambda claims: (
        json.dumps({**claims, "exp": 0}).replace('"exp": 0', '"exp": 1e999').encode()
    ),
    "exp text": lambda claims: json.dumps({**claims, "exp": "9999999999"}).encode(),
    "exp past": lambda claims: json.dumps({**claims, "exp": int(time.time()) - 60}).encode(),
    "iat future": lambda claims: json.dumps({**claims, "iat": int(time.time()) + 600}).encode(),
    "aud other": lambda claims: json.dumps({**claims, "aud": ["somebody"]}).encode(),
    "iss other": lambda claims: json.dumps({**claims, "iss": "https://evil.example"}).encode(),
    "sub other": lambda claims: json.dumps({**claims, "sub": str(uuid4())}).encode(),
    "sid other": lambda claims: json.dumps({**claims, "sid": str(uuid4())}).encode(),
    "no jti": lambda claims: json.dumps({**claims, "jti": None}).encode(),
    "not UTF-8": lambda _claims: b'{"exp": "\xff"}',
}


async def test_malformed_tokens_with_a_true_signature(
    forger: Forger, subtests: pytest.Subtests
) -> None:
    for kind, payload in MALFORMED.items():
        with subtests.test(kind=kind):
            reply = await forger.visitor.me(forger.signed(payload(forger.claims)))
            assert reply.status_code == 401


async def test_malformed_tokens(forger: Forger, subtests: pytest.Subtests) -> None:
    for token in (".", "..", "a.b.c", "." * 3000, "é.é.é", "x" * 9000, "null", "a.b.c.d.e"):
        with subtests.test(token=token[:10]):
            await forger.refused(token)


async def test_cross_use_of_tokens_is_refused(forger: Forger) -> None:
    visitor = forger.visitor
    refresh = (await visitor.login("ada@example.com")).json()["refresh_token"]
    assert (await visitor.me(refresh)).status_code == 401
    assert (await visitor.refresh(forger.token)).json()["error"] == "invalid_grant"
    service = await visitor.service()
    assert (await visitor.client.get("/v1/users/me", headers=service)).status_code == 403
    assert (await visitor.client.get("/v1/sessions", headers=service)).status_code == 403
    user = {"Authorization": f"Bearer {forger.token}", "Acting-User": forger.claims["sub"]}
    assert (await visitor.client.get("/v1/users", headers=user)).status_code == 403
    as_typ = forger.signed(json.dumps(forger.claims).encode(), typ="JWT")
    await forger.refused(as_typ)
