"""Roles that the target server lacks are found, wherever the schema refers to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.target_roles import find_target_roles, needed_roles
from shared_db.move.subject import Subject

FOREIGN = "-"


@pytest.fixture
def subject(ground: Any) -> Subject:
    given: Subject = ground.subject
    return replace(given, project=FOREIGN)


def test_on_one_server_no_role_is_missing(ground: Any, subject: Subject) -> None:
    needed = needed_roles(ground.source, subject)
    assert {ground.subject.owner, *ground.subject.roles} <= {one.role for one in needed}
    assert list(find_target_roles(needed, ground.source, target_exists=True)) == []


def test_the_project_s_own_roles_are_made_by_the_move(ground: Any) -> None:
    own = {one.role for one in needed_roles(ground.source, ground.subject)}
    assert not own & {ground.subject.owner, *ground.subject.roles}


@pytest.mark.parametrize(
    "reference",
    [
        'GRANT SELECT ON {s}."Orders" TO {role}',
        'GRANT SELECT (id) ON {s}."Orders" TO {role}',
        'CREATE POLICY few ON {s}."Orders" TO {role} USING (true)',
        'ALTER TYPE {s}."State" OWNER TO {role}',
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT SELECT ON TABLES TO {role}",
    ],
)
def test_a_role_that_the_target_lacks_blocks(ground: Any, subject: Subject, reference: str) -> None:
    ground.run("CREATE ROLE {role} LOGIN")
    ground.run(reference)
    needed = needed_roles(ground.source, subject)
    ground.run("REASSIGN OWNED BY {role} TO {owner}; DROP OWNED BY {role}; DROP ROLE {role}")
    (found,) = find_target_roles(needed, ground.source, target_exists=True)
    assert (found.code, found.verdict) == ("missing-role", Verdict.BLOCKS)
    assert found.objects == (ground.name("{role}"),)
    ground.follow(found)
    assert list(find_target_roles(needed, ground.source, target_exists=True)) == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("ALTER ROLE {app} NOLOGIN", "role-cannot-log-in"),
        ("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC", "role-cannot-connect"),
    ],
)
def test_a_fenced_role_that_could_not_use_the_target_blocks(
    ground: Any, subject: Subject, statement: str, code: str
) -> None:
    ground.run(statement)
    needed = needed_roles(ground.source, subject)
    (found,) = find_target_roles(needed, ground.source, target_exists=True)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    ground.follow(found)
    assert list(find_target_roles(needed, ground.source, target_exists=True)) == []
