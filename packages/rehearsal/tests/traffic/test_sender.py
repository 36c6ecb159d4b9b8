"""What becomes a record, and what counts as a failure."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rehearsal.records import RUN, Record, read_records
from rehearsal.traffic.calls import accounts, payments
from rehearsal.traffic.endpoint import Endpoint
from rehearsal.traffic.recorder import Recorder
from rehearsal.traffic.schedule import Schedule
from rehearsal.traffic.sender import Sender
from rehearsal.traffic.world import Client, Payment, World


def reply(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@pytest.fixture
def world() -> World:
    return World([Client("ada@example.com", "a phrase", "ada")], random.Random(1), "run")


@pytest.fixture
async def sender(service: Any, tmp_path: Path) -> AsyncIterator[Sender]:
    endpoint = Endpoint(service.url, timeout=5.0)
    recorder = Recorder(tmp_path / "records.jsonl")
    yield Sender({"auth": endpoint, "payments": endpoint}, recorder)
    await endpoint.close()
    recorder.close()


def answer(service: Any, status: int, body: bytes) -> None:
    async def given(writer: asyncio.StreamWriter) -> None:
        writer.write(reply(status, body))

    service.answer = given


async def test_latency_counts_from_the_scheduled_instant(sender: Sender, world: World) -> None:
    got: asyncio.Future[Record] = asyncio.get_running_loop().create_future()
    late = time.monotonic() - 0.5
    sender.send(accounts.register(world, 1), 1, RUN, late, got.set_result)
    record = await got
    assert record.latency > 0.5
    assert record.started - record.scheduled >= 0.5


async def test_an_unexpected_status_is_a_failure_that_names_the_code(
    service: Any, sender: Sender, world: World
) -> None:
    answer(service, 503, b'{"code": "database_unavailable"}')
    record = await sender.ask(accounts.register(world, 1), RUN)
    assert record.failure == "503 database_unavailable"
    assert not record.refused


async def test_a_refusal_is_known_not_to_have_been_done(
    service: Any, sender: Sender, world: World
) -> None:
    answer(service, 422, b'{"code": "invalid_request"}')
    assert (await sender.ask(accounts.register(world, 1), RUN)).refused


async def test_a_body_that_does_not_fit_is_a_failure(
    service: Any, sender: Sender, world: World
) -> None:
    answer(service, 200, b'{"access_token": "a"}')
    record = await sender.ask(accounts.logging_in(world, world.clients[0]), RUN)
    assert record.failure.startswith("200 with an unexpected body")


async def test_a_session_whose_reply_was_lost_is_not_carried_on(
    service: Any, sender: Sender, world: World
) -> None:
    world.clients[0].refresh = "token"
    world.sessions.append(world.clients[0])
    answer(service, 500, b"")
    call = accounts.refresh(world, 1)
    assert call is not None
    await sender.ask(call, RUN)
    assert world.clients[0].refresh == ""
    assert accounts.refresh(world, 2) is None


async def test_a_payment_that_is_written_to_is_in_no_bag(
    service: Any, sender: Sender, world: World
) -> None:
    world.created.add(Payment("p", world.clients[0], 100, "EUR"))
    call = payments.confirm(world, 1)
    assert call is not None
    assert payments.confirm(world, 2) is None
    answer(
        service,
        200,
        b'{"id": "p", "status": "requires_capture", "amount": 100, "currency": "EUR",'
        b' "amount_captured": 0, "amount_refunded": 0, "metadata": {}}',
    )
    await sender.ask(call, RUN)
    assert len(world.authorized) == 1


async def test_a_late_loop_leaves_no_instant_out() -> None:
    begin, meant = time.monotonic() - 0.5, list[float]()
    enough = asyncio.Event()

    def start(instant: float) -> None:
        meant.append(instant)
        if len(meant) == 60:
            enough.set()

    schedule = Schedule(100, begin, start)
    await enough.wait()
    schedule.stop()
    assert meant == pytest.approx([begin + n / 100 for n in range(len(meant))])


async def test_records_are_read_as_they_were_written(
    service: Any, sender: Sender, world: World, tmp_path: Path
) -> None:
    record = await sender.ask(accounts.register(world, 1), RUN)
    recorder = Recorder(tmp_path / "copy.jsonl")
    recorder.keep(record)
    recorder.close()
    file = tmp_path / "copy.jsonl"
    with file.open("ab") as more:
        more.write(b'{"n": 2, "cut off by a kill')
    assert list(read_records(file)) == [record]
