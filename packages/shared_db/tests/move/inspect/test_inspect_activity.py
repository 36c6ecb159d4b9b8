"""Transactions that a move would wait for, and those that use several schemas, are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared_db.check import Verdict
from shared_db.move.inspect.activity import find_crossing_transactions, find_waits

NOW = timedelta(0)


def waits(ground: Any, *named: str) -> list[Any]:
    """What is found of this test's own doing: other tests may use the server too."""
    found = find_waits(ground.source, "source", NOW)
    return [one for one in found if set(one.objects) & set(named)]


def test_a_transaction_that_has_written_warns_until_it_is_ended(ground: Any) -> None:
    other = ground.connect("postgres")
    pid = str(other.info.backend_pid)
    other.execute("BEGIN")
    assert waits(ground, pid) == []
    other.execute("SELECT pg_current_xact_id()")
    (found,) = waits(ground, pid)
    assert (found.code, found.verdict) == ("open-transaction", Verdict.WARNS)
    assert "idle in transaction" in found.sentence
    assert list(find_waits(ground.source, "source", timedelta(hours=1))) == []
    other.execute("ROLLBACK")
    assert waits(ground, pid) == []
    ground.follow(found)


def test_a_prepared_transaction_in_any_database_blocks(ground: Any) -> None:
    ground.create_database(f"{ground.slug}_elsewhere")
    other = ground.connect(f"{ground.slug}_elsewhere")
    quoted = f"'{ground.slug}''s'"
    other.execute("BEGIN; CREATE TABLE public.t ()")
    other.execute(f"PREPARE TRANSACTION {quoted}")
    (found,) = waits(ground, quoted)
    assert (found.code, found.verdict) == ("prepared-transaction", Verdict.BLOCKS)
    ground.follow(found, other)
    assert waits(ground, quoted) == []


def test_what_a_role_may_not_see_is_told(ground: Any) -> None:
    ground.run("CREATE ROLE {role} LOGIN")
    writing = ground.connect(ground.slug)
    writing.execute("BEGIN; SELECT pg_current_xact_id()")
    limited = ground.connect(ground.slug)
    ground.run("SET ROLE {role}", limited)
    found = list(find_waits(limited, "source", NOW))
    assert [one.code for one in found] == ["hidden-activity"]
    assert found[0].verdict is Verdict.INFORMS
    ground.follow(found[0])
    codes = {one.code for one in find_waits(limited, "source", NOW)}
    assert codes == {"open-transaction"}


def test_a_transaction_over_two_schemas_warns(ground: Any) -> None:
    other = ground.connect(ground.slug)
    ground.run('SET application_name = shop; BEGIN; SELECT FROM {s}."Orders"', other)
    assert list(find_crossing_transactions(ground.source, ground.schema)) == []
    ground.run("UPDATE {o}.customers SET mail = NULL", other)
    (found,) = find_crossing_transactions(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("crossing-transaction", Verdict.WARNS)
    assert found.objects == (ground.name('{s}."Orders"'), "other.customers")
    ground.follow(found)
    other.execute("COMMIT")
    assert list(find_crossing_transactions(ground.source, ground.schema)) == []
