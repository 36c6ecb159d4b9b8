"""Sends calls and records what became of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from rehearsal.exchanged import Shown
from rehearsal.records import Record
from rehearsal.traffic.calls.call import Call, ServiceName
from rehearsal.traffic.endpoint import Endpoint
from rehearsal.traffic.message import Reply
from rehearsal.traffic.recorder import Recorder


class Sender:
    """Numbers calls, sends them, and turns their replies into records.

    Args:
        endpoints: the services.
        recorder: gets the records.
    """

    def __init__(self, endpoints: Mapping[ServiceName, Endpoint], recorder: Recorder) -> None:
        self._endpoints = endpoints
        self._recorder = recorder
        self._loop = asyncio.get_running_loop()
        self._to_unix = time.time() - time.monotonic()
        self._last = 0
        self._under_way = 0
        self._quiet: asyncio.Event | None = None

    def next_number(self) -> int:
        """A number that no other request has."""
        self._last += 1
        return self._last

    def unix(self, moment: float) -> float:
        """Unix seconds of a moment in monotonic seconds."""
        return moment + self._to_unix

    def send(
        self,
        call: Call,
        n: int,
        phase: str,
        scheduled: float,
        then: Callable[[Record], None] | None = None,
    ) -> None:
        """Send a call now; its record is written when the reply is there.

        Args:
            call: what to ask for.
            n: its number.
            phase: the phase of the record.
            scheduled: when it should have started, in monotonic seconds.
            then: gets the record.
        """
        endpoint = self._endpoints[call.service]
        started = time.monotonic()  # the event loop's own time is cached and coarse
        self._under_way += 1

        def answered(reply: Reply) -> None:
            self._under_way -= 1
            ended = time.monotonic()
            shows, failure = understood(call, reply)
            record = Record(
                n,
                phase,
                call.kind,
                call.service,
                call.client,
                scheduled + self._to_unix,
                started + self._to_unix,
                ended + self._to_unix,
                reply.status,
                failure,
                call.sent,
                shows,
            )
            self._recorder.keep(record)
            if self._quiet is not None and not self._under_way:
                self._quiet.set()
            if then is not None:
                then(record)

        endpoint.send(call.data(endpoint.host), answered)

    async def ask(self, call: Call, phase: str) -> Record:
        """Send a call and wait for its record; for what is not on the schedule."""
        done: asyncio.Future[Record] = self._loop.create_future()
        self.send(call, self.next_number(), phase, time.monotonic(), done.set_result)
        return await done

    async def quiet(self) -> None:
        """Return when no request is under way."""
        self._quiet = asyncio.Event()
        if self._under_way:
            await self._quiet.wait()


def understood(call: Call, reply: Reply) -> tuple[Shown | None, str]:
    """What an expected reply showed, or why a correct client does not expect it."""
    if reply.failure:
        return None, reply.failure
    if reply.status not in call.expected:
        return None, f"{reply.status} {_code(reply)}".strip()
    try:
        return call.learn(reply), ""
    except (ValueError, KeyError, TypeError) as error:
        return None, f"{reply.status} with an unexpected body ({type(error).__name__}: {error})"


def _code(reply: Reply) -> str:
    """The stable code of a problem, or of an OAuth error."""
    try:
        body = reply.json()
        return str(body.get("code") or body.get("error") or "")
    except (ValueError, AttributeError):
        return ""
