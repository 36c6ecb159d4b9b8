"""From the environment's variables to the desired placement."""

from __future__ import annotations

from collections.abc import Mapping

from shared_db.address import Address, Login, parse_url
from shared_db.embedded_address import running_url
from shared_db.errors import ConfigurationError
from shared_db.placement import PlacementSettings, Provision, ServicePlacement
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
        home_poll=project.home_poll,
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
