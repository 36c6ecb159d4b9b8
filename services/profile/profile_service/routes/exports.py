"""The caller's data, to take along or to have erased."""

from __future__ import annotations

from uuid import UUID

from fastapi import Response
from service_kit import ReaderDep, Router, SessionDep, links, responses

from profile_service.erasure import ask_erasure
from profile_service.errors import ExportNotFound, ProfileErased
from profile_service.exports import ask_export, find_export
from profile_service.routes.caller import REFUSALS, OwnerId
from profile_service.schemas import ErasureBody, ExportBody

router = Router(prefix="/v1/profiles/me", tags=["personal data"])
_LEADS_ON = links(202, get_my_export={"export_id": "$response.body#/id"})


@router.post("/export", status_code=202, responses=responses(*REFUSALS, ProfileErased) | _LEADS_ON)
async def export_my_profile(owner: OwnerId, session: SessionDep, response: Response) -> ExportBody:
    """Ask for all that is held on the caller; `Location` is where to fetch it."""
    export = ExportBody.of(await ask_export(session, owner))
    response.headers["Location"] = f"/v1/profiles/me/exports/{export.id}"
    return export


@router.get("/exports/{export_id}", responses=responses(*REFUSALS, ExportNotFound))
async def get_my_export(
    export_id: UUID, owner: OwnerId, reader: ReaderDep, response: Response
) -> ExportBody:
    """Return an export of the caller's; `result` is there when the state is `done`."""
    response.headers["Cache-Control"] = "no-store"
    return ExportBody.of(await find_export(reader, owner, export_id))


@router.delete("", status_code=202, responses=responses(*REFUSALS))
async def erase_my_profile(owner: OwnerId, session: SessionDep) -> ErasureBody:
    """Have profile, preferences and exports of the caller erased, for good."""
    return ErasureBody(id=await ask_erasure(session, owner))
