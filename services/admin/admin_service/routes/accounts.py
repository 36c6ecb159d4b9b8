"""What administrators do to an account; the service that keeps it carries it out.

The act is in the audit before it is asked for: nothing is done that the audit does not tell.
"""

from __future__ import annotations

from uuid import UUID

from fastapi import status
from service_kit import DatabaseDep, Principal, Router, UpstreamUnavailable, responses
from shared_db import Database

from admin_service.audit import ids_of, record
from admin_service.errors import UserNotFound
from admin_service.routes.caller import REFUSALS, Administrator, UpstreamsDep
from admin_service.schemas import UserBody
from admin_service.upstreams import Upstreams

router = Router(
    prefix="/v1/admin/users/{user_id}",
    tags=["users"],
    responses=responses(*REFUSALS, UserNotFound, UpstreamUnavailable),
)


@router.post("/suspend")
async def suspend_user(
    user_id: UUID, administrator: Administrator, database: DatabaseDep, upstreams: UpstreamsDep
) -> UserBody:
    """Suspend an account: its sessions end and its open payments are canceled."""
    return UserBody.model_validate(
        await _act(database, upstreams, administrator, user_id, "suspend")
    )


@router.post("/reinstate")
async def reinstate_user(
    user_id: UUID, administrator: Administrator, database: DatabaseDep, upstreams: UpstreamsDep
) -> UserBody:
    """Take a suspension back."""
    return UserBody.model_validate(
        await _act(database, upstreams, administrator, user_id, "reinstate")
    )


@router.post("/erase", status_code=status.HTTP_202_ACCEPTED)
async def erase_user(
    user_id: UUID, administrator: Administrator, database: DatabaseDep, upstreams: UpstreamsDep
) -> None:
    """Erase an account; the other services follow by the event."""
    await _act(database, upstreams, administrator, user_id, "erase")


@router.post("/sessions/revoke", status_code=status.HTTP_204_NO_CONTENT)
async def revoke_user_sessions(
    user_id: UUID, administrator: Administrator, database: DatabaseDep, upstreams: UpstreamsDep
) -> None:
    """End all sessions of an account."""
    await _act(database, upstreams, administrator, user_id, "sessions/revoke")


@router.post("/password-reset", status_code=status.HTTP_202_ACCEPTED)
async def send_password_reset(
    user_id: UUID, administrator: Administrator, database: DatabaseDep, upstreams: UpstreamsDep
) -> None:
    """Mail the owner of an account a token with which to set another password."""
    await _act(database, upstreams, administrator, user_id, "password-reset")


async def _act(
    database: Database, upstreams: Upstreams, administrator: Principal, user_id: UUID, act: str
) -> object:
    action = "users." + act.replace("/", "_").replace("-", "_")
    await record(database, administrator, action, ids_of([user_id]))
    return await upstreams.act("auth", f"/v1/users/{user_id}/{act}", administrator)
