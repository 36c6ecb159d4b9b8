"""The settings that every service has."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared_db import ConfigurationError, discover
from shared_db.settings import SECRETS_FILE, project_folder, read_project

from service_kit.addresses import service_url


def environment_files() -> tuple[str, ...]:
    """The files that stand behind the environment: generated secrets, then ``.env``."""
    folder = project_folder()
    return (str(read_project(folder).data_dir / SECRETS_FILE), str(folder / ".env"))


def default_issuer() -> str:
    """The address of the installed service that issues tokens.

    Raises:
        ConfigurationError: none is installed here.
    """
    for service in discover().values():
        if service.issuer:
            return service_url(service.name)
    raise ConfigurationError(
        "ISSUER is missing and no service installed here issues tokens: set it to the address "
        "of the one that does."
    )


class ServiceSettings(BaseSettings):
    """Variables of every service; a service adds its own, which carry its prefix.

    The names of the variables are those of the fields in upper case.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, case_sensitive=False)

    environment: Literal["development", "production"] = "development"
    issuer: str = Field(default_factory=default_issuer, description="`iss` of the tokens")
    jwks_url: str = ""
    cors_origins: tuple[str, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    body_limit: int = Field(default=1_048_576, gt=0, description="bytes of a request's body")
    background: bool = Field(
        default=True, description="jobs and event consumers run inside the API process"
    )
    repeat_deadline: float = Field(default=10.0, gt=0, description="seconds")

    def __init__(self, **values: Any) -> None:
        values.setdefault("_env_file", environment_files())
        super().__init__(**values)

    @property
    def keys_url(self) -> str:
        """Where the issuer publishes its keys."""
        return self.jwks_url or f"{self.issuer}/.well-known/jwks.json"
