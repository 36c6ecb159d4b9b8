"""pgcopydb, where it is installed and takes these servers."""

from __future__ import annotations

import os
import re
import shutil

from tests.performance.move.contender import Ground, program, run
from tests.performance.move.errors import Unavailable

_FOLDER = "pgcopydb"


class PgCopyDb:
    """``pgcopydb clone``, with the same pg_dump and pg_restore as the others."""

    name = "pgcopydb"
    how = "pgcopydb clone with as many table jobs and index jobs"

    def copy(self, ground: Ground) -> None:
        """Clone the database, which holds nothing but the schema."""
        found = shutil.which("pgcopydb")
        if found is None:
            raise Unavailable("pgcopydb is not installed")
        jobs = str(ground.jobs)
        environment = {**os.environ, "PG_CONFIG": program("pg_config")}
        command = [found, "clone", "--source", ground.source_url, "--target", ground.target_url]
        command += ["--table-jobs", jobs, "--index-jobs", jobs, "--skip-large-objects"]
        try:
            run([*command, "--dir", str(ground.scratch / _FOLDER)], environment)
        except Unavailable as error:
            raise Unavailable(f"{version()}: {_without_passwords(str(error))}") from error

    def clean(self, ground: Ground) -> None:
        """Remove its folder."""
        shutil.rmtree(ground.scratch / _FOLDER, ignore_errors=True)


def version() -> str:
    """What is installed, empty when nothing is."""
    found = shutil.which("pgcopydb")
    return run([found, "--version"]).splitlines()[-3] if found else ""


def _without_passwords(text: str) -> str:
    return re.sub(r"(postgres(?:ql)?://[^:/@ ]+):[^@ ]+@", r"\1:…@", text)
