"""The load itself: at each instant of the schedule a call of the mix is made and sent."""

from __future__ import annotations

import time
from bisect import bisect
from collections.abc import Callable, Mapping
from itertools import accumulate

from shared_db.errors import ConfigurationError

from rehearsal.records import RUN
from rehearsal.traffic.calls import accounts, payments, reads
from rehearsal.traffic.calls.call import Call
from rehearsal.traffic.schedule import Schedule
from rehearsal.traffic.sender import Sender
from rehearsal.traffic.world import World

Maker = Callable[[World, int], Call | None]

KINDS: Mapping[str, Maker] = {
    "refresh": accounts.refresh,
    "me": accounts.me,
    "create": payments.create,
    "confirm": payments.confirm,
    "capture": payments.capture,
    "refund": payments.refund,
    "get": reads.get,
    "list": reads.newest,
    "get_refund": reads.get_refund,
    "balances": reads.balances,
}
HASHING: Mapping[str, Maker] = {"register": accounts.register, "login": accounts.log_in}
"""Kinds that hash a password, tens of milliseconds of CPU each: at a rate of their own."""

_LEAD = 0.1


class Generator:
    """Runs the schedules.

    Args:
        world: what the clients know.
        sender: sends the calls.
        mix: weights of the kinds.

    Raises:
        ConfigurationError: the mix names an unknown kind.
    """

    def __init__(self, world: World, sender: Sender, mix: Mapping[str, float]) -> None:
        unknown = set(mix) - set(KINDS)
        if unknown:
            raise ConfigurationError(
                f"The mix names {min(unknown)!r}; these kinds count: {', '.join(KINDS)}."
            )
        self._world = world
        self._sender = sender
        self._makers = [KINDS[kind] for kind in mix]
        self._bounds = list(accumulate(mix.values()))
        self._hashing = 0
        self._schedules: list[Schedule] = []

    def start(self, rate: float, hashing_rate: float) -> float:
        """Start the schedules; the first instant, in monotonic seconds.

        Args:
            rate: requests of the mix per second.
            hashing_rate: requests that hash a password per second.
        """
        begin = time.monotonic() + _LEAD
        self._schedules = [
            Schedule(rate, begin, self._start_one),
            Schedule(hashing_rate, begin, self._start_hashing),
        ]
        return begin

    def stop(self) -> None:
        """Start no more; what is under way goes on."""
        for schedule in self._schedules:
            schedule.stop()

    def _start_one(self, due: float) -> None:
        drawn = self._world.choice.random() * self._bounds[-1]
        self._send(self._makers[bisect(self._bounds, drawn)], due)

    def _start_hashing(self, due: float) -> None:
        makers = tuple(HASHING.values())
        self._hashing += 1
        self._send(makers[self._hashing % len(makers)], due)

    def _send(self, maker: Maker, due: float) -> None:
        """Make the call; when nothing can be asked so now, something else that always can."""
        n = self._sender.next_number()
        call = maker(self._world, n) or accounts.me(self._world, n)
        self._sender.send(call, n, RUN, due)
