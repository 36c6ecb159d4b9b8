"""The work of a copy as tasks: what may be done at the same time, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from psycopg import sql

from shared_db.move.copy import sessions
from shared_db.move.copy.chunks import Chunk
from shared_db.move.copy.definitions import Definitions
from shared_db.move.copy.facts import Facts, Measured
from shared_db.move.copy.gauge import Gauge
from shared_db.move.copy.indexes import Index
from shared_db.move.copy.schedule import Task, Work
from shared_db.move.copy.stages import Stages
from shared_db.move.copy.transfer import Transfer
from shared_db.move.schema_dump import Item


class Plan:
    """Tasks for the target.

    Args:
        definitions: the connections to it.
        schema: the schema.
        facts: how it is at the source.
        stages: what is to be made.
    """

    def __init__(self, definitions: Definitions, schema: str, facts: Facts, stages: Stages) -> None:
        self._definitions = definitions
        self._schema = schema
        self._measured = facts.measured
        self._stages = stages
        self._sizes = {table.name: table.bytes for table in facts.tables}

    def rows_and_indexes(
        self, transfer: Transfer, gauge: Gauge, chunks: Sequence[Chunk]
    ) -> list[Task]:
        """Copy the rows; once a table has its own, build its indexes; then analyse it."""
        copies: dict[str, list[Task]] = {}
        for chunk in chunks:
            copies.setdefault(chunk.table.name, []).append(self._copy(transfer, gauge, chunk))
        tasks = [task for of_table in copies.values() for task in of_table]
        builds: dict[str, list[Task]] = {}
        for item, index in self._stages.builds:
            builds.setdefault(index.table, []).append(
                self._build(item, index, tuple(copies.get(index.table, ())))
            )
        tasks += [task for of_table in builds.values() for task in of_table]
        for one in self._of_kind("r"):
            before = builds.get(one.name) or copies.get(one.name, [])
            tasks.append(self._analyze(one, tuple(before)))
        return tasks

    def checks(self) -> list[Task]:
        """Check the foreign keys; analyse partitioned tables, whose indexes are attached now."""
        tasks = [
            Task(
                self._make(item, sessions.TO_CHECK),
                weight=self._sizes.get(key.table, 0),
                table=key.table,
            )
            for item, key in self._stages.checks
        ]
        return tasks + [self._analyze(one) for one in self._of_kind("p")]

    def statistics_of_views(self) -> list[Task]:
        """Analyse the materialised views, which have contents now."""
        return [self._analyze(one) for one in self._of_kind("m")]

    def _of_kind(self, kind: str) -> Iterator[Measured]:
        return (one for one in self._measured if one.kind == kind)

    def _copy(self, transfer: Transfer, gauge: Gauge, chunk: Chunk) -> Task:
        """Tables whose indexes take long come first."""
        table = chunk.table.name
        indexes = [index.bytes for _, index in self._stages.builds if index.table == table]

        def work(_: int) -> None:
            gauge.begin(chunk)
            transfer.copy(chunk)
            gauge.end(chunk)

        weight = chunk.bytes + max(indexes, default=0)
        return Task(work, weight, table, alone=chunk.whole)

    def _build(self, item: Item, index: Index, copies: tuple[Task, ...]) -> Task:
        return Task(
            lambda spare: self._definitions.make(item, sessions.to_build(index, spare)),
            weight=index.bytes,
            table=index.table,
            alone=index.alone,
            after=copies,
        )

    def _analyze(self, one: Measured, before: tuple[Task, ...] = ()) -> Task:
        """Of a partitioned table with all its partitions; light, as it only fills gaps."""
        name = sql.Identifier(self._schema, one.name).as_string(None)
        item = Item(one.name, "ANALYZE", f"ANALYZE {name}")
        return Task(self._make(item, {}), weight=one.pages, table=one.name, after=before)

    def _make(self, item: Item, settings: dict[str, str]) -> Work:
        return lambda _: self._definitions.make(item, settings)
