"""The copy as a whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from psycopg import sql

from shared_db.errors import MoveFailed
from shared_db.move.copy.definitions import Definitions
from shared_db.move.copy.indexes import unique_indexes
from shared_db.move.copy.jobs import do_all
from shared_db.move.copy.transfer import Chunk, Transfer, chunks_of
from shared_db.move.programs import Programs
from shared_db.move.run import Leg
from shared_db.move.schema_dump import dump_section, inventory, normalised_schema
from shared_db.move.subject import connect
from shared_db.move.tables import Table, binary_possible, tables_of
from shared_db.tool_connection import ToolConnection

_INDEX_SIZES = """
SELECT c.relname AS name, pg_relation_size(c.oid) AS bytes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relkind = 'i'
"""


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
        jobs: how many rows or indexes at the same time.
        progress: told of the bytes done and the bytes in all.
        defined: called in the transaction that makes the empty tables, before its commit.

    Raises:
        MoveFailed: a program or a statement failed, or the definitions came out different.
    """
    began = time.monotonic()
    sides = {"run_id": run_id}
    preamble, before = dump_section(
        programs, leg.source, schema, "pre-data", snapshot=snapshot, **sides
    )
    _, after = dump_section(programs, leg.source, schema, "post-data", snapshot=snapshot, **sides)
    with connect(leg.source, run_id) as source:
        tables = tables_of(source, schema)
        binary = binary_possible(source, schema)
        unique = unique_indexes(source, schema)
        sizes = {
            row["name"]: int(row["bytes"])
            for row in source.execute(_INDEX_SIZES, [schema]).fetchall()
        }
    definitions = Definitions(leg.target, run_id, preamble, jobs=jobs)
    definitions.make_all(before, defined)
    transfer = Transfer(programs, leg.source, leg.target, snapshot, run_id=run_id, binary=binary)
    _copy_rows(transfer, tables, jobs=jobs, progress=progress)
    definitions.make_after_rows(after, unique, sizes)
    with connect(leg.target, run_id) as target:
        _analyze(target, tables)
    _compare_definitions(programs, leg, schema, run_id)
    total = sum(table.bytes for table in tables)
    return Copied(tables, total, time.monotonic() - began)


def _copy_rows(
    transfer: Transfer,
    tables: tuple[Table, ...],
    *,
    jobs: int,
    progress: Callable[[int, int], None],
) -> None:
    chunks = [chunk for table in tables for chunk in chunks_of(table)]
    total, done, guard = sum(chunk.bytes for chunk in chunks), 0, threading.Lock()

    def copy(chunk: Chunk) -> None:
        nonlocal done
        transfer.copy(chunk)
        with guard:
            done += chunk.bytes
            progress(done, total)

    progress(0, total)
    work = [lambda chunk=chunk: copy(chunk) for chunk in chunks]
    do_all(work, jobs=jobs, on_failure=transfer.stop)


def _analyze(target: ToolConnection, tables: tuple[Table, ...]) -> None:
    for table in tables:
        name = sql.Identifier(table.schema, table.name)
        target.execute(sql.SQL("ANALYZE {name}").format(name=name))


def _compare_definitions(programs: Programs, leg: Leg, schema: str, run_id: object) -> None:
    definitions = inventory if _versions_differ(leg, run_id) else normalised_schema
    source = definitions(programs, leg.source, schema, run_id)
    target = definitions(programs, leg.target, schema, run_id)
    if sorted(source) == sorted(target):
        return
    missing = sorted(set(source) - set(target))
    added = sorted(set(target) - set(source))
    raise MoveFailed(
        f"The definitions of {schema} came out different at {leg.target.tool}: missing "
        f"{missing[:5]}, added {added[:5]}. If they were changed at the source meanwhile, run "
        "`shared-db move resume`; else abort the move."
    )


def _versions_differ(leg: Leg, run_id: object) -> bool:
    with connect(leg.source, run_id) as source, connect(leg.target, run_id) as target:
        ours, theirs = source.info.server_version, target.info.server_version
    return ours // 10000 != theirs // 10000
