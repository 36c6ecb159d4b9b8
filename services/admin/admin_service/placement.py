"""Asking every service where it lives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from service_kit import Principal, Problem
from shared_db.errors import ConfigurationError

from admin_service.schemas import NoAnswer, ServicePlacementBody
from admin_service.upstreams import Upstreams


async def gather_placement(
    upstreams: Upstreams, services: Iterable[str], caller: Principal, *, patience: float
) -> list[ServicePlacementBody]:
    """What each service says of its home, all asked at once; a failure is an entry of its own.

    Args:
        upstreams: the way to the services.
        services: their names, in the order of the reply.
        caller: the administrator on whose behalf they are asked.
        patience: seconds after which a service counts as not answering.
    """
    return list(
        await asyncio.gather(*(_ask(upstreams, name, caller, patience) for name in services))
    )


async def _ask(
    upstreams: Upstreams, name: str, caller: Principal, patience: float
) -> ServicePlacementBody:
    try:
        async with asyncio.timeout(patience):
            return await upstreams.read(name, "/v1/placement", ServicePlacementBody, caller)
    except TimeoutError:
        error = NoAnswer(
            code="timeout", detail=f"{name} did not answer within {patience:g} seconds."
        )
    except Problem as problem:
        error = NoAnswer(code=problem.code, detail=str(problem.detail or problem.title))
    except ConfigurationError as unknown:
        error = NoAnswer(code="not_configured", detail=str(unknown))
    return ServicePlacementBody(service=name, error=error)
