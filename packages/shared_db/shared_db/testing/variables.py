"""The environment variables that lead a test to its own databases."""

from __future__ import annotations

import base64
import hashlib
import os

import pytest
from dotenv import dotenv_values

from shared_db.settings import project_folder
from shared_db.testing.run import TestRun
from shared_db.testing.world import World

_ENDINGS = ("PLACEMENT", "DATABASE_URL", "DATABASE_PASSWORD", "REPLICA_URL")


def set_variables(patch: pytest.MonkeyPatch, world: World, name: str) -> None:
    """Set placement, addresses, passwords and keys, and void what the developer has set.

    Args:
        patch: undoes it.
        world: the run's slug is the project.
        name: the shared database; a service's own is ``<name>_<service>``.
    """
    run, server = world.run, world.server
    for variable in list(os.environ):
        if variable.upper().endswith(_ENDINGS) and not variable.startswith("TEST_"):
            patch.delenv(variable)
    for variable in dotenv_values(project_folder() / ".env"):
        if variable.upper().endswith("_PLACEMENT"):
            patch.setenv(variable, world.placement)
        elif variable.upper().endswith("_PROVISION_DATABASE_URL"):
            patch.setenv(variable, server.url)
    patch.setenv("PROJECT", run.slug)
    patch.setenv("PLACEMENT", world.placement)
    patch.setenv("DATABASE_URL", server.url_of(name))
    patch.setenv("PROVISION_DATABASE_URL", server.url)
    for service in world.services.values():
        own = _without_login(server.url_of(f"{name}_{service.name}"))
        patch.setenv(f"{service.prefix}DATABASE_URL", own)
        patch.setenv(f"{service.prefix}DATABASE_PASSWORD", _secret(run, service.prefix))
        for secret in service.secrets:
            patch.setenv(secret, _secret(run, secret))


def _without_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _secret(run: TestRun, name: str) -> str:
    """The same in all processes of a run: 32 bytes in URL-safe base64 without padding."""
    digest = hashlib.sha256(f"{run.folder}{run.slug}{name}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
