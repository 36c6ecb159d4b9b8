"""The Alembic configuration, the same as ``alembic.ini`` gives to the ``alembic`` command."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TextIO

from alembic.config import Config

from shared_db.service import Service


def alembic_config(services: Iterable[Service], *, output: TextIO | None = None) -> Config:
    """A configuration whose branches are those of the given services.

    Args:
        services: the declarations.
        output: where Alembic prints; nowhere by default.
    """
    config = Config(stdout=output or io.StringIO())
    config.set_main_option("script_location", "shared_db:migrations")
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(s.migrations for s in services))
    return config
