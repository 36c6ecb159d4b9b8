"""Template databases: the real migrations run once, each test gets clones."""

from __future__ import annotations

import hashlib

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from shared_db import PlacementSettings, ServicePlacement, load_settings
from shared_db.embedded.lock import alone
from shared_db.provision import renew_identity
from shared_db.reconcile import apply
from shared_db.testing.server import TestServer
from shared_db.testing.variables import set_variables
from shared_db.testing.world import World

_TIMEOUT = 300.0
_STRATEGIES_SINCE = 150000


def ensure_templates(world: World) -> PlacementSettings:
    """Provision and migrate the template databases of a placement, once per run.

    Returns:
        The settings that lead to the templates.

    Raises:
        SharedDbError: provisioning or a migration failed; each test that needs it hears so.
    """
    run, name = world.run, _template_name(world)
    if name in run.failures:
        raise run.failures[name]
    done = run.folder / name
    with pytest.MonkeyPatch.context() as patch:
        set_variables(patch, world, name)
        settings = load_settings(world.services)
    with alone(run.folder / "template.lock", timeout=_TIMEOUT):
        if not done.exists():
            try:
                apply(settings)
                _close(world.server, settings)
            except Exception as error:
                run.failures[name] = error
                raise
            done.touch()
    return settings


def _template_name(world: World) -> str:
    digest = hashlib.sha256(" ".join(world.services).encode()).hexdigest()[:6]
    return f"{world.run.slug}_template_{world.placement}_{digest}"


def clone(server: TestServer, source: PlacementSettings, target: PlacementSettings) -> None:
    """Copy each template database to where ``target`` wants the same services."""
    copies: dict[tuple[str, str], list[ServicePlacement]] = {}
    for name, placed in source.services.items():
        pair = (placed.desired.database, target.of(name).desired.database)
        copies.setdefault(pair, []).append(placed)
    with psycopg.connect(server.url, autocommit=True) as connection:
        for (template, name), services in copies.items():
            _copy(connection, server, template, name)
            _open(connection, name, services)
    for _, name in copies:
        with psycopg.connect(server.url_of(name), row_factory=dict_row) as inside:
            renew_identity(inside)


def _close(server: TestServer, settings: PlacementSettings) -> None:
    """Nobody, autovacuum included, may connect to a template: it could not be copied then."""
    names = {placed.desired.database for placed in settings.services.values()}
    with psycopg.connect(server.url, autocommit=True) as connection:
        for name in sorted(names):
            connection.execute(
                sql.SQL("ALTER DATABASE {name} ALLOW_CONNECTIONS false").format(
                    name=sql.Identifier(name)
                )
            )


def _copy(connection: psycopg.Connection, server: TestServer, template: str, name: str) -> None:
    """Copy files where nothing is synced (a third faster, tried); else through the log."""
    strategy = ""
    if server.origin != "url" and connection.info.server_version >= _STRATEGIES_SINCE:
        strategy = " STRATEGY FILE_COPY"
    connection.execute(
        sql.SQL("CREATE DATABASE {name} TEMPLATE {template}{strategy}").format(
            name=sql.Identifier(name),
            template=sql.Identifier(template),
            strategy=sql.SQL(strategy),
        )
    )


def _open(connection: psycopg.Connection, name: str, services: list[ServicePlacement]) -> None:
    """Privileges on the database itself are not copied with it."""
    database = sql.Identifier(name)
    logins = sql.SQL(", ").join(sql.Identifier(placed.login.user) for placed in services)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {d} FROM PUBLIC").format(d=database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {d} TO {logins}").format(d=database, logins=logins)
    )
