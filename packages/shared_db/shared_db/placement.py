"""The desired placement: in which database each service's schema should live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared_db.address import Address, Login
from shared_db.errors import ConfigurationError, UnknownService
from shared_db.service import Service
from shared_db.settings import Placement


@dataclass(frozen=True)
class Provision:
    """Who may create databases and roles on a server, and where to reach it for that.

    Args:
        services_reach: host and port of the server as services write them.
        maintenance: the database to connect to while others are created or dropped.
        login: a role with CREATEDB and CREATEROLE, or a superuser.
    """

    services_reach: tuple[str, int]
    maintenance: Address
    login: Login

    def url(self, database: str | None = None) -> str:
        """The URL of a database of that server, as that role."""
        address = self.maintenance.named(database) if database else self.maintenance
        return address.url(self.login)


@dataclass(frozen=True)
class ServicePlacement:
    """Where one service should live, where else it may be found, and who it is there.

    Args:
        project: the project's slug, which marks databases and roles as its own.
        service: the declaration.
        placement: ``schemas`` or ``databases``, as it counts for this service.
        desired: the database that the configuration names.
        shared: the shared database, in which schemas of others may live too.
        elsewhere: the databases in which an earlier configuration may have put it.
        login: the service's own role and password (empty when none is known yet).
        owner: the role that owns schema and tables; it cannot log in.
        provisions: who may create databases and roles, per server; the first is the default.
    """

    project: str
    service: Service
    placement: Placement
    desired: Address
    shared: Address
    elsewhere: tuple[Address, ...]
    login: Login
    owner: str
    provisions: tuple[Provision, ...]

    def provision(self, address: Address) -> Provision:
        """Who may create databases and roles on the server of ``address``.

        Raises:
            ConfigurationError: no login is known for that.
        """
        server = (address.host, address.port)
        for known in self.provisions:
            if known.services_reach == server:
                return known
        if not self.provisions:
            raise ConfigurationError(
                f"Nobody is known who may create databases on {address.host}:{address.port}: set "
                "PROVISION_DATABASE_URL to a role with CREATEDB and CREATEROLE."
            )
        default = self.provisions[0]
        there = address.named(default.maintenance.database)
        return Provision(services_reach=server, maintenance=there, login=default.login)

    @property
    def password_variable(self) -> str:
        """The environment variable of the role's password."""
        return f"{self.service.prefix}DATABASE_PASSWORD"


@dataclass(frozen=True)
class PlacementSettings:
    """The desired placement of all installed services, and what counts for their connections.

    Args:
        pool_size: connections that a process keeps.
        home_poll: seconds between two looks at a service's row in ``homes``.
    """

    project: str
    folder: Path
    data_dir: Path
    embedded: bool
    shared: Address
    pool_size: int
    home_poll: float
    services: Mapping[str, ServicePlacement]

    def of(self, name: str) -> ServicePlacement:
        """The placement of one service.

        Raises:
            UnknownService: no installed service has that name.
        """
        if name not in self.services:
            known = ", ".join(self.services) or "none is installed"
            raise UnknownService(f"There is no service {name!r}; the services: {known}.")
        return self.services[name]
