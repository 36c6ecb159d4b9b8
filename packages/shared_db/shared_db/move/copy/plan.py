"""The work of a copy as tasks: what may be done at the same time, and what must wait for what."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from shared_db.move.copy.chunks import Chunk
from shared_db.move.copy.definitions import Definitions
from shared_db.move.copy.facts import Measured
from shared_db.move.copy.gauge import Gauge
from shared_db.move.copy.indexes import Index
from shared_db.move.copy.schedule import Task, Work
from shared_db.move.copy.stages import Stages
from shared_db.move.copy.transfer import Transfer
from shared_db.move.schema_dump import Item

_PAGE = 8192
_MIB = 1024 * 1024
_LEAST_SORT, _MOST_SORT = 16 * _MIB, 256 * _MIB
_SORT_RUNS = 16
_OF_A_WORKER = 32 * _MIB
"""Postgres lets a worker take part in a build only if each gets as much (its manual, 19.4.1)."""


def rows_and_builds(
    transfer: Transfer,
    gauge: Gauge,
    definitions: Definitions,
    chunks: Sequence[Chunk],
    stages: Stages,
) -> list[Task]:
    """Copy all chunks, and build the indexes of each table once its rows are there."""
    builds: dict[str, list[tuple[Item, Index]]] = {}
    for item, index in stages.builds:
        builds.setdefault(index.table, []).append((item, index))
    copies: dict[str, list[Task]] = {}
    for chunk in chunks:
        longest = max(
            (_cost(index, chunk) for _, index in builds.get(chunk.table.name, [])), default=0
        )
        copies.setdefault(chunk.table.name, []).append(
            Task(
                _copy(transfer, gauge, chunk),
                weight=chunk.bytes + longest,
                table=chunk.table.name,
                alone=chunk.whole,
            )
        )
    tasks = [task for of_table in copies.values() for task in of_table]
    for table, of_table in builds.items():
        tasks += [
            Task(
                _build(definitions, item, index),
                weight=index.bytes,
                table=table,
                alone=index.alone,
                after=tuple(copies.get(table, ())),
            )
            for item, index in of_table
        ]
    return tasks


def checks_and_statistics(
    definitions: Definitions, stages: Stages, schema: str, measured: Sequence[Measured]
) -> list[Task]:
    """Check the foreign keys, and analyse all tables."""
    pages = {one.name: one.pages for one in measured}
    tasks = [
        Task(
            lambda _, item=item: definitions.make(item),  # type: ignore[misc]
            weight=2 * pages.get(key.table, 0),
            table=key.table,
        )
        for item, key in stages.checks
    ]
    return tasks + [analyze(definitions, schema, one) for one in measured if one.kind != "m"]


def analyze(definitions: Definitions, schema: str, one: Measured) -> Task:
    """Gather statistics; of a partitioned table with all its partitions."""
    name = sql.Identifier(schema, one.name).as_string(None)
    item = Item(one.name, "ANALYZE", f"ANALYZE {name}")
    return Task(lambda _: definitions.make(item), weight=one.pages, table=one.name)


def build_settings(index: Index, spare: int) -> dict[str, str]:
    """The settings for one build.

    Args:
        index: what is built.
        spare: how many jobs have nothing to do.
    """
    memory = _MOST_SORT
    if index.sorted:
        memory = min(max(index.bytes // _SORT_RUNS, _LEAST_SORT), _MOST_SORT)
    if spare:
        memory = max(memory, _OF_A_WORKER * (spare + 1))
    return {
        "maintenance_work_mem": f"{memory // 1024}kB",
        "max_parallel_maintenance_workers": str(spare),
        "effective_io_concurrency": "0",
    }


def _cost(index: Index, chunk: Chunk) -> int:
    return index.bytes + chunk.bytes // 4


def _copy(transfer: Transfer, gauge: Gauge, chunk: Chunk) -> Work:
    def work(_: int) -> None:
        gauge.begin(chunk)
        transfer.copy(chunk)
        gauge.end(chunk)

    return work


def _build(definitions: Definitions, item: Item, index: Index) -> Work:
    return lambda spare: definitions.make(item, build_settings(index, spare))
