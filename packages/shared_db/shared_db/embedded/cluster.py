"""The data folder: made whole or not at all, and refused when it is another version's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from shared_db.embedded.configuration import INCLUDE
from shared_db.embedded.environment import program_environment
from shared_db.embedded.site import Site
from shared_db.embedded_address import SUPERUSER
from shared_db.errors import ServerError

_LAST_LINES = 6
_OWN_LOCALES_SINCE = 17


def create_cluster(site: Site, major: int, password: str, *, durable: bool, lock: int) -> None:
    """Run initdb beside the final place and rename, so that half a data folder is never found.

    Args:
        site: where, with what and as whom.
        major: the version of the programs.
        password: the superuser's.
        durable: whether to wait until all files are on disk.
        lock: the descriptor of the lock, which initdb holds too: if this process is killed, the
            next start waits until initdb has ended before it clears the remains.

    Raises:
        ServerError: initdb failed; the message has its last words.
        OSError: the folder cannot be written.
    """
    new = site.data.with_name("data.new")
    password_file = site.data.with_name("password.new")
    if new.exists():
        shutil.rmtree(new)
    password_file.unlink(missing_ok=True)
    new.mkdir(mode=0o700)
    site.account.own(new)
    try:
        opened = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.write(f"{password}\n")
        site.account.own(password_file)
        arguments = [*_arguments(new, password_file, major), *([] if durable else ["--no-sync"])]
        _run(site, arguments, "", lock)
    finally:
        password_file.unlink(missing_ok=True)
    with (new / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(INCLUDE)
    new.rename(site.data)
    _sync(site.data.parent)


def refuse_other_version(site: Site, major: int) -> None:
    """Raise ServerError when the data are of another major version than the programs."""
    found = (site.data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if found != str(major):
        raise ServerError(
            f"{site.data} holds data of Postgres {found}, the installed server is Postgres "
            f"{major}: dump them with pg_dumpall of Postgres {found} and load them into a new "
            "server, or move that folder away to begin with an empty one."
        )


def set_password(site: Site, password: str) -> None:
    """Give the superuser another password while the server is down (single-user mode).

    Raises:
        ServerError: Postgres refused.
    """
    _run(
        site,
        ["postgres", "--single", "-D", str(site.data), "-c", "log_statement=none", "postgres"],
        f"ALTER ROLE {SUPERUSER} PASSWORD '{password.replace(chr(39), chr(39) * 2)}'\n",
    )


def _arguments(new: Path, password_file: Path, major: int) -> list[str]:
    """Text sorts by code point in every version; the locale of the system plays no part."""
    own_locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [
        "initdb",
        f"--pgdata={new}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        *(own_locale if major >= _OWN_LOCALES_SINCE else []),
        "--data-checksums",
        "--no-instructions",
    ]


def _run(site: Site, arguments: list[str], text: str, *descriptors: int) -> None:
    program = site.binaries.program(arguments[0])
    done = subprocess.run(  # noqa: S603
        [program, *arguments[1:]],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env=program_environment(),
        pass_fds=descriptors,
        **site.account.run_as(),
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-_LAST_LINES:])
        raise ServerError(
            f"{arguments[0]} failed for {site.data.parent}; its last lines say why:\n{last}"
        )


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
