"""What the API accepts and returns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from service_kit import RequestBody, ResponseBody

from profile_service.documents import storable
from profile_service.fields import AvatarUrl, Bio, DisplayName, Locale, TimeZone

PreferencesDocument = Annotated[dict[str, Any], AfterValidator(storable)]


class ProfileChange(RequestBody):
    """The fields to change; those left out stay, ``null`` removes the avatar (RFC 7396)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"display_name": "Ada", "time_zone": "Europe/London"}]}
    )

    display_name: DisplayName = Field(default_factory=str)
    bio: Bio = Field(default_factory=str)
    locale: Locale = Field(default_factory=str)
    time_zone: TimeZone = Field(default_factory=str)
    avatar_url: AvatarUrl | None = None

    def given(self) -> dict[str, Any]:
        """The fields that the client sent."""
        return self.model_dump(exclude_unset=True)


class ProfileBody(ResponseBody):
    """A profile."""

    user_id: UUID
    display_name: str
    bio: str
    locale: str
    time_zone: str
    avatar_url: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class ExportBody(ResponseBody):
    """An export: its state is `queued`, `running`, `done` or `failed`."""

    id: UUID
    state: str
    created_at: datetime
    finished_at: datetime | None
    result: dict[str, Any] | None


class ErasureBody(ResponseBody):
    """An erasure that was asked for."""

    id: UUID
