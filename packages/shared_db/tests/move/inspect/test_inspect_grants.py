"""Privileges that would outlive the fence are found; after the remedy they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.grants import find_grants

UNCOVERED = {
    "everybody": (
        'GRANT SELECT, INSERT ON {s}."Orders" TO PUBLIC',
        "uncovered-public",
        Verdict.BLOCKS,
        "PUBLIC",
    ),
    "everybody, a column": (
        'GRANT SELECT (id, state) ON {s}."Orders" TO PUBLIC',
        "uncovered-public",
        Verdict.BLOCKS,
        "PUBLIC",
    ),
    "a group of a group": (
        (
            "CREATE ROLE {group}; CREATE ROLE {role} IN ROLE {group}; GRANT {role} TO {app};"
            'GRANT ALL ON {s}."Numbers", {s}.lines TO {group}'
        ),
        "uncovered-group",
        Verdict.BLOCKS,
        "{group}",
    ),
    "another role": (
        'CREATE ROLE {role} LOGIN; GRANT SELECT ON {s}."Orders" TO {role}',
        "uncovered-role",
        Verdict.WARNS,
        "{role}",
    ),
    "another role, a column": (
        'CREATE ROLE {role} LOGIN; GRANT SELECT (id) ON {s}."Orders" TO {role}',
        "uncovered-role",
        Verdict.INFORMS,
        "{role}",
    ),
    "a function with its owner's rights": (
        "CREATE FUNCTION {s}.peek() RETURNS int SECURITY DEFINER LANGUAGE sql AS $$ SELECT 1 $$",
        "open-definer-function",
        Verdict.WARNS,
        "{s}.peek()",
    ),
}


def test_the_privileges_of_owner_and_fenced_roles_are_covered(ground: Any) -> None:
    ground.run("CREATE ROLE {role} SUPERUSER; GRANT ALL ON ALL TABLES IN SCHEMA {s} TO {role}")
    assert list(find_grants(ground.source, ground.subject)) == []


@pytest.mark.parametrize("kind", UNCOVERED)
def test_a_privilege_of_anybody_else_is_found(ground: Any, kind: str) -> None:
    statement, code, verdict, name = UNCOVERED[kind]
    ground.run(statement)
    (found,) = find_grants(ground.source, ground.subject)
    assert (found.code, found.verdict) == (code, verdict)
    assert found.objects[0] == ground.name(name)
    ground.follow(found)
    assert list(find_grants(ground.source, ground.subject)) == []


def test_what_came_through_a_group_is_kept_as_the_role_s_own(ground: Any) -> None:
    ground.run(
        "CREATE ROLE {group}; GRANT {group} TO {app}; CREATE TABLE {s}.t (id int PRIMARY KEY);"
        "GRANT SELECT ON {s}.t TO {group}"
    )
    (found,) = find_grants(ground.source, ground.subject)
    ground.follow(found)
    ground.run("REVOKE {group} FROM {app}; SET ROLE {app}; SELECT FROM {s}.t; RESET ROLE")


def test_a_group_that_is_fenced_too_is_covered(ground: Any) -> None:
    ground.run("CREATE ROLE {group}; GRANT {group} TO {app}; GRANT SELECT ON {s}.lines TO {group}")
    roles = (*ground.subject.roles, ground.name("{group}"))
    assert list(find_grants(ground.source, replace(ground.subject, roles=roles))) == []
