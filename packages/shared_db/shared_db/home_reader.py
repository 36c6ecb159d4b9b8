"""Asking databases about a service's home over asyncpg, logged in as the service's own role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared_db.address import Address, Login
from shared_db.errors import ConfigurationError, DatabaseUnavailable
from shared_db.homes import (
    LOCK_HOME_SHARED,
    READ_HOME,
    Absent,
    Finding,
    HomeRow,
    PromotionRefused,
    Unreachable,
    finding_of,
)
from shared_db.placement import ServicePlacement

_CONNECT_TIMEOUT = 5.0
_LOCK_TIMEOUT = "5s"

_NOT_THERE = (
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedFunctionError,
    asyncpg.InsufficientPrivilegeError,
)


async def connect(address: Address, login: Login, *, application_name: str) -> asyncpg.Connection:
    """Open one connection as that role.

    Args:
        address: the database.
        login: the role and its password.
        application_name: ``<service>/<instance>``, by which operators recognise the process.
    """
    connection: asyncpg.Connection = await asyncpg.connect(
        address.url(login),
        timeout=_CONNECT_TIMEOUT,
        server_settings={"application_name": application_name},
    )
    return connection


class ServiceHomeReader:
    """Reads and promotes one service's home.

    Args:
        placement: the service, its role and its password.
        application_name: how the connections are named.

    Raises:
        ConfigurationError: the role's password is not known.
    """

    def __init__(self, placement: ServicePlacement, *, application_name: str) -> None:
        if not placement.login.password:
            raise ConfigurationError(
                f"{placement.password_variable} is missing: set it, or run `shared-db apply`, "
                "which generates it into the file of secrets."
            )
        self._placement = placement
        self._application_name = application_name

    async def read(self, address: Address) -> Finding:
        """What ``shared_db.homes`` in that database says about the service.

        The service's advisory lock is taken shared first: the fence takes it exclusively, so
        a row is never read while a cutover is between fence and COMMIT. A server that refuses the
        role may simply not have it yet, so that is a finding, not the end of the search.
        """
        name = self._placement.service.name
        try:
            async with self._connection(address) as connection, connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
                await connection.execute(LOCK_HOME_SHARED, name)
                row = await connection.fetchrow(READ_HOME, name)
        except _NOT_THERE as error:
            return Absent(str(error))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, DatabaseUnavailable) as error:
            return Unreachable(str(error).rstrip("."))
        except OSError as error:  # TimeoutError is one
            return Unreachable(_reason(error))
        return finding_of(row, name, self._placement.project)

    async def promote(self, address: Address, row: HomeRow) -> None:
        """Make the standby row the active home; somebody else's promotion is as good.

        Raises:
            PromotionRefused: not now, for instance because the marker has not arrived.
        """
        values = (self._placement.service.name, row.epoch, row.run_id)
        try:
            async with self._connection(address) as connection:
                await connection.execute("SELECT shared_db.promote($1, $2, $3)", *values)
        except (asyncpg.PostgresError, DatabaseUnavailable) as error:
            raise PromotionRefused(str(error).rstrip(".")) from error
        except (asyncpg.InterfaceError, OSError) as error:
            raise PromotionRefused(f"{address} does not answer") from error

    @asynccontextmanager
    async def _connection(self, address: Address) -> AsyncIterator[asyncpg.Connection]:
        try:
            connection = await connect(
                address, self._placement.login, application_name=self._application_name
            )
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise DatabaseUnavailable(
                f"{address} refused the role {self._placement.login.user} ({error}): put its "
                f"password into {self._placement.password_variable}, or run `shared-db apply`, "
                "which creates the role."
            ) from error
        try:
            yield connection
        finally:
            await connection.close(timeout=_CONNECT_TIMEOUT)


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {_CONNECT_TIMEOUT:.0f} seconds"
    return error.strerror or str(error)
