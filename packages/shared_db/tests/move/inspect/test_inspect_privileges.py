"""What a tool that is no superuser lacks is found, and each grant gives it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from shared_db.check import Verdict
from shared_db.move.inspect.passwords import find_password
from shared_db.move.inspect.privileges import find_privileges, find_role_creation
from shared_db.tool_connection import ToolConnection


@pytest.fixture
def limited(ground: Any) -> ToolConnection:
    """A connection of a role that may nothing."""
    ground.run("CREATE ROLE {role} LOGIN; REVOKE CREATE ON DATABASE {database} FROM PUBLIC")
    connection: ToolConnection = ground.connect(ground.slug)
    ground.run("SET ROLE {role}", connection)
    return connection


def codes(found: Any) -> dict[str, Verdict]:
    return {one.code: one.verdict for one in found}


def test_a_superuser_lacks_nothing(ground: Any) -> None:
    assert list(find_privileges(ground.source, ground.subject, "source")) == []
    assert list(find_role_creation(ground.source, ground.subject)) == []


def test_each_missing_privilege_is_found_and_its_grant_suffices(
    ground: Any, limited: ToolConnection
) -> None:
    found = list(find_privileges(limited, ground.subject, "source"))
    expected = {
        "may-not-replicate": Verdict.BLOCKS,
        "may-not-create": Verdict.BLOCKS,
        "may-not-act-as-owner": Verdict.BLOCKS,
        "may-not-end-sessions": Verdict.WARNS,
        "may-not-set-deadlock-timeout": Verdict.INFORMS,
    }
    if limited.info.server_version >= 160000:
        expected["may-not-subscribe"] = Verdict.BLOCKS
    assert codes(found) == expected
    for one in found:
        ground.follow(one)
    assert list(find_privileges(limited, ground.subject, "source")) == []
    ground.run("DROP OWNED BY {role}")


def test_a_role_that_inherits_without_acting_is_not_enough(
    ground: Any, limited: ToolConnection
) -> None:
    if limited.info.server_version < 160000:
        ground.run("ALTER ROLE {role} NOINHERIT; GRANT {owner} TO {role}")
    else:
        ground.run("GRANT {owner} TO {role} WITH SET FALSE")
    found = codes(find_privileges(limited, ground.subject, "source"))
    assert found["may-not-act-as-owner"] is Verdict.BLOCKS


def test_on_one_server_a_role_is_told_once(ground: Any, limited: ToolConnection) -> None:
    found = find_privileges(limited, ground.subject, "target", same_role=True)
    assert codes(found) == {"may-not-create": Verdict.BLOCKS}


def test_a_target_that_does_not_exist_needs_createdb(ground: Any, limited: ToolConnection) -> None:
    found = list(find_privileges(limited, ground.subject, "target", target_exists=False))
    assert "may-not-create" not in codes(found)
    (database,) = [one for one in found if one.code == "may-not-create-database"]
    ground.follow(database)
    after = find_privileges(limited, ground.subject, "target", target_exists=False)
    assert "may-not-create-database" not in codes(after)


def test_roles_of_the_project_that_are_missing_need_createrole(
    ground: Any, limited: ToolConnection
) -> None:
    assert list(find_role_creation(limited, ground.subject)) == []
    subject = replace(ground.subject, roles=(f"{ground.slug}_missing",))
    (found,) = find_role_creation(limited, subject)
    assert (found.code, found.verdict) == ("may-not-create-role", Verdict.BLOCKS)
    ground.follow(found)
    assert list(find_role_creation(limited, subject)) == []


@pytest.mark.parametrize(
    ("password", "used", "expected"),
    [
        ("secret", True, {}),
        ("secret", False, {"password-not-asked": Verdict.WARNS}),
        ("", False, {"no-password": Verdict.BLOCKS}),
    ],
)
def test_a_subscription_of_no_superuser_needs_a_password(
    ground: Any,
    limited: ToolConnection,
    password: str,
    used: bool,
    expected: dict[str, Verdict],
) -> None:
    other: Any = SimpleNamespace(
        info=SimpleNamespace(password=password, user="tool"),
        pgconn=SimpleNamespace(used_password=used),
    )
    assert codes(find_password(limited, other, "target")) == expected
    assert list(find_password(ground.source, other, "target")) == []
