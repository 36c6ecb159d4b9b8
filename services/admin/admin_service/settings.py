"""The settings of the service."""

from __future__ import annotations

from pydantic import Field
from service_kit import ServiceSettings
from shared_db import discover


class Settings(ServiceSettings):
    """Environment variables that the service reads besides the common ones.

    The addresses of the services that it asks are the variables of service_kit's client, such
    as ``AUTH_URL`` and ``PAYMENTS_URL``.
    """

    admin_services: list[str] = Field(
        default_factory=list,
        description="names of the services whose placement is shown, as a JSON list; "
        "by default all that are installed",
    )
    admin_placement_timeout: float = Field(
        default=5.0,
        gt=0,
        le=30,
        description="seconds after which a service counts as not answering about its placement",
    )

    admin_erasures: dict[str, str] = Field(
        default={"auth": "user.erased", "profile": "profile.erased", "payments": "customer.erased"},
        description="by service, the event by which it acknowledges an erasure, as a JSON object; "
        "the audit certifies an erasure when all have",
    )

    def services(self) -> list[str]:
        """The services whose placement is shown, in the order of their ports."""
        return self.admin_services or list(discover())
