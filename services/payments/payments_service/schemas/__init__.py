"""What the API accepts and returns."""

from payments_service.schemas.customers import CustomerBody
from payments_service.schemas.ledger import (
    BalanceBody,
    BalancesBody,
    EntryBody,
    LedgerTransactionBody,
)
from payments_service.schemas.payment_intents import (
    CancelPaymentIntent,
    CapturePaymentIntent,
    ConfirmPaymentIntent,
    CreatePaymentIntent,
    PaymentIntentBody,
    shown_intent,
)
from payments_service.schemas.refunds import CreateRefund, RefundBody

__all__ = [
    "BalanceBody",
    "BalancesBody",
    "CancelPaymentIntent",
    "CapturePaymentIntent",
    "ConfirmPaymentIntent",
    "CreatePaymentIntent",
    "CreateRefund",
    "CustomerBody",
    "EntryBody",
    "LedgerTransactionBody",
    "PaymentIntentBody",
    "RefundBody",
    "shown_intent",
]
