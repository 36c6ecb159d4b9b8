"""OAuth clients: services that log in with a secret of their own."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from service_kit import Clock
from shared_db import Database
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from auth_service.digests import digest
from auth_service.errors import OAuthError
from auth_service.models import OAuthClient
from auth_service.settings import ClientSeed

_UNKNOWN = digest("")


async def keep_clients(database: Database, seeds: Mapping[str, ClientSeed], clock: Clock) -> None:
    """Write the clients of the settings into the table; others stay as they are."""

    async def keep(session: AsyncSession) -> None:
        for name, seed in sorted(seeds.items()):
            values = {
                "secret_digest": digest(seed.secret.get_secret_value()),
                "scope": " ".join(sorted(seed.scopes)),
                "updated_at": clock(),
            }
            row = insert(OAuthClient).values(id=name, **values)
            await session.exec(row.on_conflict_do_update(index_elements=["id"], set_=values))

    if seeds:
        await database.run(keep)


async def authenticated(session: AsyncSession, credentials: tuple[str, str] | None) -> OAuthClient:
    """The client with that id and secret.

    Raises:
        OAuthError: ``invalid_client``.
    """
    client_id, secret = credentials or ("", "")
    client = await session.get(OAuthClient, client_id) if client_id else None
    kept = client.secret_digest if client else _UNKNOWN
    fits = hmac.compare_digest(kept, digest(secret))
    if client is None or not fits:
        raise OAuthError("invalid_client", "Client id or secret are wrong.", status=401)
    return client
