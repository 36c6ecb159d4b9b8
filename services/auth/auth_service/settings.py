"""The service's settings, from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr
from service_kit import ServiceSettings
from shared_db.settings import project_folder, read_project


class ClientSeed(BaseModel):
    """A first-party client as ``OAUTH_CLIENTS`` gives it."""

    secret: SecretStr = Field(min_length=16)
    scopes: tuple[str, ...] = ()


class Settings(ServiceSettings):
    """What can be set for this service; the common settings are in service_kit."""

    auth_key_encryption_key: SecretStr = Field(
        default=SecretStr(""), description="32 bytes in URL-safe base64; encrypts signing keys"
    )
    oauth_clients: dict[str, ClientSeed] = Field(
        default_factory=dict, description="services with tokens of their own, as JSON"
    )
    auth_access_token_seconds: int = Field(default=600, ge=30, le=600)
    auth_session_idle_days: int = Field(default=14, ge=1, description="without a refresh")
    auth_session_days: int = Field(default=90, ge=1, description="at the latest")
    auth_refresh_grace_seconds: float = Field(default=5.0, ge=0, le=10)
    auth_verification_hours: int = Field(default=24, ge=1)
    auth_reset_minutes: int = Field(default=60, ge=1, description="for which a reset counts")
    auth_key_cache_seconds: int = Field(default=300, ge=1, description="JWKS cache time")
    auth_lock_after: int = Field(default=5, ge=1, description="failures in a row")
    auth_lock_seconds: int = Field(default=60, ge=1, description="the first lock; doubles")
    auth_lock_longest_seconds: int = Field(default=900, ge=1)
    auth_address_failures: int = Field(default=50, ge=1, description="per address and window")
    auth_address_requests: int = Field(
        default=200, ge=1, description="registrations and forgotten passwords, likewise"
    )
    auth_address_window_seconds: int = Field(default=300, ge=1)
    auth_cleaning_seconds: float = Field(
        default=3600.0, gt=0, description="between deleting what no longer counts"
    )
    auth_mail_from: str = "accounts@example.com"
    auth_public_url: str = Field(
        default="", description="what links in mails begin with; by default the issuer"
    )
    auth_smtp_url: str = Field(
        default="", description="smtp://user:password@host:port; empty: files in DATA_DIR/mail"
    )

    @property
    def mail_folder(self) -> Path:
        """Where mails go when there is no SMTP server."""
        return read_project(project_folder()).data_dir / "mail"
