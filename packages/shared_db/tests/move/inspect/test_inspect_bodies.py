"""Functions whose text reaches across the boundary are found; a mere text is only suspected."""

from __future__ import annotations

from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.bodies import find_crossing_bodies
from shared_db.move.inspect.sql_names import Mention, mentions

CERTAIN = {
    "query": "CREATE FUNCTION {s}.f() RETURNS bigint LANGUAGE sql"
    " AS $$ SELECT count(*) FROM other.customers $$",
    "quoted": "CREATE FUNCTION {o}.f() RETURNS bigint LANGUAGE sql"
    ' AS $$ SELECT id FROM {s}."Orders" LIMIT 1 $$',
    "statement": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ BEGIN DELETE FROM Other . Customers; END $$",
    "call": "CREATE PROCEDURE {s}.f() LANGUAGE plpgsql AS $$ BEGIN PERFORM other.greet(); END $$",
    "declaration": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ DECLARE c other.customers%%ROWTYPE; BEGIN END $$",
    "search path": "CREATE FUNCTION {s}.f() RETURNS bigint LANGUAGE sql SET search_path = other"
    " AS $$ SELECT count(*) FROM customers $$",
}

POSSIBLE = {
    "dynamic": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ BEGIN EXECUTE 'SELECT FROM other.customers'; END $$",
    "dynamic, nested": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ BEGIN EXECUTE $q$ SELECT FROM other.customers $q$; END $$",
    "put together": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ BEGIN EXECUTE 'SELECT FROM other.' || 'customers'; END $$",
    "unqualified": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ BEGIN PERFORM 1 FROM customers; END $$",
    "unqualified, from outside": "CREATE FUNCTION {o}.f() RETURNS void LANGUAGE plpgsql"
    ' AS $$ BEGIN PERFORM 1 FROM "Orders"; END $$',
}

NEITHER = {
    "comment": "CREATE FUNCTION {s}.f() RETURNS void LANGUAGE plpgsql"
    " AS $$ BEGIN NULL; /* not other.customers */ END $$",
    "alias": "CREATE FUNCTION {s}.f() RETURNS bigint LANGUAGE sql"
    ' AS $$ SELECT other.id FROM {s}.lines AS other JOIN {s}."Orders" ON true $$',
    "own table of that name": "CREATE TABLE {s}.customers (); CREATE FUNCTION {s}.f() RETURNS void"
    " LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM customers; END $$",
    "text": "CREATE FUNCTION {s}.f() RETURNS text LANGUAGE sql AS $$ SELECT 'other. And more' $$",
}


def test_a_schema_on_its_own_has_no_such_body(ground: Any) -> None:
    assert list(find_crossing_bodies(ground.source, ground.schema)) == []


@pytest.mark.parametrize("kind", CERTAIN)
def test_a_body_that_names_what_is_across_blocks(ground: Any, kind: str) -> None:
    ground.run("SET check_function_bodies = off")
    ground.run(CERTAIN[kind])
    (found,) = find_crossing_bodies(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("crossing-body", Verdict.BLOCKS)
    ground.follow(found)
    assert list(find_crossing_bodies(ground.source, ground.schema)) == []


@pytest.mark.parametrize("kind", POSSIBLE)
def test_a_text_that_may_reach_across_warns(ground: Any, kind: str) -> None:
    ground.run(POSSIBLE[kind])
    (found,) = find_crossing_bodies(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("crossing-text", Verdict.WARNS)
    assert found.objects[0] in {ground.name("{s}.f()"), "other.f()"}
    assert set(found.objects[1:]) <= {"other.customers", "other.…", ground.name('{s}."Orders"')}
    ground.follow(found)
    assert list(find_crossing_bodies(ground.source, ground.schema)) == []


@pytest.mark.parametrize("kind", NEITHER)
def test_what_does_not_reach_across_is_not_suspected(ground: Any, kind: str) -> None:
    ground.run("SET check_function_bodies = off")
    ground.run(NEITHER[kind])
    assert list(find_crossing_bodies(ground.source, ground.schema)) == []


def test_names_are_read_as_postgres_reads_them() -> None:
    text = """
        SELECT "A ""b".c, E'it\\'s x.y', 'don''t p.q' -- r.s
          FROM ONLY Tab /* t.u */ JOIN "Q".R USING (id); $x$ v.w $x$
    """
    assert mentions(text) == {
        Mention('A "b', "c"),
        Mention("x", "y", in_literal=True),
        Mention("p", "q", in_literal=True),
        Mention("", "tab"),
        Mention("Q", "r"),
        Mention("v", "w", in_literal=True),
    }
