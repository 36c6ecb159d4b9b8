"""The copy as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared_db.move.copy.agreement import refuse_differences
from shared_db.move.copy.chunks import chunks_of
from shared_db.move.copy.definitions import Definitions
from shared_db.move.copy.facts import read_facts
from shared_db.move.copy.gauge import Gauge
from shared_db.move.copy.plan import Plan
from shared_db.move.copy.schedule import Task, do_all
from shared_db.move.copy.stages import stages_of
from shared_db.move.copy.tablespaces import with_settings
from shared_db.move.copy.transfer import Transfer
from shared_db.move.programs import Programs
from shared_db.move.run import Leg
from shared_db.move.schema_dump import Item, dump_section
from shared_db.move.tables import Table
from shared_db.tool_connection import ToolConnection


@dataclass(frozen=True)
class Copied:
    """What was copied.

    Args:
        tables: every table that holds rows.
        bytes: their size, without indexes.
        seconds: from the first definition to the last statistics.
    """

    tables: tuple[Table, ...]
    bytes: int
    seconds: float


def copy_schema(
    programs: Programs,
    leg: Leg,
    schema: str,
    snapshot: str,
    *,
    run_id: object,
    jobs: int,
    progress: Callable[[int, int], None],
    defined: Callable[[ToolConnection], None] = lambda _: None,
) -> Copied:
    """Copy a schema as a snapshot shows it.

    Args:
        programs: where pg_dump and psql are.
        leg: from where to where.
        schema: the schema; the target has none of that name.
        snapshot: exported at the source, kept open until this returns.
        run_id: whose connections they are.
        jobs: how many rows or indexes at the same time; one rests in between (``pacing``).
        progress: told of the bytes done and the bytes in all.
        defined: called in the transaction that makes the empty tables, before its commit.

    Raises:
        MoveFailed: a program or a statement failed, or the definitions came out different.
    """
    began = time.monotonic()
    preamble, before, after = _dump(programs, leg, schema, snapshot, run_id, jobs)
    facts = read_facts(leg, schema, run_id)
    stages = stages_of(after, facts)
    with Definitions(leg.target, run_id, preamble) as definitions:
        definitions.make_all([*before, *stages.with_tables], defined)
        transfer = Transfer(
            programs,
            leg.source,
            leg.target,
            snapshot,
            run_id=run_id,
            binary=facts.binary,
            gentle=jobs == 1,
        )

        def stop() -> None:
            transfer.stop()
            definitions.stop()

        def do(tasks: list[Task]) -> None:
            do_all(tasks, jobs=jobs, on_failure=stop)

        plan, chunks = Plan(definitions, schema, facts, stages), chunks_of(facts.tables, jobs)
        with Gauge(leg.target, run_id, chunks, progress) as gauge:
            do(plan.rows_and_indexes(transfer, gauge, chunks))
        definitions.make_all(stages.in_order)
        do(plan.checks())
        definitions.make_all(stages.refreshes)
        do(plan.statistics_of_views())
    refuse_differences(programs, leg, schema, run_id, jobs=jobs)
    total = sum(table.bytes for table in facts.tables)
    return Copied(facts.tables, total, time.monotonic() - began)


def _dump(
    programs: Programs, leg: Leg, schema: str, snapshot: str, run_id: object, jobs: int
) -> tuple[str, tuple[Item, ...], tuple[Item, ...]]:
    """The dump's settings, its items before the rows, and those after them."""

    def section(name: str) -> tuple[str, tuple[Item, ...]]:
        return dump_section(programs, leg.source, schema, name, snapshot=snapshot, run_id=run_id)

    with ThreadPoolExecutor(min(jobs, 2)) as threads:
        dumps = threads.map(section, ("pre-data", "post-data"))
        (preamble, before), (settings, after) = dumps
    return preamble, before, tuple(with_settings(settings, after))
