"""Where the data and the programs are, so that the server's account can reach both.

Usually inside the folder of the project's state. Root's projects often lie under a home that no
other account may enter; rights of foreign folders are never changed, so the data (and a copy of
the programs, if they are out of reach too) go to a folder outside, which a file names.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from shared_db.embedded.account import Account, account_for
from shared_db.embedded.binaries import Binaries, copy_binaries
from shared_db.embedded_address import data_folder, pointer_file
from shared_db.errors import ServerError

_LONGEST = 900
"""Postgres keeps paths in 1024 bytes, its own file names included."""

_BACK = "belongs-to"


@dataclass(frozen=True)
class Site:
    """What the server runs on, with what, as whom."""

    data: Path
    binaries: Binaries
    account: Account


def settle(folder: Path, binaries: Binaries, outside: Path | None = None) -> Site:
    """Find the place of the data, or choose it when there are none yet.

    Args:
        folder: the embedded server's folder; it exists.
        binaries: the programs as they are installed.
        outside: the folder for what cannot be inside, by default one of the system's.

    Raises:
        ServerError: existing data cannot be reached or belong to another project.
    """
    place = _place(folder, outside)
    data = data_folder(folder)
    account = account_for(data)
    if pointer_file(folder).is_file():
        _refuse_foreign(folder, data.parent)
    elif not account.may_reach(folder) or len(os.fsencode(data)) > _LONGEST:
        if data.exists():
            raise ServerError(
                f"The account {account.name}, which owns {data}, cannot reach it: let others "
                "traverse the folders above it, or move the project."
            )
        _prepare(place)
        (place / _BACK).write_text(f"{folder}\n", encoding="utf-8")
        pointer_file(folder).write_text(f"{place}\n", encoding="utf-8")
        data = data_folder(folder)
    if not binaries.is_usable or not account.may_reach(binaries.bin_dir):
        _prepare(place)
        binaries = copy_binaries(binaries, place / "programs", account)
    return Site(data, binaries, account)


def remove(folder: Path, outside: Path | None = None) -> None:
    """Delete everything of a stopped server: the data first, then what says where they are."""
    data = data_folder(folder)
    for path in (data, data.parent, _place(folder, outside), folder):
        if path.is_dir():
            shutil.rmtree(path)


def _place(folder: Path, outside: Path | None) -> Path:
    return (outside or _system_folder()) / _name(folder)


def _system_folder() -> Path:
    """``/var/lib`` for root; systems clean ``/var/tmp`` of files that are some weeks old."""
    lasting = Path("/var/lib")
    return lasting if os.access(lasting, os.W_OK) else Path("/var/tmp")  # noqa: S108


def _name(folder: Path) -> str:
    project = folder.resolve().parent.parent
    slug = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-")[:30] or "project"
    return f"{slug}-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]}"


def _prepare(place: Path) -> None:
    """Make the folder outside, or see that it is ours: others may write beside it."""
    try:
        place.mkdir(mode=0o755)
    except FileExistsError:
        known = place.lstat()
        if not stat.S_ISDIR(known.st_mode) or known.st_uid != os.geteuid():
            raise ServerError(
                f"{place} is needed for the embedded server but belongs to another account: "
                "remove it, or move the project to another folder."
            ) from None
    except OSError as error:
        raise ServerError(
            f"{place} cannot be created ({error.strerror}): move the project to a folder that "
            "the server's account can reach."
        ) from error
    place.chmod(0o755)


def _refuse_foreign(folder: Path, place: Path) -> None:
    try:
        owner = Path((place / _BACK).read_text(encoding="utf-8").strip())
    except OSError as error:
        raise ServerError(
            f"{pointer_file(folder)} says that the data are in {place}, where they are not: put "
            "them back, or delete that file to begin with an empty server."
        ) from error
    if owner == folder:
        return
    if pointer_file(owner).exists():
        raise ServerError(
            f"The data in {place} belong to {owner}, of which {folder} is a copy: delete "
            f"{pointer_file(folder)} to begin with an empty server."
        )
    (place / _BACK).write_text(f"{folder}\n", encoding="utf-8")
