"""Other replication of the tables, and what lies in no schema, is found."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql
from shared_db.check import Verdict
from shared_db.move.inspect.feeds import find_feeds
from shared_db.move.inspect.unhoused import find_unhoused


def test_a_schema_on_its_own_has_neither(ground: Any) -> None:
    ground.run('CREATE PUBLICATION shared_db_forward FOR TABLE {s}."Orders"')
    assert list(find_feeds(ground.source, ground.schema)) == []
    assert list(find_unhoused(ground.source, ground.schema)) == []


def test_a_subscription_that_fills_a_table_blocks(ground: Any) -> None:
    publisher = f"{ground.slug}_publisher"
    ground.create_database(publisher)
    ground.run(
        'CREATE SCHEMA {s}; CREATE TABLE {s}."Orders" (); CREATE PUBLICATION rows FOR ALL TABLES',
        ground.connect(publisher),
    )
    ground.source.execute(
        sql.SQL(
            'CREATE SUBSCRIPTION "From Afar" CONNECTION {url} PUBLICATION rows'
            " WITH (enabled = false, create_slot = false, copy_data = false)"
        ).format(url=sql.Literal(ground.side(publisher).url))
    )
    (found,) = find_feeds(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("fed-by-subscription", Verdict.BLOCKS)
    assert found.objects == (ground.name('{s}."Orders"'),)
    ground.follow(found)
    assert list(find_feeds(ground.source, ground.schema)) == []


@pytest.mark.parametrize("contents", ['TABLE {s}."Orders"', "ALL TABLES", "TABLES IN SCHEMA {s}"])
def test_a_publication_of_others_warns(ground: Any, contents: str) -> None:
    ground.run('CREATE PUBLICATION "To Lake" FOR ' + contents)
    (found,) = find_feeds(ground.source, ground.schema)
    assert (found.code, found.verdict) == ("published-elsewhere", Verdict.WARNS)
    assert found.objects == ('"To Lake"',)
    ground.run('DROP PUBLICATION "To Lake"')
    assert list(find_feeds(ground.source, ground.schema)) == []
    ground.follow(found)


UNHOUSED = {
    "cast": (
        (
            'CREATE FUNCTION {s}.spell({s}."State") RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;'
            'CREATE CAST ({s}."State" AS int) WITH FUNCTION {s}.spell({s}."State")'
        ),
        "unhoused-cast",
    ),
    "event trigger": (
        (
            "CREATE FUNCTION {s}.note() RETURNS event_trigger LANGUAGE plpgsql"
            " AS $$ BEGIN END $$;"
            "CREATE EVENT TRIGGER {role} ON ddl_command_start EXECUTE FUNCTION {s}.note()"
        ),
        "unhoused-event-trigger",
    ),
}


@pytest.mark.parametrize("kind", UNHOUSED)
def test_what_a_dump_of_the_schema_leaves_out_blocks(ground: Any, kind: str) -> None:
    statement, code = UNHOUSED[kind]
    ground.run(statement)
    (found,) = find_unhoused(ground.source, ground.schema)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    ground.follow(found)
    assert list(find_unhoused(ground.source, ground.schema)) == []
