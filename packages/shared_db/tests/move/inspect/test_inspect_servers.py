"""Versions, settings and free places of the two servers are judged by what was read of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.capacity import find_capacity, find_connections
from shared_db.move.inspect.server import Server, read_server
from shared_db.move.inspect.settings import find_settings, find_wal_limit
from shared_db.move.inspect.versions import find_versions

MB = 1024 * 1024

SOURCE = Server(
    side="source",
    version=18,
    identity=("1", "now"),
    settings={
        "fsync": "on",
        "idle_replication_slot_timeout": "0",
        "max_active_replication_origins": "10",
        "max_connections": "100",
        "max_logical_replication_workers": "4",
        "max_replication_slots": "10",
        "max_slot_wal_keep_size": "1000",
        "max_wal_senders": "10",
        "max_worker_processes": "8",
        "superuser_reserved_connections": "3",
        "reserved_connections": "0",
        "wal_level": "logical",
    },
    used={
        "slots": 0,
        "senders": 0,
        "origins": 0,
        "workers": 0,
        "processes": 1,
        "connections": 20,
    },
    idle_slots=(),
    in_recovery=False,
)
TARGET = replace(SOURCE, side="target", identity=("2", "now"))


def having(server: Server, **settings: str) -> Server:
    return replace(server, settings={**server.settings, **settings})


def using(server: Server, **used: int) -> Server:
    return replace(server, used={**server.used, **used})


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        (18, 18, {}),
        (16, 18, {}),
        (15, 18, {"no-way-back": Verdict.WARNS}),
        (14, 18, {"old-source": Verdict.BLOCKS}),
        (15, 15, {"old-target": Verdict.BLOCKS, "no-way-back": Verdict.WARNS}),
        (18, 17, {"older-target": Verdict.BLOCKS}),
        (18, 19, {"unknown-version": Verdict.WARNS}),
    ],
)
def test_versions(source: int, target: int, codes: dict[str, Verdict]) -> None:
    found = find_versions(replace(SOURCE, version=source), replace(TARGET, version=target))
    assert {one.code: one.verdict for one in found} == codes


def test_a_server_that_is_set_up_for_moves_has_nothing_against_them() -> None:
    assert list(find_settings(SOURCE)) == []
    assert list(find_capacity(SOURCE, TARGET)) == []
    assert list(find_capacity(SOURCE, replace(SOURCE, side="target"))) == []
    assert list(find_wal_limit(SOURCE, 500 * MB, is_target_too=True)) == []
    assert list(find_connections(TARGET, sessions=50)) == []


@pytest.mark.parametrize(
    ("server", "code", "verdict"),
    [
        (having(SOURCE, wal_level="replica"), "wal-level", Verdict.BLOCKS),
        (having(SOURCE, fsync="off"), "fsync-off", Verdict.WARNS),
        (having(SOURCE, idle_replication_slot_timeout="60"), "idle-slot-timeout", Verdict.WARNS),
        (replace(SOURCE, in_recovery=True), "standby-server", Verdict.BLOCKS),
    ],
)
def test_a_setting_that_a_move_cannot_live_with(server: Server, code: str, verdict: str) -> None:
    (found,) = find_settings(server)
    assert (found.code, found.verdict) == (code, verdict)


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (using(SOURCE, slots=10), "no-free-slot"),
        (using(SOURCE, senders=9), "no-free-sender"),
        (using(SOURCE, origins=10), "no-free-origin"),
        (using(SOURCE, workers=4), "no-free-worker"),
        (using(SOURCE, processes=8), "no-free-process"),
    ],
)
def test_a_place_that_is_not_free_blocks(server: Server, code: str) -> None:
    (found,) = find_capacity(server, TARGET)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    (there,) = find_capacity(SOURCE, replace(server, side="target", identity=("2", "now")))
    assert there.code == code
    assert "The target" in there.sentence


def test_within_one_server_both_directions_need_their_place() -> None:
    server = using(SOURCE, slots=9)
    assert list(find_capacity(server, TARGET)) == []
    (found,) = find_capacity(server, server)
    assert "the move needs 2" in found.sentence


def test_before_18_the_limit_of_slots_is_that_of_origins() -> None:
    server = having(replace(SOURCE, version=17), max_active_replication_origins="1")
    assert list(find_capacity(using(server, origins=9), TARGET)) == []
    (found,) = find_capacity(using(server, origins=10), TARGET)
    assert "max_replication_slots" in found.remedy


def test_a_slot_that_nobody_reads_is_named() -> None:
    server = replace(using(SOURCE, slots=10), idle_slots=("'old'",))
    (found,) = find_capacity(server, TARGET)
    assert found.objects == ("'old'",)
    assert "`SELECT pg_drop_replication_slot('old')`" in found.remedy


@pytest.mark.parametrize(
    ("limit", "size", "one_server", "code"),
    [
        ("-1", 5 * MB, False, "unlimited-wal"),
        ("1000", 1001 * MB, False, "little-wal"),
        ("1000", 501 * MB, True, "little-wal"),
    ],
)
def test_wal_that_a_slot_may_keep(limit: str, size: int, one_server: bool, code: str) -> None:
    server = having(SOURCE, max_slot_wal_keep_size=limit)
    (found,) = find_wal_limit(server, size, is_target_too=one_server)
    assert found.code == code


def test_too_few_connections_for_second_pools_warn() -> None:
    (found,) = find_connections(TARGET, sessions=70)
    assert (found.code, found.verdict) == ("few-connections", Verdict.WARNS)
    assert "has 77 free connections" in found.sentence


def test_a_server_is_recognised_and_its_use_counted(ground: Any) -> None:
    before = read_server(ground.source, "source")
    ground.run("SELECT pg_create_physical_replication_slot({slot})".format(slot=f"'{ground.slug}'"))
    after = read_server(ground.connect("postgres"), "target")
    assert after.identity == before.identity
    assert after.used["slots"] >= 1
    assert f"'{ground.slug}'" in after.idle_slots
    ground.run("SELECT pg_drop_replication_slot({slot})".format(slot=f"'{ground.slug}'"))
    assert after.version >= 15
    assert after.number("max_replication_slots") is not None
    assert after.used["processes"] >= 1
