"""Making a schema's definitions on the target: all but indexes first, those after the rows."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from shared_db.errors import MoveFailed
from shared_db.move.copy.indexes import UniqueIndex
from shared_db.move.copy.jobs import do_all
from shared_db.move.schema_dump import Item
from shared_db.move.subject import Side, connect
from shared_db.tool_connection import ToolConnection

_BUILT_TOGETHER = frozenset({"INDEX", "CONSTRAINT"})
_CHECKED_LATER = "FK CONSTRAINT"

Open = Callable[[], ToolConnection]


class Definitions:
    """Runs the statements of a dump at the target.

    Args:
        side: the target.
        run_id: whose connections they are.
        preamble: the dump's settings, run first on every connection.
        jobs: how many statements at the same time, where their order does not matter.
    """

    def __init__(self, side: Side, run_id: object, preamble: str, *, jobs: int) -> None:
        self._side = side
        self._run_id = run_id
        self._preamble = preamble
        self._jobs = jobs

    def make_all(
        self, items: tuple[Item, ...], last: Callable[[ToolConnection], None] = lambda _: None
    ) -> None:
        """Make the items in their order, in one transaction that ends with ``last``."""
        with self._connect() as connection, connection.transaction():
            for item in items:
                self._run(connection, item)
            last(connection)

    def make_after_rows(
        self, items: tuple[Item, ...], indexes: dict[str, UniqueIndex], sizes: dict[str, int]
    ) -> None:
        """Make indexes, then foreign keys, then the rest.

        Args:
            items: the section ``post-data``.
            indexes: the constraints that are built as indexes first.
            sizes: bytes of each index by name; the largest are built first.
        """
        built = [item for item in items if item.type in _BUILT_TOGETHER]
        keys = [item for item in items if item.type == _CHECKED_LATER]
        rest = tuple(i for i in items if i.type not in {*_BUILT_TOGETHER, _CHECKED_LATER})
        largest_first = sorted(built, key=lambda item: -_size(item, indexes, sizes))
        self._together(
            [
                Item(i.name, i.type, indexes[i.name].build) if i.name in indexes else i
                for i in largest_first
            ]
        )
        attached = [i for i in built if i.name in indexes]
        self.make_all(tuple(Item(i.name, i.type, _attach(i, indexes[i.name])) for i in attached))
        self._together(keys)
        self.make_all(rest)

    def _together(self, items: list[Item]) -> None:
        def work(item: Item) -> None:
            with self._connect() as connection:
                self._run(connection, item)

        do_all([lambda item=item: work(item) for item in items], jobs=self._jobs)  # type: ignore[misc]

    def _connect(self) -> ToolConnection:
        connection = connect(self._side, self._run_id, part="define")
        connection.execute(self._preamble.encode())
        connection.execute("SET search_path = ''")
        connection.execute("SET maintenance_work_mem = '256MB'")
        return connection

    def _run(self, connection: ToolConnection, item: Item) -> None:
        try:
            connection.execute(item.statements.encode())
        except psycopg.Error as error:
            raise MoveFailed(
                f"{item.type} {item.name} cannot be made at {self._side.tool}: "
                f"{str(error).strip()}. Remove the cause, then run `shared-db move resume`."
            ) from error


def _attach(item: Item, index: UniqueIndex) -> str:
    """The statements of the dump, with the one that adds the constraint replaced."""
    first, _, others = item.statements.lstrip().partition(";\n")
    return f"{index.attach};\n{others}" if first.startswith("ALTER TABLE") else index.attach


def _size(item: Item, indexes: dict[str, UniqueIndex], sizes: dict[str, int]) -> int:
    known = indexes.get(item.name)
    return known.bytes if known else sizes.get(item.name, 0)
