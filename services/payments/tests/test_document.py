"""The document of the API shows a client every reply that it will meet, by example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from payments_service import schemas
from payments_service.schemas import webhooks
from pydantic import BaseModel

DOCUMENT = json.loads(Path(__file__).parents[1].joinpath("openapi.json").read_text("utf-8"))
OWN = {
    f"{method} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if path.startswith("/v1/") and path not in {"/v1/placement", "/v1/events"}
}
SHOWN = [
    schemas.BalancesBody,
    schemas.CustomerBody,
    schemas.LedgerTransactionBody,
    schemas.PaymentIntentBody,
    schemas.RefundBody,
    webhooks.WebhookDeliveryBody,
    webhooks.WebhookEndpointBody,
    webhooks.WebhookEndpointSecretBody,
]


def shows_an_example(schema: dict[str, Any]) -> bool:
    """Whether the schema has one, or is a page of what has one."""
    found = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "examples" in found:
        return True
    return shows_an_example(found["properties"]["data"]["items"])


@pytest.mark.parametrize("operation", OWN)
def test_every_reply_has_an_example(operation: str) -> None:
    for status, reply in OWN[operation]["responses"].items():
        for content in reply.get("content", {}).values():
            assert content.get("examples") or shows_an_example(content["schema"]), status


@pytest.mark.parametrize("operation", OWN)
def test_every_refusal_that_any_client_may_meet_is_declared(operation: str) -> None:
    method, described = operation.partition(" ")[0], OWN[operation]
    codes = {
        code
        for reply in described["responses"].values()
        for content in reply.get("content", {}).values()
        for code in content.get("examples", {})
    }
    wanted = {"internal_error", "database_unavailable"}
    if method != "get":
        wanted.add("outcome_unknown")
    if described.get("security"):
        wanted |= {"invalid_token", "insufficient_scope"}
    if described.get("requestBody"):
        wanted |= {"invalid_request", "body_too_large"}
    if any(given["name"] == "Idempotency-Key" for given in described.get("parameters", [])):
        kinds = ("missing", "invalid", "in_flight", "reused")
        wanted |= {f"idempotency_key_{kind}" for kind in kinds}
    assert wanted <= codes


@pytest.mark.parametrize("body", SHOWN)
def test_an_example_is_a_reply(body: type[BaseModel]) -> None:
    (example,) = body.model_json_schema()["examples"]
    assert body.model_validate(example).model_dump(mode="json") == example
