"""As which account the server runs: Postgres refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_db.errors import ServerError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether it is not the account that this process runs as."""
        return self.uid != os.geteuid()

    def run_as(self) -> dict[str, Any]:
        """The arguments of ``subprocess`` that start a program as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Make this account the owner of one file or folder that was made for it."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def may_reach(self, path: Path) -> bool:
        """Whether all folders down to ``path`` (itself too, if it exists) let it through."""
        if not self.is_other:
            return True
        real = path.resolve()
        return all(self._may_enter(folder) for folder in (*reversed(real.parents), real))

    def _may_enter(self, folder: Path) -> bool:
        try:
            known = folder.stat()
        except FileNotFoundError:
            return True
        if known.st_uid == self.uid:
            return bool(known.st_mode & stat.S_IXUSR)
        if known.st_gid == self.gid:
            return bool(known.st_mode & stat.S_IXGRP)
        return bool(known.st_mode & stat.S_IXOTH)


def account_for(data: Path) -> Account:
    """The account that runs the server on ``data``: their owner, or who should become it.

    An ordinary user runs it as itself. Root hands it to the owner of existing data, else to
    ``postgres`` or ``nobody``; no account is ever created.

    Raises:
        ServerError: the data belong to an account that this process cannot act for.
    """
    me = os.geteuid()
    try:
        known = data.stat()
    except FileNotFoundError:
        return _unprivileged() if me == 0 else _named(me, os.getegid())
    except PermissionError as error:
        raise _not_ours(data) from error
    if me == 0 and known.st_uid != 0:
        return _named(known.st_uid, known.st_gid)
    if known.st_uid != me or me == 0:
        raise _not_ours(data)
    return _named(me, os.getegid())


def _not_ours(data: Path) -> ServerError:
    return ServerError(
        f"The data in {data} belong to an account that the server cannot run as from here: run "
        "as their owner, or set DATA_DIR to another folder."
    )


def _unprivileged() -> Account:
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "Postgres refuses to run as root, and there is neither an account 'postgres' nor "
        "'nobody': run as an ordinary user."
    )


def _named(uid: int, gid: int) -> Account:
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Account(name, uid, gid)
