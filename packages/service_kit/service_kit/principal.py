"""Who makes a request, as the access token tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Principal:
    """The caller.

    Args:
        kind: ``user`` or ``service`` (a token of the client credentials grant).
        subject: the token's ``sub``: a user's id, or the client's for a service.
        user_id: the user, None for a service.
        client_id: the OAuth client.
        scopes: what the token allows.
        session_id: the session of a user's token.
        acting_user: on whose behalf a service says that it asks (header ``Acting-User``).
    """

    kind: Literal["user", "service"]
    subject: str
    client_id: str
    scopes: frozenset[str]
    user_id: UUID | None = None
    session_id: UUID | None = None
    acting_user: UUID | None = None
