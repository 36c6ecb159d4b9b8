"""The traffic as a process: prepares, runs until it is told to stop, reads back, flushes."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from rehearsal.traffic.endpoint import Endpoint
from rehearsal.traffic.generator import Generator
from rehearsal.traffic.plan import Plan
from rehearsal.traffic.preparation import prepare
from rehearsal.traffic.readback import read_back
from rehearsal.traffic.recorder import Recorder
from rehearsal.traffic.sender import Sender
from rehearsal.traffic.world import Client, World


async def run(plan: Plan, out: Path) -> None:
    """Carry the plan out; each state is told as a line of JSON on standard output.

    A signal (SIGTERM, SIGINT) or the end of ``plan.seconds`` stops the schedule; requests under
    way are awaited, and then every client reads back what it has.

    Args:
        plan: what to do.
        out: gets the records.

    Raises:
        NotPrepared: the pool could not be made ready.
        ConfigurationError: the plan cannot be carried out.
    """
    told_to_stop = _stop_signal()
    choice = random.Random(plan.random_seed)  # noqa: S311 - choices of a load, no secrets
    world = World([Client(p.email, p.password) for p in plan.users], choice, plan.run)
    endpoints = {name: Endpoint(url, timeout=plan.timeout) for name, url in plan.urls.items()}
    recorder = Recorder(out)
    sender = Sender(endpoints, recorder)
    try:
        _tell("preparing", clients=len(world.clients))
        await prepare(world, sender)
        await _follow_schedule(plan, Generator(world, sender, plan.mix), sender, told_to_stop)
        _tell("reading")
        await read_back(world, sender)
    finally:
        for endpoint in endpoints.values():
            await endpoint.close()
        recorder.close()
    _tell("done", requests=recorder.requests, failures=dict(recorder.failures))


async def _follow_schedule(
    plan: Plan, generator: Generator, sender: Sender, told_to_stop: asyncio.Event
) -> None:
    gc.collect()
    gc.freeze()  # what is there stays: collections during the run need not look at it
    begin = generator.start(plan.rate, plan.hashing_rate)
    first, cpu = sender.next_number(), time.process_time()
    _tell("running", begin=sender.unix(begin))
    try:
        async with asyncio.timeout_at(begin + plan.seconds if plan.seconds else None):
            await told_to_stop.wait()
    except TimeoutError:
        pass
    generator.stop()
    await sender.quiet()
    requests = sender.next_number() - first - 1
    spent = time.process_time() - cpu
    _tell(
        "stopped", requests=requests, cpu_ms_per_request=round(1000 * spent / max(requests, 1), 3)
    )


def _stop_signal() -> asyncio.Event:
    event = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, event.set)
    return event


def _tell(state: str, **facts: Any) -> None:
    line = {"at": round(time.time(), 3), "event": "traffic", "state": state, **facts}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
