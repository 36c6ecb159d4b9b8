"""Roles that no fence would hold are found; after the remedy the fence holds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.owners import find_owning_roles
from shared_db.move.inspect.roles import find_roles

MEMBERSHIPS = {
    "owner": ("GRANT {owner} TO {app}", "member-of-owner", "{owner}"),
    "owner through a group": (
        "CREATE ROLE {group}; GRANT {owner} TO {group}; GRANT {group} TO {app}",
        "member-of-owner",
        "{group}",
    ),
    "reading": ("GRANT pg_read_all_data TO {app}", "reads-everything", "{app}"),
    "writing through a group": (
        "CREATE ROLE {group}; GRANT pg_write_all_data TO {group}; GRANT {group} TO {app}",
        "reads-everything",
        "{group}",
    ),
    "superuser": ("ALTER ROLE {app} SUPERUSER", "superuser-role", "{app}"),
}


def test_a_plain_login_role_is_held(ground: Any) -> None:
    ground.run("CREATE ROLE {group}; GRANT {group} TO {app}")
    assert list(find_roles(ground.source, ground.subject)) == []
    assert list(find_owning_roles(ground.source, ground.subject)) == []


@pytest.mark.parametrize("kind", MEMBERSHIPS)
def test_a_role_with_more_than_privileges_blocks(ground: Any, kind: str) -> None:
    statement, code, holder = MEMBERSHIPS[kind]
    ground.run(statement)
    (found,) = find_roles(ground.source, ground.subject)
    assert (found.code, found.verdict) == (code, Verdict.BLOCKS)
    assert found.objects == (ground.name("{app}"),)
    assert ground.name(holder) in found.remedy
    ground.follow(found)
    assert list(find_roles(ground.source, ground.subject)) == []


def test_a_role_that_does_not_exist_blocks(ground: Any) -> None:
    subject = replace(ground.subject, roles=("No Role", "PUBLIC", *ground.subject.roles))
    (found,) = find_roles(ground.source, subject)
    assert (found.code, found.objects) == ("unknown-role", ('"No Role"',))
    assert found.verdict is Verdict.BLOCKS


def test_an_owner_that_logs_in_warns(ground: Any) -> None:
    ground.run("ALTER ROLE {owner} LOGIN")
    (found,) = find_roles(ground.source, ground.subject)
    assert (found.code, found.verdict) == ("owner-logs-in", Verdict.WARNS)
    ground.follow(found)
    assert list(find_roles(ground.source, ground.subject)) == []


@pytest.mark.parametrize("owner", ["own", "other"])
def test_an_application_that_owns_its_tables_blocks_and_works_after_the_remedy(
    ground: Any, owner: str
) -> None:
    ground.run("REASSIGN OWNED BY {owner} TO {app}")
    subject = ground.subject
    if owner == "own":
        subject = replace(subject, owner=subject.roles[0])
    (found,) = find_owning_roles(ground.source, subject)
    assert (found.code, found.verdict) == ("owning-role", Verdict.BLOCKS)
    assert {ground.name("{app}"), ground.name("{s}")} < set(found.objects)
    ground.follow(found)
    assert list(find_owning_roles(ground.source, subject)) == []
    assert list(find_roles(ground.source, subject)) == []
    ground.run(
        "SET ROLE {app}; INSERT INTO {s}.\"Orders\" (state) VALUES ('paid');"
        "SELECT FROM {s}.open_orders; RESET ROLE"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ground.run('SET ROLE {app}; DROP TABLE {s}."Orders"')
