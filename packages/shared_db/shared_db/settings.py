"""The environment variables of this package, read from the environment and from files."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared_db.errors import ConfigurationError

DEFAULT_PROJECT = "outgrow"
SECRETS_FILE = "secrets.env"

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,19}")
Variables = TypeVar("Variables", bound=BaseSettings)
_CONFIG = SettingsConfigDict(extra="ignore", env_ignore_empty=True, case_sensitive=False)


class Placement(StrEnum):
    """Where a service's schema should live."""

    SCHEMAS = "schemas"
    DATABASES = "databases"


class ProjectVariables(BaseSettings):
    """Variables that count for the whole project; the names are those of the fields."""

    model_config = _CONFIG

    placement: str = Placement.SCHEMAS
    project: str = DEFAULT_PROJECT
    data_dir: Path = Path(".data")
    database_url: str = ""
    provision_database_url: str = ""
    pool_size: int = Field(default=5, ge=1)
    home_poll: float = Field(default=1.0, gt=0)


class ServiceVariables(BaseSettings):
    """Variables of one service; each name carries the service's prefix, as ``PAYMENTS_``."""

    model_config = _CONFIG

    placement: str = ""
    database_url: str = ""
    database_password: str = ""
    provision_database_url: str = ""


def project_folder(start: Path | None = None) -> Path:
    """The nearest folder, upwards from here, that holds ``.env`` or ``.data``; else this one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / ".env").is_file() or (folder / ".data").is_dir():
            return folder
        if _names_this_tool(folder / "pyproject.toml"):
            return folder
    return here


def _names_this_tool(file: Path) -> bool:
    return file.is_file() and "[tool.shared-db]" in file.read_text(encoding="utf-8")


def read_project(folder: Path) -> ProjectVariables:
    """Read the project's variables; a relative ``DATA_DIR`` counts from ``folder``.

    Raises:
        ConfigurationError: a value cannot be used; the message names the variable.
    """
    variables = _read(ProjectVariables, prefix="", files=(folder / ".env",))
    if not _SLUG.fullmatch(variables.project):
        raise ConfigurationError(
            f"PROJECT={variables.project!r} cannot name roles: use lower-case letters, digits "
            "and '_', a letter first, 20 characters at most."
        )
    return variables.model_copy(update={"data_dir": folder / variables.data_dir})


def read_service(prefix: str, folder: Path, data_dir: Path) -> ServiceVariables:
    """Read one service's variables; ``.env`` wins over the generated secrets."""
    return _read(ServiceVariables, prefix=prefix, files=(data_dir / SECRETS_FILE, folder / ".env"))


def refuse_unknown_placements(known: set[str], folder: Path) -> None:
    """Find per-service switches of services that do not exist, most often a typing error.

    Raises:
        ConfigurationError: names the variable and those that would count.
    """
    given = {name.upper() for name in (*os.environ, *_names_in(folder / ".env"))}
    unknown = {n for n in given if n.endswith("_PLACEMENT") and n.strip()} - known
    if unknown:
        raise ConfigurationError(
            f"{min(unknown)} names no installed service; "
            f"these count: PLACEMENT, {', '.join(sorted(known))}."
        )


def _names_in(file: Path) -> tuple[str, ...]:
    try:
        return tuple(dotenv_values(file))
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError | UnicodeDecodeError) -> ConfigurationError:
    reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
    return ConfigurationError(f"{file} cannot be read ({reason}): correct or remove it.")


def _read(kind: type[Variables], *, prefix: str, files: tuple[Path, ...]) -> Variables:
    source: dict[str, Any] = {"_env_prefix": prefix, "_env_file": files}
    try:
        return kind(**source)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(files[-1], error) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{prefix}{first['loc'][0]}".upper()
        raise ConfigurationError(f"{name} cannot be used: {first['msg']}.") from error
