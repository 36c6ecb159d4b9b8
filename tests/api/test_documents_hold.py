"""What the documents of the APIs promise, the running services do, whoever asks whatever.

Schemathesis makes requests from the committed documents, fitting and unfitting ones, alone and in
sequences along the links, and compares every reply with the document: no 5xx, no status, header or
body that is not documented, what does not fit is refused, what fits is not, a token is needed where
the document says so, and what was deleted is gone. `schemathesis.toml` says what is expected
besides, `hooks.py` what a document cannot tell. `EXAMPLES` says how many requests of each kind.
"""

from __future__ import annotations

import os

import pytest

from tests.api.conftest import Check, Services, names

pytestmark = [pytest.mark.slow, pytest.mark.long]

EXAMPLES = int(os.environ.get("EXAMPLES", "5"))


@pytest.mark.parametrize("name", names())
def test_the_document_holds_for_a_user(services: Services, check: Check, name: str) -> None:
    check(name, services.user(), EXAMPLES)


@pytest.mark.parametrize("name", names())
def test_the_document_holds_for_an_administrator(
    services: Services, check: Check, name: str
) -> None:
    check(name, services.user(role="admin"), EXAMPLES)


@pytest.mark.parametrize("name", names())
def test_the_document_holds_for_a_service(services: Services, check: Check, name: str) -> None:
    check(name, services.service("admin" if name != "profile" else "payments"), EXAMPLES)
