"""Where services live, asked with the rights of the tools."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psycopg

from shared_db.address import Address
from shared_db.errors import DatabaseUnavailable
from shared_db.homes import (
    READ_HOME,
    Absent,
    Finding,
    Home,
    HomeRow,
    PromotionRefused,
    Unreachable,
    finding_of,
)
from shared_db.placement import ServicePlacement
from shared_db.resolve import resolve
from shared_db.tool_connection import NoSuchDatabase, tool_connection

_PATIENCE = 2.0
_READ_HOME = READ_HOME.replace("$1", "%s")


class ToolHomeReader:
    """Reads a service's homes as the provisioning role.

    Args:
        placement: the service and who may ask.
    """

    def __init__(self, placement: ServicePlacement) -> None:
        self._placement = placement

    async def read(self, address: Address) -> Finding:
        """What the database at ``address`` says about the service's home."""
        return read_home(self._placement, address)

    async def promote(self, address: Address, row: HomeRow) -> None:
        """Make the standby at ``address`` the active home."""
        provision = self._placement.provision(address)
        values = [self._placement.service.name, row.epoch, row.run_id]
        try:
            with tool_connection(provision, address.database) as connection:
                connection.execute("SELECT shared_db.promote(%s, %s, %s)", values)
        except psycopg.DatabaseError as error:
            raise PromotionRefused(str(error).rstrip(".")) from error


def read_home(placement: ServicePlacement, address: Address) -> Finding:
    """What the database at ``address`` says about the service's home."""
    name = placement.service.name
    try:
        with tool_connection(placement.provision(address), address.database) as connection:
            row = connection.execute(_READ_HOME, [name]).fetchone()
    except NoSuchDatabase:
        return Absent("there is no such database")
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.InvalidSchemaName,
    ):
        return Absent("it houses no service of this kind")
    except DatabaseUnavailable as error:
        return Unreachable(str(error).rstrip("."))
    return finding_of(row, name, placement.project)


def find_home(placement: ServicePlacement) -> Home:
    """The service's active home.

    Raises:
        HomeNotFound: there is none yet.
        HomesDisagree, DatabaseUnavailable: it cannot be told.
    """

    def search() -> Home:
        reader = ToolHomeReader(placement)
        return asyncio.run(resolve(placement, reader, patience=_PATIENCE))

    with ThreadPoolExecutor(max_workers=1) as elsewhere:  # the caller may have a loop of its own
        return elsewhere.submit(search).result()
