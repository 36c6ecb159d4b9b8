"""Postgres' client programs of the right version, and running them without showing passwords."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from psycopg.pq import Conninfo

from shared_db.embedded import postgres_program
from shared_db.errors import MoveRefused
from shared_db.move.subject import Side, application_name
from shared_db.priority import give_way

_OWN = frozenset({"application_name", "options", "connect_timeout"})
"""Connection options that the tool gives by itself."""

_PACKAGED = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Programs:
    """Where the programs are."""

    pg_dump: str
    psql: str


def find_programs(newest_server: int) -> Programs:
    """Find pg_dump and psql that are not older than the newest of the servers.

    Args:
        newest_server: its major version.

    Raises:
        MoveRefused: there are none.
    """
    found = {}
    for name in ("pg_dump", "psql"):
        found[name] = _newest(name, newest_server)
    return Programs(**found)


def _newest(name: str, least: int) -> str:
    candidates = [postgres_program(name), shutil.which(name)]
    candidates += [str(path) for path in sorted(_PACKAGED.glob(f"*/bin/{name}"), reverse=True)]
    seen = []
    for path in candidates:
        if path is None:
            continue
        version = _version(path)
        if version >= least:
            return path
        seen.append(f"{path} is {version}")
    raise MoveRefused(
        f"No {name} of PostgreSQL {least} or newer was found ({'; '.join(seen) or 'none at all'}): "
        "install that version's client programs, or set POSTGRES_BIN_DIR to their folder."
    )


def _version(path: str) -> int:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def run_gently(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program that gives way to what serves requests; tell how it ended and what it wrote."""
    with subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            give_way(process.pid)
            output, problem = process.communicate()
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, problem)


def program_environment(side: Side, run_id: object, part: str, options: str = "") -> dict[str, str]:
    """The environment that leads a program to a side; the password is in no argument."""
    address = side.tool
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {
        "PGHOST": address.host,
        "PGPORT": str(address.port),
        "PGDATABASE": address.database,
        "PGUSER": side.login.user,
        "PGAPPNAME": application_name(run_id, part),
        "PGOPTIONS": f"-c search_path= -c row_security=off {options}".strip(),
        "PGCONNECT_TIMEOUT": "5",
    }
    if side.login.password:
        environment["PGPASSWORD"] = side.login.password
    variables = _variables()
    for option, value in address.options:
        if option in variables and option not in _OWN:
            environment[variables[option]] = value
    return environment


def _variables() -> dict[str, str]:
    """The environment variable of each connection option, as libpq names it."""
    known = Conninfo.get_defaults()
    return {each.keyword.decode(): each.envvar.decode() for each in known if each.envvar}
