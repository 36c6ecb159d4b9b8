"""The tables of this service."""

from auth_service.models.accounts import Role, User, UserRole
from auth_service.models.clients import OAuthClient
from auth_service.models.keys import SigningKey
from auth_service.models.mail_tokens import LoginAttempt, OneTimeToken
from auth_service.models.outbox import OutboxEvent
from auth_service.models.sessions import RefreshToken, Session
from auth_service.models.table import Table

metadata = Table.metadata

__all__ = [
    "LoginAttempt",
    "OAuthClient",
    "OneTimeToken",
    "OutboxEvent",
    "RefreshToken",
    "Role",
    "Session",
    "SigningKey",
    "Table",
    "User",
    "UserRole",
    "metadata",
]
