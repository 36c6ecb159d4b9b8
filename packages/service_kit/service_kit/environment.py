"""Single variables whose names are known only when the program runs."""

from __future__ import annotations

import os

from dotenv import dotenv_values
from shared_db import ConfigurationError

from service_kit.settings import environment_files


def variable(name: str) -> str:
    """The value of an environment variable, also from ``.env`` and the generated secrets.

    Raises:
        ConfigurationError: it is set nowhere.
    """
    if os.environ.get(name):
        return os.environ[name]
    for file in reversed(environment_files()):
        value = dotenv_values(file).get(name)
        if value:
            return value
    raise ConfigurationError(f"{name} is missing: set it, or start with `make up`, which makes it.")
