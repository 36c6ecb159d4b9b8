"""What this service refuses, and why.

Problem (service_kit: a reply in application/problem+json)
├── CustomerNotFound, PaymentIntentNotFound, RefundNotFound      404
├── WebhookEndpointNotFound, WebhookDeliveryNotFound             404
├── WebhookRefused                                               400
├── WebhookTargetRefused                                         422
├── PaymentDeclined                                              402
├── WrongState, CustomerSuspended                                409
├── AmountExceedsRemaining, PaymentMethodRefused                 422
└── IdempotencyKeyMissing, IdempotencyKeyInvalid                 400
    IdempotencyKeyInFlight                                       409
    IdempotencyKeyReused                                         422
CommandRefused            a command of an operator cannot be carried out
ProviderNotFound          the configured provider does not exist; the service does not start
"""

from __future__ import annotations

from service_kit import Problem
from shared_db import ConfigurationError


class CustomerNotFound(Problem):
    """No such customer, or it is another user's."""

    status = 404
    code = "customer_not_found"
    title = "Customer not found"


class PaymentIntentNotFound(Problem):
    """No such payment intent, or it is another user's."""

    status = 404
    code = "payment_intent_not_found"
    title = "Payment intent not found"


class RefundNotFound(Problem):
    """No such refund, or it is another user's."""

    status = 404
    code = "refund_not_found"
    title = "Refund not found"


class WebhookEndpointNotFound(Problem):
    """No such webhook endpoint, or it is another user's."""

    status = 404
    code = "webhook_endpoint_not_found"
    title = "Webhook endpoint not found"


class WebhookDeliveryNotFound(Problem):
    """The webhook endpoint has no such delivery."""

    status = 404
    code = "webhook_delivery_not_found"
    title = "Webhook delivery not found"


class WebhookRefused(Problem):
    """The message is not one that the provider signed just now."""

    status = 400
    code = "webhook_refused"
    title = "Webhook refused"


class WebhookTargetRefused(Problem):
    """Webhooks go to public addresses by https alone."""

    status = 422
    code = "webhook_target_refused"
    title = "Webhook target refused"


class PaymentDeclined(Problem):
    """The provider refused the operation; ``decline_code`` says why."""

    status = 402
    code = "payment_declined"
    title = "The payment provider refused"


class WrongState(Problem):
    """The payment intent's state does not allow the operation."""

    status = 409
    code = "payment_intent_wrong_state"
    title = "Not possible in this state"


class CustomerSuspended(Problem):
    """The customer may not pay; what was captured stays as it is."""

    status = 409
    code = "customer_suspended"
    title = "Customer suspended"


class AmountExceedsRemaining(Problem):
    """More than what remains to be captured or refunded."""

    status = 422
    code = "amount_exceeds_remaining"
    title = "Amount above what remains"


class PaymentMethodRefused(Problem):
    """A payment method of the sandbox was given to a real provider."""

    status = 422
    code = "payment_method_refused"
    title = "Payment method not accepted"


class IdempotencyKeyMissing(Problem):
    """The request moves money, hence needs an ``Idempotency-Key``."""

    status = 400
    code = "idempotency_key_missing"
    title = "Idempotency-Key missing"


class IdempotencyKeyInvalid(Problem):
    """The ``Idempotency-Key`` is empty, too long or not printable ASCII."""

    status = 400
    code = "idempotency_key_invalid"
    title = "Idempotency-Key not usable"


class IdempotencyKeyInFlight(Problem):
    """The first request with this key has not been answered yet."""

    status = 409
    code = "idempotency_key_in_flight"
    title = "First request still in flight"


class IdempotencyKeyReused(Problem):
    """The key was used for another request."""

    status = 422
    code = "idempotency_key_reused"
    title = "Idempotency-Key used for another request"


class ProviderNotFound(ConfigurationError):
    """``PAYMENTS_PROVIDER`` names no installed provider."""


class CommandRefused(Exception):
    """What an operator asked for cannot be done; the message says why."""
