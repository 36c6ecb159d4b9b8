"""What requests and replies are made of."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from service_kit.storable import refuse_unstorable


class RequestBody(BaseModel):
    """The body of a request: unknown fields are refused, and text that Postgres cannot store."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        refuse_unstorable(value)
        return value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"  # a log must not show what a client sent

    __str__ = __repr__


class ResponseBody(BaseModel):
    """The body of a reply."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the body of an object with attributes of the same names."""
        return cls.model_validate(row)
