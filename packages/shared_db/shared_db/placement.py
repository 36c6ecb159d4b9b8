"""The desired placement: in which database each service's schema should live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared_db.address import Address, Login, parse_url
from shared_db.embedded_address import running_url
from shared_db.errors import ConfigurationError, UnknownService
from shared_db.service import Service, discover
from shared_db.settings import (
    Placement,
    ProjectVariables,
    ServiceVariables,
    project_folder,
    read_project,
    read_service,
    refuse_unknown_placements,
)


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
    """The desired placement of all installed services."""

    project: str
    folder: Path
    data_dir: Path
    embedded: bool
    shared: Address
    pool_size: int
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


def load_settings(services: Mapping[str, Service] | None = None) -> PlacementSettings:
    """Read the configuration and work out where each service should live.

    Args:
        services: the declarations; by default those of the installed packages.

    Raises:
        ConfigurationError: a variable cannot be used; the message says which and what to write.
    """
    services = discover() if services is None else services
    folder = project_folder()
    project = read_project(folder)
    default = _placement(project.placement, "PLACEMENT")
    refuse_unknown_placements({f"{s.prefix}PLACEMENT" for s in services.values()}, folder)
    shared, provisions = _shared(project)
    placed: dict[str, ServicePlacement] = {}
    for service in services.values():
        own = read_service(service.prefix, folder, project.data_dir)
        placed[service.name] = _place(service, own, project.project, default, shared, provisions)
    return PlacementSettings(
        project=project.project,
        folder=folder,
        data_dir=project.data_dir,
        embedded=not project.database_url,
        shared=shared,
        pool_size=project.pool_size,
        services=placed,
    )


def _placement(value: str, variable: str) -> Placement:
    try:
        return Placement(value.strip().lower())
    except ValueError:
        raise ConfigurationError(
            f"{variable}={value!r} is unknown: write 'schemas' or 'databases'."
        ) from None


def _shared(project: ProjectVariables) -> tuple[Address, tuple[Provision, ...]]:
    """The shared database and, where the configuration tells, who may provision there."""
    url, variable = project.database_url, "DATABASE_URL"
    if not url:
        variable = "the embedded server's URL"
        url = running_url(project.data_dir, project.project) or ""
    if not url:
        raise ConfigurationError(
            "DATABASE_URL is empty and the embedded server does not run: start it with "
            "`shared-db up`, or set DATABASE_URL to a Postgres of yours."
        )
    shared, login = parse_url(url, variable=variable, default_database=project.project)
    if project.provision_database_url:
        return shared, (
            _provision(project.provision_database_url, "PROVISION_DATABASE_URL", shared),
        )
    if login is None:
        return shared, ()
    server = (shared.host, shared.port)
    return shared, (Provision(server, shared.named("postgres"), login),)


def _provision(url: str, variable: str, server: Address) -> Provision:
    address, login = parse_url(url, variable=variable, default_database="postgres")
    if login is None:
        raise ConfigurationError(
            f"{variable} names no user: write postgresql://user:password@host:5432/postgres."
        )
    return Provision((server.host, server.port), address, login)


def _place(
    service: Service,
    own: ServiceVariables,
    project: str,
    default: Placement,
    shared: Address,
    provisions: tuple[Provision, ...],
) -> ServicePlacement:
    placement = default
    if own.placement:
        placement = _placement(own.placement, f"{service.prefix}PLACEMENT")
    role = f"{project}_{service.name}"
    separate, password = _separate(service, own, role, shared)
    if own.provision_database_url:
        variable = f"{service.prefix}PROVISION_DATABASE_URL"
        provisions += (_provision(own.provision_database_url, variable, separate),)
    desired = shared if placement is Placement.SCHEMAS else separate
    candidates = (shared, separate, shared.named(f"{service.name}_db"))
    elsewhere = {c.place: c for c in candidates if c.place != desired.place}
    return ServicePlacement(
        project=project,
        service=service,
        placement=placement,
        desired=desired,
        shared=shared,
        elsewhere=tuple(elsewhere.values()),
        login=Login(role, password),
        owner=f"{role}_owner",
        provisions=provisions,
    )


def _separate(
    service: Service, own: ServiceVariables, role: str, shared: Address
) -> tuple[Address, str]:
    """The database of the service's own, and the password of its role."""
    name = f"{service.name}_db"
    if not own.database_url:
        return shared.named(name), own.database_password
    variable = f"{service.prefix}DATABASE_URL"
    address, login = parse_url(own.database_url, variable=variable, default_database=name)
    if login is None:
        return address, own.database_password
    if login.user != role:
        raise ConfigurationError(
            f"{variable} logs in as {login.user!r}, but the service logs in as {role!r}: leave "
            f"the user out, and put who may create databases into "
            f"{service.prefix}PROVISION_DATABASE_URL."
        )
    return address, login.password or own.database_password
