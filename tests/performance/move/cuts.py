"""How long writes wait at a cut: some cuts to the other server and back, under a light load."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from shared_db.move import MoveOptions, Mover, SchemaParties

from tests.performance.move.arena import SOURCE, TARGET, Arena
from tests.performance.move.dataset import SCHEMA, generate
from tests.performance.move.errors import CannotMeasure
from tests.performance.move.options import Options
from tests.performance.move.write_load import WriteLoad

DATABASE = "bench_cut"
_OWNER, _APP = "bench_owner", "bench_app"
_PASSWORD = "bench"


def measure_cuts(arena: Arena, options: Options, say: Callable[[str], None]) -> dict[str, Any]:
    """Cut over and roll back again and again.

    Raises:
        CannotMeasure: the load was refused.
        MoveRefused, MoveFailed: a cut did not succeed.
    """
    _prepare(arena, options.cut_payments)
    events: list[dict[str, Any]] = []
    parties = SchemaParties(
        SCHEMA, arena.url(SOURCE, DATABASE), arena.url(TARGET, DATABASE), (_APP,)
    )
    mover = Mover(parties, MoveOptions(jobs=options.jobs), (events.append,))
    mover.start()
    urls = [_as_app(arena.url(server, DATABASE)) for server in (SOURCE, TARGET)]
    with WriteLoad(urls, options.rate) as load:
        for number in range(options.cuts):
            mover.cutover()
            mover.rollback()
            cut, back = _holds(events, "cut")[-1], _holds(events, "rollback")[-1]
            say(f"cut {number + 1}: {cut} ms, {back} ms back")
    mover.abort()
    if load.failure:
        raise CannotMeasure(f"The load of the cuts ended: {load.failure}")
    return {
        "cut": _summary(_holds(events, "cut"), _given_up(events, "cut")),
        "rollback": _summary(_holds(events, "rollback"), _given_up(events, "rollback")),
        "load": {
            "transactions": len(load.seconds),
            "rate": options.rate,
            "median_ms": round(statistics.median(load.seconds) * 1000, 2),
            "longest_ms": round(max(load.seconds) * 1000, 2),
        },
        "payments": options.cut_payments,
    }


def _prepare(arena: Arena, payments: int) -> None:
    for server in (SOURCE, TARGET):
        arena.run(server, sql.SQL("CREATE ROLE {r} NOLOGIN").format(r=sql.Identifier(_OWNER)))
        create = sql.SQL("CREATE ROLE {r} LOGIN PASSWORD {p}")
        arena.run(server, create.format(r=sql.Identifier(_APP), p=sql.Literal(_PASSWORD)))
    database, owner, app = map(sql.Identifier, (DATABASE, _OWNER, _APP))
    arena.run(SOURCE, sql.SQL("CREATE DATABASE {d} OWNER {o}").format(d=database, o=owner))
    url = arena.url(SOURCE, DATABASE)
    generate(url, payments, 2 * payments, owner=_OWNER)
    with psycopg.connect(url, autocommit=True) as connection:
        for grant in ("USAGE ON SCHEMA bench", "ALL ON ALL TABLES IN SCHEMA bench"):
            connection.execute(sql.SQL("GRANT " + grant + " TO {r}").format(r=app))
        connection.execute(
            sql.SQL("GRANT ALL ON ALL SEQUENCES IN SCHEMA bench TO {r}").format(r=app)
        )


def _as_app(url: str) -> str:
    return f"postgresql://{_APP}:{_PASSWORD}@{url.rpartition('@')[2]}"


def _holds(events: Sequence[dict[str, Any]], kind: str) -> list[float]:
    return [e["hold_ms"] for e in events if e["event"] == "hold" and e["kind"] == kind and e["ok"]]


def _given_up(events: Sequence[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [
        {"hold_ms": e["hold_ms"], "reason": e["reason"]}
        for e in events
        if e["event"] == "hold" and e["kind"] == kind and not e["ok"]
    ]


def _summary(holds: Sequence[float], given_up: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "hold_ms": list(holds),
        "median_ms": round(statistics.median(holds), 2),
        "worst_ms": max(holds),
        "given_up": given_up,
    }
