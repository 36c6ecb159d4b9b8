"""Where replies lead: the links of the API's document, a payment's journey from end to end."""

from __future__ import annotations

from typing import Any

from service_kit import links

_ID = "$response.body#/id"


def leads_on(status: int, *steps: str) -> dict[int | str, dict[str, Any]]:
    """What may be asked next of the payment intent in the reply: ``get``, ``capture`` and so on."""
    by_id = {f"{step}_payment_intent": {"payment_intent_id": _ID} for step in steps}
    return links(status, **by_id)


CUSTOMER_LEADS_ON = {
    "get_customer": {"customer_id": _ID},
    "create_payment_intent": {"body.customer": _ID},
}
CAPTURE_LEADS_ON = links(
    200,
    create_refund={"body.payment_intent": _ID},
    get_payment_intent={"payment_intent_id": _ID},
)
REFUND_LEADS_ON = links(201, get_refund={"refund_id": _ID})
ENDPOINT_LEADS_ON = links(
    201,
    **{
        step: {"endpoint_id": _ID}
        for step in (
            "get_webhook_endpoint",
            "rotate_webhook_secret",
            "list_webhook_deliveries",
            "delete_webhook_endpoint",
        )
    },
)
DELIVERIES_LEAD_ON = links(
    200,
    redeliver_webhook={
        "endpoint_id": "$request.path.endpoint_id",
        "delivery_id": "$response.body#/data/0/id",
    },
)
