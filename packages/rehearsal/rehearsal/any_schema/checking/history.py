"""What the writers were told about each row that they wrote to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rehearsal.any_schema.shape import Table
from rehearsal.history import Fault, Finding

Key = tuple[str, ...]
State = int | None
"""The hash of a row; None when it is not there."""


@dataclass
class RowHistory:
    """One row, which one writer alone writes to.

    Args:
        first: how it was before the writers began.
        possible: how it may be now: one state, or several after a COMMIT that nobody answered.
        request: the number of the request that wrote it last.
    """

    first: State
    possible: set[State]
    request: int = -1


@dataclass
class History:
    """All rows that were written to.

    Args:
        unreliable: tables whose rows change by other writes than those to them.
        rows: by table and key.
        loose: of tables without a key, the hashes of acknowledged rows.
        unknown: of tables without a key, how many rows may be there or not.
        findings: what writers found wrong at once.
    """

    unreliable: frozenset[str] = frozenset()
    rows: defaultdict[Table, dict[Key, RowHistory]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    loose: defaultdict[Table, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    unknown: Counter[Table] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def begins(self, table: Table, key: Key, state: int) -> None:
        """A row that was there before; writers may change it."""
        self.rows[table][key] = RowHistory(state, {state})

    def inserted(self, table: Table, key: Key, state: int, request: int, *, sure: bool) -> None:
        """A row was inserted, or may have been if its COMMIT was not answered."""
        if key:
            possible: set[State] = {state} if sure else {state, None}
            self.rows[table][key] = RowHistory(None, possible, request)
        elif sure:
            self.loose[table][state] += 1
        else:
            self.unknown[table] += 1

    def changed(self, table: Table, key: Key, state: State, request: int, *, sure: bool) -> None:
        """A row was updated, or deleted if ``state`` is None, or may have been."""
        row = self.rows[table][key]
        row.possible = {state} if sure else {*row.possible, state}
        row.request = request

    def saw(self, table: Table, key: Key, state: State, request: int) -> None:
        """A writer read its own row: it must be as the last answer left it."""
        row = self.rows[table][key]
        if state is not None and str(table) in self.unreliable:
            return
        if state not in row.possible:
            what = "is not there" if state is None else "was read in another state"
            self.findings.append(
                Finding(
                    Fault.STALE_READ,
                    named(table, key),
                    (row.request, request),
                    f"The row {what} than its writer was told before.",
                )
            )

    def missed(self, table: Table, key: Key, request: int) -> None:
        """An update or a delete did not find the row."""
        row = self.rows[table][key]
        if None not in row.possible:
            self.findings.append(
                Finding(
                    Fault.LOST,
                    named(table, key),
                    (row.request, request),
                    "A row that was acknowledged was not there to be changed.",
                )
            )


def named(table: Table, key: Key) -> str:
    """A row in words."""
    columns = table.key.columns if table.key else ()
    return f"{table} ({', '.join(f'{c} {v}' for c, v in zip(columns, key, strict=True))})"
