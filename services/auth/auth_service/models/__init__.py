"""The tables of this service."""

from service_kit.jobs import jobs_table

from auth_service.models.accounts import Role, User, UserRole
from auth_service.models.attempts import FamiliarSource, LoginAttempt
from auth_service.models.clients import OAuthClient
from auth_service.models.keys import SigningKey
from auth_service.models.mail_tokens import OneTimeToken
from auth_service.models.outbox import OutboxEvent
from auth_service.models.sessions import RefreshToken, RevokedToken, Session
from auth_service.models.table import Table

metadata = Table.metadata
jobs_table(metadata)

__all__ = [
    "FamiliarSource",
    "LoginAttempt",
    "OAuthClient",
    "OneTimeToken",
    "OutboxEvent",
    "RefreshToken",
    "RevokedToken",
    "Role",
    "Session",
    "SigningKey",
    "Table",
    "User",
    "UserRole",
    "metadata",
]
