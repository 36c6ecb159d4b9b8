"""The kinds of values that requests carry, with their limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from payments_service.money import LARGEST_AMOUNT, checked_currency

_NO_NUL = r"^[^\x00]*$"
"""Postgres stores no NUL in text or jsonb."""

Amount = Annotated[
    int,
    Field(strict=True, gt=0, le=LARGEST_AMOUNT, description="minor units of the currency"),
]
CurrencyCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    AfterValidator(checked_currency),
    Field(description="ISO 4217 code, upper case", examples=["EUR"]),
]
PaymentMethod = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$"),
    Field(description="the provider's token; in the sandbox pm_fake_…", examples=["pm_fake_ok"]),
]
Description = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]
MetadataKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
MetadataValue = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]
Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=20)]
CancellationReason = Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"]
RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]
