"""Extensions that the schema needs are known, and the target is asked for each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.extensions import find_extensions, find_inside, needed_extensions

NEEDS = {
    "type": ('ALTER TABLE {s}."Orders" ADD mail {o}.citext', "citext"),
    "array": ('ALTER TABLE {s}."Orders" ADD mails {o}.citext[]', "citext"),
    "index": ("CREATE INDEX ON {s}.lines USING gin (line {o}.gin__int_ops)", "intarray"),
    "default": (
        'ALTER TABLE {s}."Orders" ADD one int DEFAULT {o}.icount(ARRAY[1])',
        "intarray",
    ),
    "constraint": (
        'ALTER TABLE {s}."Orders" ADD EXCLUDE USING gist (number WITH =)',
        "btree_gist",
    ),
    "function": (
        "CREATE FUNCTION {s}.f({o}.citext) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        "citext",
    ),
}


def test_a_schema_of_built_in_types_needs_none(ground: Any) -> None:
    ground.run("CREATE EXTENSION citext SCHEMA {o}")
    assert needed_extensions(ground.source, ground.schema) == ()


@pytest.mark.parametrize("kind", NEEDS)
def test_an_extension_that_the_target_has_not_installed_blocks(ground: Any, kind: str) -> None:
    statement, name = NEEDS[kind]
    ground.run(f'CREATE EXTENSION "{name}" SCHEMA {{o}}')
    if kind == "index":
        ground.run("ALTER TABLE {s}.lines ADD numbers int[]")
        statement = statement.replace("(line ", "(numbers ")
    ground.run(statement)
    needed = needed_extensions(ground.source, ground.schema)
    assert [one.name for one in needed] == [name]
    ground.create_database(f"{ground.slug}_target")
    target = ground.connect(f"{ground.slug}_target")
    (found,) = find_extensions(needed, target, target_exists=True)
    assert (found.code, found.verdict) == ("extension-missing", Verdict.INFORMS)
    ground.follow(found, target)
    assert list(find_extensions(needed, target, target_exists=True)) == []
    (before,) = find_extensions(needed, ground.connect("postgres"), target_exists=False)
    assert before.code == "extension-missing"


def test_an_extension_that_only_a_text_names_is_told(ground: Any) -> None:
    ground.run(
        "CREATE EXTENSION hstore SCHEMA {o}; CREATE FUNCTION {s}.f() RETURNS text[]"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN akeys(NULL); END $$"
    )
    needed = needed_extensions(ground.source, ground.schema)
    ground.create_database(f"{ground.slug}_target")
    target = ground.connect(f"{ground.slug}_target")
    (found,) = find_extensions(needed, target, target_exists=True)
    assert (found.code, found.verdict) == ("extension-missing", Verdict.INFORMS)
    ground.follow(found, target)
    assert list(find_extensions(needed, target, target_exists=True)) == []


def test_an_extension_in_another_schema_of_the_target_blocks(ground: Any) -> None:
    ground.run('CREATE EXTENSION citext SCHEMA {o}; ALTER TABLE {s}."Orders" ADD m {o}.citext')
    needed = needed_extensions(ground.source, ground.schema)
    ground.create_database(f"{ground.slug}_target")
    target = ground.connect(f"{ground.slug}_target")
    target.execute("CREATE EXTENSION citext SCHEMA public")
    (found,) = find_extensions(needed, target, target_exists=True)
    assert (found.code, found.verdict) == ("extension-elsewhere", Verdict.BLOCKS)
    ground.follow(found, target)
    assert list(find_extensions(needed, target, target_exists=True)) == []


def test_an_older_extension_at_the_target_warns(ground: Any) -> None:
    ground.run('CREATE EXTENSION hstore SCHEMA {o}; ALTER TABLE {s}."Orders" ADD h {o}.hstore')
    needed = needed_extensions(ground.source, ground.schema)
    ground.create_database(f"{ground.slug}_target")
    target = ground.connect(f"{ground.slug}_target")
    target.execute("CREATE SCHEMA other; CREATE EXTENSION hstore SCHEMA other VERSION '1.5'")
    (found,) = find_extensions(needed, target, target_exists=True)
    assert (found.code, found.verdict) == ("extension-version", Verdict.WARNS)
    ground.follow(found, target)
    assert list(find_extensions(needed, target, target_exists=True)) == []


def test_an_extension_that_the_target_server_does_not_have_blocks(ground: Any) -> None:
    ground.run('CREATE EXTENSION citext SCHEMA {o}; ALTER TABLE {s}."Orders" ADD m {o}.citext')
    (citext,) = needed_extensions(ground.source, ground.schema)
    needed = [replace(citext, name="no such", quoted='"no such"')]
    (found,) = find_extensions(needed, ground.source, target_exists=True)
    assert (found.code, found.verdict) == ("extension-unavailable", Verdict.BLOCKS)
    ground.follow(found)


def test_an_extension_within_the_schema_blocks_until_it_is_elsewhere(ground: Any) -> None:
    ground.run('CREATE EXTENSION citext SCHEMA {s}; ALTER TABLE {s}."Orders" ADD m {s}.citext')
    (found,) = find_inside(needed_extensions(ground.source, ground.schema))
    assert (found.code, found.verdict) == ("extension-inside", Verdict.BLOCKS)
    ground.follow(found)
    needed = needed_extensions(ground.source, ground.schema)
    assert [one.schema for one in needed] == ["public"]
    assert list(find_inside(needed)) == []


def test_an_extension_in_public_goes_beside_it_when_public_moves(ground: Any) -> None:
    ground.run(
        "CREATE EXTENSION citext SCHEMA public; CREATE TABLE public.people (m public.citext)"
    )
    (found,) = find_inside(needed_extensions(ground.source, "public"))
    ground.follow(found)
    (needed,) = needed_extensions(ground.source, "public")
    assert (needed.schema, needed.users) == ("extensions", ["PUBLIC"])
    assert list(find_inside([needed])) == []


def test_who_may_use_an_extension_may_use_it_at_the_target(ground: Any) -> None:
    ground.run("CREATE EXTENSION citext SCHEMA {o}; GRANT USAGE ON SCHEMA {o} TO {app}")
    ground.run('ALTER TABLE {s}."Orders" ADD mail {o}.citext')
    (needed,) = needed_extensions(ground.source, ground.schema)
    (app,) = ground.subject.roles
    assert needed.users == [app]
    assert f"GRANT USAGE ON SCHEMA {needed.quoted_schema} TO {app}; " in needed.statement
