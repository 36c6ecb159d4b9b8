"""What schemathesis has to know beyond the documents: who asks, and what no document can tell.

Loaded by schemathesis itself (``SCHEMATHESIS_HOOKS``), not by pytest.
"""

from __future__ import annotations

import json
import os
from typing import Any

import requests
import schemathesis
from hypothesis.strategies import sampled_from

AUTH_URL = os.environ["FUZZ_AUTH_URL"]
CALLER = json.loads(os.environ["FUZZ_CALLER"])
"""``email`` and ``password`` of a user, or ``client_id`` and ``client_secret`` of a service."""
CLIENT = (os.environ["FUZZ_CLIENT_ID"], os.environ["FUZZ_CLIENT_SECRET"])

BEYOND_SCHEMAS = {
    "invalid_cursor": "a cursor is opaque: only one from the page before is valid",
    "idempotency_key_reused": "a key that was used before, for another body",
    "invalid_client": "a secret cannot be guessed",
    "invalid_grant": "a refresh token cannot be guessed",
    "invalid_scope": "which scopes there are depends on the caller",
    "unsupported_grant_type": "RFC 6749 leaves the grant types open",
    "invalid_request": "RFC 6749: what a form needs depends on its grant type",
    "password_refused": "the commonest passwords are a list, not a pattern",
    "precondition_failed": "only the current ETag is valid, which changes with each write",
    "token_spent": "a token from a mail cannot be guessed",
    "webhook_refused": "a signature cannot be guessed",
    "webhook_target_refused": "which hosts are public is known when they are looked up",
    "payment_declined": "the outcome of some of the sandbox's payment methods",
    "amount_exceeds_remaining": "what remains is state",
}
"""Codes of refusals that a request may get although it fits the document, and why."""

BEYOND_SCHEMAS_WHERE = {
    "must not contain NUL": "Postgres has no text with it, and no document has to say so",
    "Input should be a valid integer": "JSON Schema holds 1.0 for an integer; money is never one",
    "is not an ISO 4217 currency": "currencies are a list that changes",
    "write the name of an IANA time zone": "time zones are a list that changes",
    "numbers can be kept when": "the limit holds for numbers at any depth",
    "not an e-mail address": "RFC 5321 and 6531 refuse more than the format e-mail",
    "write an https URL": "which URLs can be parsed is more than a pattern",
    "is not allowed": "control characters, which no e-mail client or terminal should get",
    "Input should be a valid URL": "which URLs can be parsed is more than a pattern",
    "preferences": "the size and depth of the whole",
}
"""The same for values inside of a body that is otherwise well formed, by what is told of them."""


schemathesis.openapi.format("iso-4217", sampled_from(["EUR", "JPY", "KWD", "CHF"]))


class _Caller:
    """Logs in for every request: some of them end the caller's sessions."""

    def get(self, _case: Any, _context: Any) -> str:
        """A fresh token."""
        if "email" in CALLER:
            reply = requests.post(f"{AUTH_URL}/v1/auth/login", json=CALLER, timeout=30)
        else:
            form = {"grant_type": "client_credentials"}
            secret = (CALLER["client_id"], CALLER["client_secret"])
            reply = requests.post(f"{AUTH_URL}/oauth/token", data=form, auth=secret, timeout=30)
        reply.raise_for_status()
        return str(reply.json()["access_token"])

    def set(self, case: Any, data: str, _context: Any) -> None:
        """Send it along."""
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.auth(refresh_interval=None if os.environ.get("FUZZ_SESSIONS_END") else 240).apply_to(
    path_regex="^/v1/(?!auth/(login|email|password/(forgot|reset)))"
)
class Caller(_Caller):
    """The caller of this run."""


@schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/oauth/(revoke|introspect)")
class Client:
    """A service that asks about tokens."""

    def get(self, _case: Any, _context: Any) -> str:
        """Its id and secret."""
        return requests.auth._basic_auth_str(*CLIENT)

    def set(self, case: Any, data: str, _context: Any) -> None:
        """Send them along."""
        case.headers = {**(case.headers or {}), "Authorization": data}


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure counts: not where a document cannot tell what is refused."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    told = response.json()
    code = told.get("code") or told.get("error")
    if code != "invalid_request" or "error" in told:
        return code not in BEYOND_SCHEMAS
    details = [one["detail"] for one in told.get("errors", [told])]
    return not all(any(known in detail for known in BEYOND_SCHEMAS_WHERE) for detail in details)


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Not wait for events that nobody writes meanwhile; what is refused stays as it is."""
    query = case.query or {}
    try:
        patience = float(query.get("timeout", 0))
    except (TypeError, ValueError):
        return
    if case.path == "/v1/events" and 0 < patience <= 25:
        query["timeout"] = 0.1
