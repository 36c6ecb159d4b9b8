"""The passwords of the services' roles: given by the operator, or generated once and kept."""

from __future__ import annotations

from collections.abc import Mapping

from shared_db.secrets_file import ensure
from shared_db.service import Service, discover
from shared_db.settings import SECRETS_FILE, project_folder, read_project, read_service


def ensure_passwords(services: Mapping[str, Service] | None = None) -> tuple[str, ...]:
    """Generate the passwords that neither the environment nor a file gives.

    Returns:
        The variables that were generated into the file of secrets.

    Raises:
        ConfigurationError: that file cannot be read or written.
    """
    folder = project_folder()
    data_dir = read_project(folder).data_dir
    missing = tuple(
        f"{service.prefix}DATABASE_PASSWORD"
        for service in (services or discover()).values()
        if not read_service(service.prefix, folder, data_dir).database_password
    )
    if missing:
        ensure(data_dir / SECRETS_FILE, missing)
    return missing
