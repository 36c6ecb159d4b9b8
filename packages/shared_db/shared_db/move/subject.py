"""What is moved, and between which two databases."""

from __future__ import annotations

from dataclasses import dataclass, replace

import psycopg
from psycopg.rows import dict_row

from shared_db.address import Address, Login
from shared_db.errors import DatabaseUnavailable
from shared_db.tool_connection import ToolConnection

FOREIGN = "-"
"""The project of databases that hold a schema which no project of ours has provisioned."""

_CONNECT_TIMEOUT = 5


@dataclass(frozen=True)
class Subject:
    """A schema that moves as a whole.

    Args:
        name: the service's name, or the schema's where no service is declared.
        schema: the schema; it keeps its name wherever it goes.
        roles: the login roles that use it; the fence takes their privileges away.
        owner: the role that owns schema and tables.
        project: whose databases these are.
    """

    name: str
    schema: str
    roles: tuple[str, ...]
    owner: str
    project: str

    def command(self, step: str, *options: str) -> str:
        """How to run a step for it, as sentences name it; ``…`` stands for the same options."""
        named = f"--schema {self.schema} …" if self.project == FOREIGN else self.name
        return f"`{' '.join(('shared-db move', step, named, *options))}`"


@dataclass(frozen=True)
class Side:
    """One of the two databases of a move.

    Args:
        address: where services reach it, perhaps through a pooler.
        tool: where this tool reaches it, never through a pooler.
        login: the role that provisions and replicates there.
        link: where the other side's server reaches it.
    """

    address: Address
    tool: Address
    login: Login
    link: Address

    @property
    def url(self) -> str:
        """The tool's URL."""
        return self.tool.url(self.login)


def maintenance(side: Side) -> Side:
    """The maintenance database of the same server, from which others are made and dropped."""
    return replace(side, tool=side.tool.named("postgres"))


def application_name(run_id: object, part: str = "tool") -> str:
    """How connections of a run are named, so that a later command finds its orphans."""
    return f"shared-db-move/{part}/{run_id}"[:63]


def connect(side: Side, run_id: object = "-", *, part: str = "tool") -> ToolConnection:
    """Open a connection of the tool, in autocommit, with an empty search path.

    Args:
        side: the database.
        run_id: the run to which the connection belongs.
        part: what it is for.

    Raises:
        DatabaseUnavailable: nobody answers there, or the login is refused.
    """
    try:
        return psycopg.connect(
            side.url,
            connect_timeout=_CONNECT_TIMEOUT,
            application_name=application_name(run_id, part),
            autocommit=True,
            row_factory=dict_row,
            options="-c search_path= -c client_connection_check_interval=1000",
        )
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"{side.tool} cannot be reached as {side.login.user} "
            f"({' '.join(str(error).split())}): start that server or correct its URL."
        ) from error
