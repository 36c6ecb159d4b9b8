"""The settings of the service; all of them are common to every service."""

from __future__ import annotations

from service_kit import ServiceSettings


class Settings(ServiceSettings):
    """Environment variables that the service reads."""
