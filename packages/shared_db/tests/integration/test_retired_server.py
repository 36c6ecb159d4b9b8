"""A server that housed a service once is gone; a former home still points to it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from orders_sample import service as orders
from shared_db import Database, DatabaseUnavailable
from shared_db.provision import claim_database, create_database, ensure_roles, ensure_schema
from shared_db.reconcile import apply, make_plan

NOBODY = 1
"""A port at which no server listens."""


def been_round(project: Any, *, epoch: int) -> None:
    """From the own database to a server that is gone, and from there to the shared one.

    Args:
        project: whose orders.
        epoch: the shared database's; the own one was left at epoch 1.
    """
    apply(project.settings())
    project.query(project.slug, "UPDATE shared_db.homes SET epoch = %s", [epoch])
    project.set("ORDERS_PLACEMENT", "databases")
    placement = project.settings().of("orders")
    own = placement.desired
    ensure_roles(project.slug, placement, own)
    create_database(placement.provision(own), own.database)
    claim_database(project.slug, placement, own)
    ensure_schema(placement, own)
    gone = {"identity": str(uuid4()), **own.as_json(), "port": NOBODY}
    project.query(
        own.database,
        "INSERT INTO shared_db.homes (service, epoch, state, moved_to, schema_name, login_roles,"
        " owner_role) VALUES ('orders', 1, 'moved', %s, 'orders', %s, %s)",
        [json.dumps(gone), [placement.login.user], placement.owner],
    )


async def test_tools_and_services_find_the_home_that_is_later(project: Any) -> None:
    been_round(project, epoch=3)
    plan = make_plan(project.settings())
    assert [(step.kind, step.service) for step in plan.steps] == [("move", "orders")]
    async with Database(orders, project.settings()) as database:
        assert database.home.address.database == project.slug
        assert database.home.epoch == 3
        assert "as configured" in database.home.notice


async def test_a_copy_of_an_earlier_home_does_not_stand_in_for_it(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared_db.reconcile.homes._PATIENCE", 0.0)
    monkeypatch.setattr("shared_db.current_pool.PATIENCE", 0.0)
    been_round(project, epoch=1)
    with pytest.raises(DatabaseUnavailable, match="bring that server back"):
        make_plan(project.settings())
    with pytest.raises(DatabaseUnavailable, match="bring that server back"):
        await Database(orders, project.settings()).open()
