"""Conditional requests: the headers that carry entity tags, and replies that honour them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import BaseModel
from service_kit import REQUIRED

from profile_service.etags import is_unchanged

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the state to change.",
        json_schema_extra={REQUIRED: True},
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="An ETag; 304 when the state is still this one."),
]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The state is the one that If-None-Match names."}
}

Body = BaseModel | Mapping[str, Any]


def tagged(response: Response, tag: str) -> None:
    """Put the entity tag on a reply, which belongs to the caller and must be checked each time."""
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"


def unless_unchanged(
    response: Response, tag: str, if_none_match: str | None, body: Body
) -> Response | Body:
    """The body, or 304 without one when the client already holds that state."""
    if is_unchanged(if_none_match, tag):
        response = Response(status_code=304)
        tagged(response, tag)
        return response
    tagged(response, tag)
    return body
