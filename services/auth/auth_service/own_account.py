"""The caller's account on the hot path: one statement over a raw connection."""

from __future__ import annotations

from datetime import datetime

import asyncpg
from service_kit import InvalidToken, Principal

from auth_service.schemas import UserBody

_SIGNED_IN = """
SELECT users.id, users.email, users.status, users.created_at
  FROM auth.users JOIN auth.sessions ON sessions.user_id = users.id
 WHERE sessions.id = $1
   AND users.id = $2
   AND users.status = 'active'
   AND sessions.revoked_at IS NULL
   AND sessions.expires_at > $3
"""


async def own_account(connection: asyncpg.Connection, caller: Principal, now: datetime) -> UserBody:
    """What ``Sessions.signed_in`` finds, without a session of the ORM.

    Raises:
        InvalidToken: the session has ended, or the account is not active.
    """
    found = await connection.fetchrow(_SIGNED_IN, caller.session_id, caller.user_id, now)
    if found is None:
        raise InvalidToken("The session has ended: log in again.")
    return UserBody(**found)
