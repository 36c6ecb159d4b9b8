"""Where every service lives."""

from __future__ import annotations

from fastapi import Request
from service_kit import Router, responses

from admin_service.placement import gather_placement
from admin_service.routes.caller import REFUSALS, Administrator, UpstreamsDep
from admin_service.schemas import PlacementBody
from admin_service.settings import Settings

router = Router(prefix="/v1/admin/placement", tags=["placement"])


@router.get("", responses=responses(*REFUSALS))
async def list_placements(
    request: Request, administrator: Administrator, upstreams: UpstreamsDep
) -> PlacementBody:
    """Ask every service where it lives; one that does not answer is shown with the reason."""
    settings: Settings = request.app.state.settings
    return PlacementBody(
        data=await gather_placement(
            upstreams,
            settings.services(),
            administrator,
            patience=settings.admin_placement_timeout,
        )
    )
