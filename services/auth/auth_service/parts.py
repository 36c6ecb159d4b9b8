"""The parts of a running service, which its routes share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from service_kit import Clock

from auth_service.devices import Devices
from auth_service.introspection import Introspection
from auth_service.keyring import Keyring
from auth_service.login import Login
from auth_service.recovery import Recovery
from auth_service.registration import Registration
from auth_service.sessions import Sessions
from auth_service.settings import Settings
from auth_service.tokens import AccessTokens


@dataclass(frozen=True)
class Parts:
    """What the composition root put together."""

    settings: Settings
    keyring: Keyring
    tokens: AccessTokens
    registration: Registration
    recovery: Recovery
    introspection: Introspection
    login: Login
    sessions: Sessions
    devices: Devices
    clock: Clock


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(_parts)]
