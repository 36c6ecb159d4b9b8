"""The user's profile, changed under its entity tag."""

from __future__ import annotations

from typing import Any

import httpx

from tests.journey.client import Client

SERVICE = "profile"


def read(client: Client) -> httpx.Response:
    """The profile with its ETag."""
    return client.send("GET", SERVICE, "/v1/profiles/me")


def change(client: Client, tag: str, *, expect: int = 200, **fields: Any) -> httpx.Response:
    """Change fields of the state that the tag names."""
    return client.send(
        "PATCH", SERVICE, "/v1/profiles/me", expect=expect, json=fields, headers={"If-Match": tag}
    )
