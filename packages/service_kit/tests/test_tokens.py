"""Access tokens: what counts, and that every forgery is a 401."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from service_kit import InvalidToken, LocalKeys, TokenVerifier

ISSUER = "http://127.0.0.1:8001"
AUD = ["orders"]


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def verifier(token_issuer: Any) -> TokenVerifier:
    return TokenVerifier(ISSUER, "orders", token_issuer.keys)


async def refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(InvalidToken):
        await verifier.verify(token)


async def test_a_user_s_token_names_the_user(verifier: Any, token_issuer: Any) -> None:
    user = uuid4()
    principal = await verifier.verify(token_issuer.user(user, scopes=["a", "b"], aud=AUD))
    assert (principal.kind, principal.user_id) == ("user", user)
    assert principal.scopes == {"a", "b"}
    assert isinstance(principal.session_id, UUID)


async def test_a_service_s_token_names_no_user(verifier: Any, token_issuer: Any) -> None:
    principal = await verifier.verify(token_issuer.service("parcels", aud="orders"))
    assert (principal.kind, principal.subject, principal.user_id) == ("service", "parcels", None)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": [ISSUER]},
        {"aud": ["parcels"]},
        {"aud": "orders parcels"},
        {"aud": None},
        {"aud": {"orders": 1}},
        {"aud": [["orders"]]},
        {"exp": None},
        {"exp": 1},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": 10**400},
        {"exp": [9999999999]},
        {"iat": None},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
        {"nbf": "now"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "not-a-uuid"},
        {"jti": None},
        {"jti": 5},
        {"client_id": None},
        {"scope": ["a"]},
        {"sid": "x"},
        {"sid": None},
    ],
    ids=repr,
)
async def test_a_signed_token_with_bad_claims_is_refused(
    verifier: Any, token_issuer: Any, claims: dict[str, Any]
) -> None:
    await refused(verifier, token_issuer.user(uuid4(), **{"aud": AUD, **claims}))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": ["at+jwt"]},
        {"kid": "unknown"},
        {"kid": "../../etc/passwd"},
        {"kid": "x' OR '1'='1"},
        {"kid": 7},
        {"kid": None},
        {"crit": ["exp"]},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["AAAA"]},
        {"jwk": {"kty": "EC"}},
    ],
    ids=repr,
)
async def test_a_signed_token_with_a_bad_header_is_refused(
    verifier: Any, token_issuer: Any, header: dict[str, Any]
) -> None:
    own = {"sub": str(uuid4()), "client_id": "first-party", "sid": str(uuid4()), "aud": AUD}
    await refused(verifier, token_issuer.sign(own, **header))


def public_forms(issuer: Any) -> list[bytes]:
    public = issuer.private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, form)
    der = public.public_bytes(serialization.Encoding.DER, form)
    return [pem, pem.strip(), der, json.dumps(issuer.public).encode()]


@pytest.mark.parametrize("form", range(4))
async def test_hs256_with_the_public_key_as_secret_is_refused(
    verifier: Any, token_issuer: Any, form: int
) -> None:
    _, payload, _ = token_issuer.user(uuid4(), aud=AUD).split(".")
    head = encoded({"alg": "HS256", "typ": "at+jwt", "kid": "test"})
    secret = public_forms(token_issuer)[form]
    mac = hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest()
    await refused(verifier, f"{head}.{payload}.{encoded(mac)}")


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "", None, "ES384", "RS256", ["ES256"]]
)
async def test_another_algorithm_is_refused(
    verifier: Any, token_issuer: Any, algorithm: Any
) -> None:
    _, payload, signature = token_issuer.user(uuid4(), aud=AUD).split(".")
    head = encoded({"alg": algorithm, "typ": "at+jwt", "kid": "test"})
    for end in (signature, "", "AA"):
        await refused(verifier, f"{head}.{payload}.{end}")


@pytest.mark.parametrize("signature", [bytes(64), b"", b"\x00", bytes(63), bytes(65), b"\xff" * 64])
async def test_a_blank_signature_is_refused(
    verifier: Any, token_issuer: Any, signature: bytes
) -> None:
    head, payload, _ = token_issuer.user(uuid4(), aud=AUD).split(".")
    await refused(verifier, f"{head}.{payload}.{encoded(signature)}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "a" * 8193,
        "é.é.é",
        "\x00.\x00.\x00",
        f"{encoded([])}.{encoded({})}.AA",
        f"{encoded(b'{')}.{encoded({})}.AA",
        f"{encoded(b'[' * 2000)}.{encoded({})}.AA",
        f"{encoded(b'{' + bytes([34]) + b'a' + bytes([34, 58]) + b'9' * 5000 + b'}')}.e30.AA",
        f"{encoded(bytes([0xFF, 0xFE]))}.e30.AA",
    ],
    ids=range(13),
)
async def test_a_malformed_token_is_refused(verifier: Any, token: str) -> None:
    await refused(verifier, token)


@pytest.mark.parametrize("payload", [b"null", b"[]", b"7", b"[" * 2000, b'{"exp": Infinity}', b"{"])
async def test_a_signed_payload_that_is_no_object_of_claims_is_refused(
    verifier: Any, token_issuer: Any, payload: bytes
) -> None:
    from jose import jws

    pem = token_issuer.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    headers = {"typ": "at+jwt", "kid": "test"}
    await refused(verifier, jws.sign(payload, pem, headers=headers, algorithm="ES256"))


@pytest.mark.parametrize("segment", [0, 1, 2])
async def test_only_canonical_base64url_counts(
    verifier: Any, token_issuer: Any, segment: int
) -> None:
    token = token_issuer.user(uuid4(), aud=AUD)
    for change in (lambda s: s + "=", lambda s: s[:-1] + "+", lambda s: s + "\n", _not_canonical):
        parts = token.split(".")
        changed = change(parts[segment])
        if changed != parts[segment]:
            parts[segment] = changed
            await refused(verifier, ".".join(parts))


def _not_canonical(segment: str) -> str:
    """The same bytes written otherwise: bits after the last byte set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return (
        segment
        if len(segment) % 4 == 0
        else segment[:-1] + alphabet[alphabet.index(segment[-1]) ^ 1]
    )


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "AAAA"},
        {"kty": "EC"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {"kty": "EC", "crv": "P-256", "x": 7, "y": None},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"keys": []},
        {},
    ],
    ids=repr,
)
async def test_a_key_that_is_not_of_the_kind_is_a_401(
    token_issuer: Any, key: dict[str, Any]
) -> None:
    verifier = TokenVerifier(ISSUER, "orders", LocalKeys([{**key, "kid": "test"}]))
    await refused(verifier, token_issuer.user(uuid4(), aud=AUD))


@pytest.mark.parametrize("change", [{"use": "enc"}, {"alg": "ES384"}, {"crv": "P-384"}])
async def test_a_key_for_another_purpose_does_not_count(
    token_issuer: Any, change: dict[str, str]
) -> None:
    verifier = TokenVerifier(ISSUER, "orders", LocalKeys([{**token_issuer.public, **change}]))
    await refused(verifier, token_issuer.user(uuid4(), aud=AUD))
