"""Whether the servers have room for the slots, workers and connections of a move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.server import Server

_TOOL_CONNECTIONS = 12
_ORIGINS_APART_SINCE = 18


@dataclass(frozen=True)
class _Resource:
    """Something of which a server has a fixed number.

    Args:
        code: the obstacle's code.
        name: how it is called.
        used: which of ``Server.used`` counts it.
        setting: what limits it.
        each: how many each direction needs.
    """

    code: str
    name: str
    used: str
    setting: str
    each: int = 1


_PUBLISHING = (
    _Resource("no-free-slot", "replication slots", "slots", "max_replication_slots"),
    _Resource("no-free-sender", "WAL senders", "senders", "max_wal_senders", each=2),
)
"""The first sender makes the slot while the second one may still be open."""

_SUBSCRIBING = (
    _Resource(
        "no-free-worker",
        "logical replication workers",
        "workers",
        "max_logical_replication_workers",
    ),
    _Resource("no-free-process", "background workers", "processes", "max_worker_processes"),
)


def find_capacity(source: Server, target: Server | None) -> Iterator[Obstacle]:
    """What is used up: the source publishes and the target subscribes, then the other way round."""
    servers = [source]
    if target is not None and target.identity != source.identity:
        servers.append(target)
    directions = 2 if target is not None and len(servers) == 1 else 1
    for server in servers:
        for resource in (*_PUBLISHING, *_SUBSCRIBING, _origins(server)):
            yield from _find(server, resource, directions)


def find_connections(server: Server, sessions: int) -> Iterator[Obstacle]:
    """Whether the processes can open their second pools before they close the first.

    Args:
        server: where the new pools are opened.
        sessions: how many connections the services have at their home now.
    """
    limit = server.number("max_connections") or 0
    reserved = (server.number("superuser_reserved_connections") or 0) + (
        server.number("reserved_connections") or 0
    )
    free = limit - reserved - server.used["connections"]
    needed = sessions + _TOOL_CONNECTIONS
    if free < needed:
        yield Obstacle(
            "few-connections",
            Verdict.WARNS,
            (),
            f"The {server.side} has {max(free, 0)} free connections; the services' new pools and "
            f"this tool need about {needed}.",
            f"On the {server.side}, run `ALTER SYSTEM SET max_connections = "
            f"{limit + needed - free}` and restart the server.",
        )


def _origins(server: Server) -> _Resource:
    """Until 17 the number of origins was limited by that of slots, but counted apart."""
    apart = server.version >= _ORIGINS_APART_SINCE
    setting = "max_active_replication_origins" if apart else "max_replication_slots"
    return _Resource("no-free-origin", "replication origins", "origins", setting)


def _find(server: Server, resource: _Resource, directions: int) -> Iterator[Obstacle]:
    limit = server.number(resource.setting)
    needed = server.used[resource.used] + resource.each * directions
    if limit is None or needed <= limit:
        return
    idle = server.idle_slots if resource.used == "slots" else ()
    drop = "".join(
        f", or drop the slot if nobody needs it: `SELECT pg_drop_replication_slot({name})`"
        for name in idle[:1]
    )
    yield Obstacle(
        resource.code,
        Verdict.BLOCKS,
        idle,
        f"The {server.side} has {limit} {resource.name}, {server.used[resource.used]} of them in "
        f"use; the move needs {resource.each * directions}.",
        f"On the {server.side}, run `ALTER SYSTEM SET {resource.setting} = {needed + 4}` and "
        f"restart the server{drop}.",
    )
