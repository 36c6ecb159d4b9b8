"""The kinds of values that requests carry, with their limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

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
    Field(
        description="ISO 4217 code, upper case",
        json_schema_extra={"format": "iso-4217"},
        examples=["EUR"],
    ),
]
PaymentMethod = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$"),
    Field(description="the provider's token; in the sandbox pm_fake_…", examples=["pm_fake_ok"]),
]
Description = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]
MetadataKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
MetadataValue = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]


def _as_names_and_values(schema: dict[str, Any]) -> None:
    """Pattern properties alone would let other names pass."""
    ((pattern, value),) = schema.pop("patternProperties").items()
    schema |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}


Metadata = Annotated[
    dict[MetadataKey, MetadataValue],
    Field(max_length=20, json_schema_extra=_as_names_and_values),
]
CancellationReason = Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"]
RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]
