"""Whether the process lives, whether it can serve, and its metrics."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from shared_db import Database, TransactionError, head_revision

from service_kit.bodies import ResponseBody
from service_kit.docs import responses
from service_kit.metrics import RequestMetrics
from service_kit.problems import Problem
from service_kit.sessions import DatabaseDep

router = APIRouter(tags=["operations"])


class NotReady(Problem):
    """The service cannot serve now; `detail` says why."""

    status = 503
    code = "not_ready"
    title = "Not ready"


class Alive(ResponseBody):
    """The process runs."""

    status: str = "alive"


class Ready(ResponseBody):
    """The service can serve."""

    status: str = "ready"
    home: str
    epoch: int


@router.get("/livez")
async def get_liveness() -> Alive:
    """Tell that the process runs; asks no database."""
    return Alive()


@router.get("/readyz", responses=responses(NotReady))
async def get_readiness(database: DatabaseDep) -> Ready:
    """Tell whether the home is active, answers, and has the migrations that the code knows."""
    await refuse_unless_ready(database)
    return Ready(home=str(database.home.address), epoch=database.home.epoch)


async def refuse_unless_ready(database: Database) -> None:
    """Check the home.

    Raises:
        NotReady: what is wrong with it.
    """
    head = head_revision(database.service)
    try:
        current = await database.revision()
        state = await database.state()
    except TransactionError as error:
        raise NotReady(f"The database does not serve: {error}") from error
    if state != "active":
        raise NotReady(f"The home at {database.home.address} is {state}, not active.")
    if current != head:
        raise NotReady(f"The database is at migration {current}, the code at {head}.")


@router.get("/metrics", response_class=Response)
async def get_metrics(request: Request, database: DatabaseDep) -> Response:
    """Return the metrics in Prometheus' text format."""
    metrics: RequestMetrics = request.app.state.metrics
    text = metrics.render(database.home.epoch, str(database.home.address))
    return Response(text, media_type=CONTENT_TYPE_LATEST)
