"""What the target database lacks, or has already, is found; each remedy helps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect import inspect
from shared_db.move.inspect.defaults import find_defaults
from shared_db.move.inspect.locales import Locale, find_locale, read_locale
from shared_db.move.inspect.occupied import find_occupied, find_same_database
from shared_db.move.inspect.surroundings import find_surroundings, needed_surroundings
from shared_db.tool_connection import ToolConnection

UTF8 = Locale("UTF8", "libc", "de_DE.utf8", "de_DE.utf8", "", "2.36")


@pytest.fixture
def target(ground: Any) -> ToolConnection:
    """An empty database on the same server."""
    ground.create_database(f"{ground.slug}_target")
    connection: ToolConnection = ground.connect(f"{ground.slug}_target")
    return connection


def test_an_empty_database_is_free(ground: Any, target: ToolConnection) -> None:
    assert list(find_occupied(target, ground.schema)) == []
    assert list(find_same_database(ground.source, target, ground.subject, same_server=True)) == []
    assert (
        list(find_same_database(ground.source, ground.source, ground.subject, same_server=False))
        == []
    )


def test_a_schema_of_that_name_blocks_until_it_is_renamed(
    ground: Any, target: ToolConnection
) -> None:
    ground.run("CREATE SCHEMA {s}", target)
    assert list(find_occupied(target, ground.schema)) == []
    ground.run("CREATE VIEW {s}.seen AS SELECT 1", target)
    (found,) = find_occupied(target, ground.schema)
    assert (found.code, found.verdict) == ("target-occupied", Verdict.BLOCKS)
    assert found.objects == (ground.name("{s}.seen"),)
    ground.follow(found, target)
    assert list(find_occupied(target, ground.schema)) == []


def test_a_standby_of_the_schema_is_no_stranger(ground: Any, target: ToolConnection) -> None:
    ground.run(
        "CREATE SCHEMA {s}; CREATE TABLE {s}.t (); CREATE SCHEMA shared_db;"
        "CREATE TABLE shared_db.homes (schema_name text, state text);"
        "INSERT INTO shared_db.homes VALUES ('Order Desk', 'standby')",
        target,
    )
    assert list(find_occupied(target, ground.schema)) == []


def test_source_and_target_may_not_be_one(ground: Any) -> None:
    again = ground.connect(ground.slug)
    (found,) = inspect(ground.source, again, ground.subject)
    assert (found.code, found.verdict) == ("same-database", Verdict.BLOCKS)
    assert "ALTER" not in found.remedy


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (UTF8, {}),
        (replace(UTF8, encoding="LATIN1"), {"encoding": Verdict.BLOCKS}),
        (replace(UTF8, collation="C"), {"collation": Verdict.WARNS}),
        (replace(UTF8, provider="icu", locale="de"), {"collation": Verdict.WARNS}),
        (replace(UTF8, version="2.41"), {"collation-version": Verdict.INFORMS}),
        (replace(UTF8, version=""), {}),
    ],
)
def test_differences_of_encoding_and_order(target: Locale, expected: dict[str, Verdict]) -> None:
    found = find_locale(UTF8, target, "desk", exists=True)
    assert {one.code: one.verdict for one in found} == expected


def test_a_database_like_the_source_can_be_made(ground: Any) -> None:
    here = read_locale(ground.source, ground.slug)
    kinds = [
        replace(here, encoding="SQL_ASCII", provider="libc", collation="C", ctype="C", locale="")
    ]
    if ground.source.info.server_version >= 170000:
        kinds.append(replace(here, provider="builtin", locale="C", encoding="UTF8"))
    for number, kind in enumerate(kinds):
        name = f"{ground.slug}_{number}"
        (found,) = [
            one for one in find_locale(kind, here, name, exists=False) if "locale" not in one.code
        ][:1]
        ground.follow(found, ground.connect("postgres"))
        made = read_locale(ground.source, name)
        assert list(find_locale(kind, made, name, exists=True)) == []


def test_settings_of_the_database_and_its_roles_warn(ground: Any, target: ToolConnection) -> None:
    ground.run(
        "ALTER DATABASE {database} SET timezone = 'Asia/Tokyo';"
        'ALTER ROLE {app} IN DATABASE {database} SET search_path = {s}, "$user", public'
    )
    subject = replace(ground.subject, project="-")

    def find() -> list[Any]:
        name = f"{ground.slug}_target"
        return list(find_defaults(ground.source, target, subject, name, target_exists=True))

    found = find()
    assert sorted(one.objects for one in found) == [("TimeZone",), ("search_path",)]
    assert {one.verdict for one in found} == {Verdict.WARNS}
    for one in found:
        ground.follow(one, target)
    assert find() == []


def test_a_tablespace_that_the_target_lacks_blocks(ground: Any) -> None:
    ground.run("SET allow_in_place_tablespaces = on")
    ground.run("CREATE TABLESPACE {role} LOCATION ''")
    ground.run('ALTER TABLE {s}."Orders" SET TABLESPACE {role}')
    needed = needed_surroundings(ground.source, ground.schema)
    assert list(find_surroundings(needed, ground.source)) == []
    elsewhere = replace(needed, tablespaces=(("lost", "lost", *needed.tablespaces[0][2:]),))
    (found,) = find_surroundings(elsewhere, ground.source)
    assert (found.code, found.verdict) == ("missing-tablespace", Verdict.BLOCKS)
    ground.follow(found)
    assert needed_surroundings(ground.source, ground.schema).tablespaces == ()
    ground.run("DROP TABLESPACE {role}")


def test_a_collation_that_the_target_lacks_blocks(ground: Any, target: ToolConnection) -> None:
    (row,) = ground.run(
        "SELECT quote_ident(collname) AS name FROM pg_collation"
        " WHERE collprovider = 'c' AND collname LIKE 'C.%' LIMIT 1"
    )
    ground.run(f'ALTER TABLE {{s}}."Orders" ADD note text COLLATE {row["name"]}')
    needed = needed_surroundings(ground.source, ground.schema)
    assert list(find_surroundings(needed, target)) == []
    target.execute(f"DROP COLLATION {row['name']}".encode())
    (found,) = find_surroundings(needed, target)
    assert (found.code, found.verdict) == ("missing-collation", Verdict.BLOCKS)
    ground.follow(found, target)
    assert list(find_surroundings(needed, target)) == []
