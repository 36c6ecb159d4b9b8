"""Finding a service's home: when a process starts, and when it meets a fence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from shared_db.address import Address
from shared_db.errors import DatabaseUnavailable, HomeNotFound, HomesDisagree
from shared_db.homes import (
    Absent,
    Finding,
    Home,
    HomeRow,
    Place,
    PromotionRefused,
    State,
    Unreachable,
)
from shared_db.placement import ServicePlacement

PATIENCE = 10.0
"""Seconds for which a starting process waits for the peer of a standby."""

_PAUSE = 0.2
_MOST_HOPS = 16


class HomeReader(Protocol):
    """Asks databases about one service's home, logged in as that service."""

    async def read(self, address: Address) -> Finding:
        """What the database at ``address`` says."""

    async def promote(self, address: Address, row: HomeRow) -> None:
        """Make the standby ``row`` at ``address`` the active home; a lost race is no error."""


async def resolve(
    placement: ServicePlacement,
    reader: HomeReader,
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Home:
    """Find the database in which the service is active; the row found there is authoritative.

    Args:
        placement: where the service should live and where else it may be.
        reader: asks the databases.
        patience: seconds to wait for the peer of a standby.
        clock: monotonic seconds, the event loop's by default.
        pause: waits between two attempts.

    Raises:
        HomeNotFound: nobody has it; an empty database is never taken in its place.
        HomesDisagree: the rows that were found contradict each other.
        DatabaseUnavailable: somebody may have it but could not be asked.
    """
    now = clock or asyncio.get_running_loop().time
    deadline = now() + patience
    while True:
        try:
            return await _Search(placement, reader).run()
        except _PeerSilent as silent:
            if now() >= deadline:
                raise DatabaseUnavailable(str(silent)) from silent
        await pause(_PAUSE)


def home_at(placement: ServicePlacement, address: Address, row: HomeRow) -> Home:
    """The home that an active row at ``address`` makes."""
    notice = ""
    if address.place != placement.desired.place:
        notice = (
            f"{placement.service.name} is served from {address}, not from {placement.desired} as "
            "configured: `shared-db plan` shows the difference."
        )
    return Home(placement.service.name, row.epoch, address, row.identity, notice)


class _PeerSilent(Exception):
    """A standby whose peer cannot be asked, or which cannot take over yet: waiting may help."""


class _Search:
    """One pass over the databases that may house the service."""

    def __init__(self, placement: ServicePlacement, reader: HomeReader) -> None:
        self._placement = placement
        self._reader = reader
        self._name = placement.service.name

    async def run(self) -> Home:
        desired = self._placement.desired
        first = await self._reader.read(desired)
        if isinstance(first, HomeRow):
            return await self._follow(desired, first)
        reasons = [(desired, first)]
        for address in self._placement.elsewhere:
            finding = await self._reader.read(address)
            if not isinstance(finding, HomeRow):
                reasons.append((address, finding))
            elif finding.state is State.ACTIVE:
                return home_at(self._placement, address, finding)
            elif finding.state is State.MOVED:
                return await self._follow(address, finding)
        raise self._nowhere(reasons)

    async def _follow(self, address: Address, row: HomeRow) -> Home:
        """Go from row to row until one is active."""
        for _ in range(_MOST_HOPS):
            if row.state is State.ACTIVE:
                return home_at(self._placement, address, row)
            if row.state is State.STANDBY:
                address, row = await self._standby(address, row)
                continue
            moved = row
            try:
                address, row = await self._next(address, moved.moved_to)
            except (_PeerSilent, HomesDisagree):
                later = await self._later_than(moved)
                if later is None:
                    raise
                return later
            if row.epoch <= moved.epoch:
                break
        raise HomesDisagree(
            f"The databases send {self._name} back to an earlier home (last at {address}), as a "
            "restored backup does: run `shared-db status` and compare the epochs."
        )

    async def _later_than(self, moved: HomeRow) -> Home | None:
        """The home at a place of the configuration, if it proves the ``moved`` row to be history.

        A row stops being active in the very transaction that moves its schema away, and each cut
        raises the epoch: an active row of a later epoch than the pointer's is the home, whatever
        became of the server that the pointer names. One that is not later may be a restored copy
        of a former home, while the server that cannot be asked holds the data: that is refused.
        """
        places = (self._placement.desired, *self._placement.elsewhere)
        findings = [(address, await self._reader.read(address)) for address in places]
        rows = [(address, row) for address, row in findings if isinstance(row, HomeRow)]
        for address, row in rows:
            others = [other for _, other in rows if other is not row]
            if _has_succeeded(row, moved) and all(_is_before(other, row) for other in others):
                return home_at(self._placement, address, row)
        return None

    async def _standby(self, address: Address, row: HomeRow) -> tuple[Address, HomeRow]:
        """The peer decides: serve there, or become the home if it has moved to here."""
        there, peer = await self._next(address, row.peer)
        if peer.state is State.MOVED and _same(peer.moved_to, row) and peer.run_id == row.run_id:
            try:
                await self._reader.promote(address, row)
            except PromotionRefused as error:
                raise _PeerSilent(
                    f"{self._name} has moved to {address}, which cannot take over yet: {error}."
                ) from error
            return await self._next(address, None, again=address)
        if peer.state is State.STANDBY:
            raise HomesDisagree(
                f"{address} and {there} both hold {self._name} on standby: run "
                "`shared-db status`, then resume or abort its move."
            )
        return there, peer

    async def _next(
        self, origin: Address, place: Place | None, *, again: Address | None = None
    ) -> tuple[Address, HomeRow]:
        if place is None and again is None:
            raise HomesDisagree(
                f"{origin} does not say where {self._name} is: run `shared-db status`."
            )
        address = again or (place.address(self._placement.desired) if place else origin)
        finding = await self._reader.read(address)
        if isinstance(finding, Unreachable):
            raise _PeerSilent(
                f"{origin} names {address} as the place to ask for {self._name}, which cannot be "
                f"reached ({finding.reason}): bring that server back."
            )
        if isinstance(finding, Absent):
            raise HomesDisagree(
                f"{origin} names {address} as the home of {self._name}, which has none: "
                f"{finding.reason}."
            )
        if place is not None and finding.identity != place.identity:
            raise HomesDisagree(
                f"{address} is not the database that {origin} names as the home of "
                f"{self._name}: another one answers at that address."
            )
        return address, finding

    def _nowhere(self, reasons: list[tuple[Address, Absent | Unreachable]]) -> Exception:
        for address, finding in reasons:
            if isinstance(finding, Unreachable):
                return DatabaseUnavailable(
                    f"{self._name} has no home that could be asked; {address}: {finding.reason}."
                )
        looked = "; ".join(f"{address}: {finding.reason}" for address, finding in reasons)
        return HomeNotFound(
            f"{self._name} is active nowhere ({looked}): run `shared-db apply` to create it."
        )


def _same(place: Place | None, row: HomeRow) -> bool:
    return place is not None and place.identity == row.identity


def _has_succeeded(row: HomeRow, moved: HomeRow) -> bool:
    """Whether the row is of the home that ``moved`` names, or of one after that."""
    if row.state is not State.ACTIVE:
        return False
    if row.epoch == moved.epoch + 1:
        return _same(moved.moved_to, row)
    return row.epoch > moved.epoch + 1


def _is_before(other: HomeRow, home: HomeRow) -> bool:
    """Whether the other row cannot be of a later home; the standby of a move is none yet."""
    stands_by = other.state is State.STANDBY and other.run_id == home.run_id
    return stands_by or other.epoch < home.epoch
