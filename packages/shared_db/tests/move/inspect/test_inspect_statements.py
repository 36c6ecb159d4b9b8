"""Statements that used several schemas are found in pg_stat_statements."""

from __future__ import annotations

from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.statements import find_crossing_statements


@pytest.fixture
def observed(ground: Any) -> Any:
    """The ground with pg_stat_statements, in a schema of an odd name."""
    ground.run('CREATE SCHEMA "Stat S"; CREATE EXTENSION pg_stat_statements SCHEMA "Stat S"')
    return ground


def test_without_the_view_nothing_is_said(ground: Any) -> None:
    ground.run('SELECT FROM {s}."Orders" JOIN {o}.customers USING (id)')
    assert list(find_crossing_statements(ground.source, ground.schema)) == []


def test_statements_within_one_schema_are_fine(observed: Any) -> None:
    observed.run('SELECT FROM {s}."Orders" JOIN {s}.lines ON order_id = id')
    observed.run("SELECT FROM {o}.customers")
    observed.run("COMMENT ON TABLE {o}.customers IS 'like \"Order Desk\".lines'")
    assert list(find_crossing_statements(observed.source, observed.schema)) == []


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT FROM {s}."Orders" JOIN {o}.customers USING (id)',
        'UPDATE {o}.customers SET mail = NULL WHERE id IN (SELECT id FROM {s}."Orders")',
    ],
)
def test_a_statement_over_two_schemas_warns_until_it_is_forgotten(
    observed: Any, statement: str
) -> None:
    observed.run(statement)
    (found,) = find_crossing_statements(observed.source, observed.schema)
    assert (found.code, found.verdict) == ("crossing-statement", Verdict.WARNS)
    assert found.objects == (observed.name('{s}."Orders"'), "other.customers")
    observed.follow(found)
    assert list(find_crossing_statements(observed.source, observed.schema)) == []


def test_unqualified_names_count_where_one_schema_has_them(observed: Any) -> None:
    other = observed.connect(observed.slug)
    observed.run("SET search_path = {s}, {o}", other)
    other.execute('SELECT FROM "Orders" JOIN customers USING (id)')
    (found,) = find_crossing_statements(observed.source, observed.schema)
    assert found.objects == (observed.name('{s}."Orders"'), "other.customers")


def test_hidden_texts_are_told(observed: Any) -> None:
    observed.run('SELECT FROM {s}."Orders" JOIN {o}.customers USING (id)')
    observed.run("CREATE ROLE {role}")
    limited = observed.connect(observed.slug)
    observed.run("SET ROLE {role}", limited)
    for grant in ("GRANT USAGE ON SCHEMA", "GRANT pg_read_all_stats"):
        (found,) = find_crossing_statements(limited, observed.schema)
        assert (found.code, found.verdict) == ("hidden-statements", Verdict.INFORMS)
        assert grant in found.remedy
        observed.follow(found)
    (seen,) = find_crossing_statements(limited, observed.schema)
    assert seen.code == "crossing-statement"
