"""What ``apply`` does about a service that lives elsewhere, and what ``plan`` says of it before."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.errors import MoveRefused
from shared_db.move.finding import find_run
from shared_db.move.inspect import Obstacle
from shared_db.move.mover import Mover
from shared_db.move.options import MoveOptions
from shared_db.move.parties import ServiceParties
from shared_db.move.subject import connect
from shared_db.move.tables import tables_of
from shared_db.move.telling import Listener
from shared_db.placement import ServicePlacement

BYTES_PER_SECOND = 25e6
"""Table bytes that are copied, indexed and compared in a second on two cores of 2026; see
``make bench-move``. Only for an estimate."""


@dataclass(frozen=True)
class Outlook:
    """What a move will be like.

    Args:
        rows: estimated rows.
        bytes: size of the tables without indexes.
        seconds: estimated time until the cut.
        obstacles: what ``move check`` finds.
    """

    rows: int
    bytes: int
    seconds: float
    obstacles: tuple[Obstacle, ...]


def outlook(placement: ServicePlacement) -> Outlook:
    """How big a move is, how long it will take, and what stands in the way."""
    parties = ServiceParties(placement)
    with connect(parties.home()) as connection:
        tables = tables_of(connection, placement.service.schema)
    size = sum(table.bytes for table in tables)
    return Outlook(
        rows=sum(table.rows for table in tables),
        bytes=size,
        seconds=1.0 + size / BYTES_PER_SECOND,
        obstacles=tuple(Mover(parties).check()),
    )


def under_way(placement: ServicePlacement) -> str:
    """The phase of the service's move that has not ended, empty where there is none."""
    found = find_run(ServiceParties(placement))
    return found[1].phase if found else ""


def is_back(placement: ServicePlacement) -> bool:
    """Whether the service is at the origin of a move that has not ended, as after a rollback."""
    parties = ServiceParties(placement)
    found = find_run(parties)
    return found is not None and parties.home().address.place == found[0].origin.address.place


def move_home(
    placement: ServicePlacement,
    options: MoveOptions,
    listeners: tuple[Listener, ...] = (),
    *,
    finish: bool = False,
) -> None:
    """Move a service to where it should live; where a way back leads there, take that.

    Args:
        placement: the service's desired placement.
        options: how.
        listeners: told of every event.
        finish: end the move at its new home, giving up the way back.

    Raises:
        MoveError: it could not be done; ``shared-db move status`` says how far it has come.
    """
    parties = ServiceParties(placement)
    mover = Mover(parties, options, listeners)
    desired = placement.desired.place
    found = find_run(parties)
    if found is None:
        if parties.home().address.place != desired:
            mover.start()
            mover.cutover()
    else:
        _go_on(mover, parties, found[0].origin.address.place, found[0].target.address.place)
    if finish and (found := find_run(parties)) is not None:
        if found[0].target.address.place == desired:
            mover.finish()
        else:
            mover.abort()


def _go_on(
    mover: Mover,
    parties: ServiceParties,
    origin: tuple[str, int, str],
    target: tuple[str, int, str],
) -> None:
    """Bring a run that has not ended to where the service should live."""
    desired = parties.destination().address.place
    if desired not in {origin, target}:
        raise MoveRefused(
            f"Another move of {parties.subject.name} has not ended, and not to where it should "
            "live now: finish or abort that one first."
        )
    mover.resume()
    if parties.home().address.place == desired:
        return
    if desired == origin:
        mover.rollback()
    else:
        mover.cutover()
