"""What requests and replies are made of."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator


class RequestBody(BaseModel):
    """The body of a request: unknown fields are refused, and text that Postgres cannot store."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        refuse_unstorable(value)
        return value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"  # a log must not show what a client sent


class ResponseBody(BaseModel):
    """The body of a reply."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the body of an object with attributes of the same names."""
        return cls.model_validate(row)


def refuse_unstorable(value: Any) -> None:
    """Refuse text with NUL or unpaired surrogates, anywhere in a JSON value.

    Raises:
        ValueError: Postgres' text holds neither (manual, 8.3).
    """
    todo = [value]
    while todo:
        current = todo.pop()
        if isinstance(current, str):
            if "\x00" in current or any("\ud800" <= c <= "\udfff" for c in current):
                raise ValueError("text must not contain NUL or unpaired surrogates")
        elif isinstance(current, dict):
            todo += [*current.keys(), *current.values()]
        elif isinstance(current, list):
            todo += current
