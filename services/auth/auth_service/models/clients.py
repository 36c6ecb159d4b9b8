"""OAuth clients: services that get tokens of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field

from auth_service.models.table import Table


class OAuthClient(Table, table=True):
    """A confidential client; its secret has 256 random bits, so a plain SHA-256 keeps it."""

    __tablename__ = "oauth_clients"

    id: str = Field(primary_key=True, sa_type=Text)
    secret_digest: bytes = Field(sa_type=LargeBinary)
    scope: str = Field(sa_type=Text)
    updated_at: datetime
