"""What a service's own role learns from a database, or why it learns nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared_db.address import Login
from shared_db.home_reader import ServiceHomeReader
from shared_db.homes import Absent, Finding, HomeRow, Unreachable
from shared_db.reconcile import apply


async def read(project: Any, *, user: str = "", **place: Any) -> Finding:
    placement = project.settings().of("orders")
    if user:
        placement = replace(placement, login=Login(user, "secret"))
    reader = ServiceHomeReader(placement, application_name="test")
    return await reader.read(replace(placement.desired, **place))


async def test_a_home_is_read_with_its_state_and_identity(project: Any) -> None:
    apply(project.settings())
    found = await read(project)
    assert isinstance(found, HomeRow)
    assert (found.state, found.epoch, found.project) == ("active", 1, project.slug)


async def test_a_server_without_the_role_does_not_end_the_search(project: Any) -> None:
    apply(project.settings())
    found = await read(project, user=f"{project.slug}_not_there_yet")
    assert isinstance(found, Unreachable)
    assert "ORDERS_DATABASE_PASSWORD" in found.reason


async def test_an_option_that_the_server_refuses_is_a_reason(project: Any) -> None:
    apply(project.settings())
    found = await read(project, options=(("frobnicate", "1"),))
    assert isinstance(found, Unreachable)
    assert "frobnicate" in found.reason


async def test_a_database_that_does_not_exist_is_absent(project: Any) -> None:
    apply(project.settings())
    assert isinstance(await read(project, database=f"{project.slug}_nothing"), Absent)


async def test_a_home_of_another_project_is_absent(project: Any) -> None:
    apply(project.settings())
    project.query(project.slug, "UPDATE shared_db.identity SET project = 'another'")
    found = await read(project)
    assert isinstance(found, Absent)
    assert "belongs to the project 'another'" in found.reason
