"""The check: no acknowledged write lost, none applied twice, nothing else changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.checking.history import History, Key, RowHistory, State, named
from rehearsal.any_schema.checking.totals import Total, read_states, read_totals
from rehearsal.any_schema.shape import Table
from rehearsal.history import Fault, Finding


def check(
    connection: ToolConnection, history: History, before: Mapping[Table, Total]
) -> list[Finding]:
    """Hold what the writers were told against what is there.

    Args:
        connection: the home after the move, as a superuser, with the options of hashes.
        history: what the writers were told; they have stopped.
        before: the totals of all tables before they began.
    """
    now = read_totals(connection, list(before))
    findings = list(history.findings)
    for table, total in before.items():
        rows = history.rows.get(table, {})
        states = read_states(connection, table, list(rows))
        is_reliable = str(table) not in history.unreliable
        findings += _of_rows(table, rows, states, is_reliable=is_reliable)
        if is_reliable:
            others_before = total.without([r.first for r in rows.values() if r.first is not None])
            others_now = now[table].without(list(states.values()))
            findings += _of_others(table, history, others_before, others_now)
    return findings


def _of_rows(
    table: Table, rows: Mapping[Key, RowHistory], states: Mapping[Key, int], *, is_reliable: bool
) -> Iterator[Finding]:
    """The rows that were written to, each in one of the states that it may have."""
    for key, row in rows.items():
        state = states.get(key)
        if state in row.possible or (not is_reliable and _fits(state, row.possible)):
            continue
        yield Finding(_fault(state, row), named(table, key), (row.request,), _sentence(state, row))


def _fits(state: State, possible: set[State]) -> bool:
    """Where triggers change rows too, only whether the row is there can be told."""
    return any((state is None) == (one is None) for one in possible)


def _fault(state: State, row: RowHistory) -> Fault:
    if state is None or (row.first is not None and state == row.first):
        return Fault.LOST
    return Fault.DUPLICATED if row.possible == {None} else Fault.CHANGED


def _sentence(state: State, row: RowHistory) -> str:
    if state is None:
        return "A row that was acknowledged is not there."
    if row.possible == {None}:
        return "A row that was deleted is there."
    if state == row.first:
        return "The row is as it was before an acknowledged update."
    return "The row is other than it was acknowledged."


def _of_others(table: Table, history: History, before: Total, now: Total) -> Iterator[Finding]:
    """The rows that nobody wrote to, and those that nothing names: all of them together."""
    loose, unknown = history.loose[table], history.unknown[table]
    expected = Total(before.rows + loose.total(), before.sum + sum(h * n for h, n in loose.items()))
    if expected.rows <= now.rows <= expected.rows + unknown:
        if unknown or now.sum == expected.sum:
            return
        yield Finding(
            Fault.CHANGED, str(table), (), "Rows to which nobody wrote are not what they were."
        )
    elif now.rows < expected.rows:
        missing = expected.rows - now.rows
        yield Finding(Fault.LOST, str(table), (), f"{missing} row(s) are not there any more.")
    else:
        more = now.rows - expected.rows - unknown
        yield Finding(
            Fault.DUPLICATED, str(table), (), f"{more} row(s) are there that nobody wrote once."
        )
