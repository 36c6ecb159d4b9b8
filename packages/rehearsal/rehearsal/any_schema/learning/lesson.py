"""All that was learnt about a schema: which writes which table takes from which role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import psycopg
from psycopg.rows import dict_row
from shared_db.move.subject import connect
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.clone import Clone
from rehearsal.any_schema.cloning.source import side_of
from rehearsal.any_schema.learning.examples import Parents, read_examples
from rehearsal.any_schema.learning.learn import learn
from rehearsal.any_schema.learning.maker import Maker
from rehearsal.any_schema.learning.room import make_room
from rehearsal.any_schema.learning.seed import fill_empty_tables
from rehearsal.any_schema.learning.statements import SESSION
from rehearsal.any_schema.learning.writable import Writable
from rehearsal.any_schema.shape import Table, read_tables

_TAKEN = "23505"
_CAUTIOUS = "-c statement_timeout=10s -c lock_timeout=5s"


@dataclass(frozen=True)
class Lesson:
    """What was learnt.

    Args:
        writables: the tables that take writes.
        left_alone: the others, each with the reason.
        unreliable: tables whose rows change by other writes than those to them.
        seeded: rows that were added because a table had none.
    """

    writables: list[Writable]
    left_alone: dict[str, str]
    unreliable: frozenset[str]
    seeded: int


def learn_schema(clone: Clone, random: Random, told: Callable[[str], None]) -> Lesson:
    """Fill empty tables, then try writes to each table as the roles that are to write.

    Args:
        clone: where.
        random: what chooses.
        told: told of what takes long.
    """
    writables: list[Writable] = []
    left_alone: dict[str, str] = {}
    with connect(side_of(clone.source, "the clone"), part="rehearsal") as superuser:
        tables, seeded = fill_empty_tables(superuser, read_tables(superuser, clone.schema), random)
        superuser.execute("ANALYZE")
        told(f"learning what {len(tables)} tables take")
        parents = Parents(superuser)
        makers = {t: Maker(t, read_examples(superuser, t), parents, random) for t in tables}
        found = _by_role(clone, makers)
        crowded = make_room(
            superuser, parents, makers, [t for t, all_ in found.items() if _full(all_)]
        )
        found |= _by_role(clone, {table: makers[table] for table in crowded})
    for table in tables:
        best = _best(found[table])
        if best.takes_writes:
            writables.append(best)
        if not best.takes_rows:
            left_alone[str(table)] = best.reason
    touched = {name for one in writables for name in one.touched}
    unreliable = frozenset(touched | {str(one.table) for one in writables if not one.is_steady})
    return Lesson(writables, left_alone, unreliable, seeded)


def open_as(url: str, name: str, options: str = "") -> ToolConnection:
    """Connect as an application does: with the search path that its role or database has set.

    Args:
        url: with a role that writes.
        name: shown as ``application_name``.
        options: further ones of the session.
    """
    return psycopg.connect(
        url,
        connect_timeout=5,
        application_name=name,
        autocommit=True,
        row_factory=dict_row,
        options=f"{SESSION} {options}".strip(),
    )


def _by_role(clone: Clone, makers: dict[Table, Maker]) -> dict[Table, list[Writable]]:
    found: dict[Table, list[Writable]] = {table: [] for table in makers}
    for role in clone.roles.writing:
        with open_as(clone.logins(role)[0], "rehearsal/learning", _CAUTIOUS) as connection:
            for table, maker in makers.items():
                found[table].append(learn(connection, table, maker))
    return found


def _full(found: list[Writable]) -> bool:
    return not any(one.takes_rows for one in found) and any(
        one.reason.startswith(_TAKEN) for one in found
    )


def _best(found: list[Writable]) -> Writable:
    return max(found, key=lambda one: (one.takes_rows, len(one.columns), one.gives_up_rows))
