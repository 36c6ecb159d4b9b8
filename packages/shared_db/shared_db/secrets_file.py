"""The file of generated passwords and keys: ``NAME=value`` lines, for the owner's eyes alone."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from shared_db.errors import ConfigurationError

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read(path: Path) -> dict[str, str]:
    """The values in the file, none when there is no such file.

    Raises:
        ConfigurationError: it cannot be read, or a line is no ``NAME=value``; the message gives
            the line's number, never its text.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read ({_reason(error)}): run as the account that owns it."
        ) from error
    return _parse(path, text)


def ensure(path: Path, names: Iterable[str]) -> dict[str, str]:
    """Add what is missing, 32 random bytes each in URL-safe base64, and return all values.

    Values that exist are never changed, an empty one counts as missing. The file is replaced as a
    whole, so that a reader never sees half of it, and two processes at once agree on the values.

    Args:
        path: the file; its folder is created if need be.
        names: the environment variables that must have a value.

    Raises:
        ConfigurationError: the file cannot be read or written, or others may read it and this
            account cannot change that.
    """
    try:
        ensure_state_folder(path.parent)
        with path.with_name(f".{path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _hide(path)
            values = read(path)
            missing = [name for name in dict.fromkeys(names) if not values.get(name)]
            if missing:
                added = {name: secrets.token_urlsafe(_BYTES) for name in missing}
                _append(path, added)
                values |= added
            return values
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({_reason(error)}): make its folder writable, or set "
            "DATA_DIR to another one."
        ) from error


def _parse(path: Path, text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        found = _LINE.fullmatch(stripped)
        if found is None:
            raise ConfigurationError(
                f"Line {number} of {path} is no NAME=value: correct or delete that line."
            )
        value = found[2].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[found[1]] = value
    return values


def ensure_state_folder(folder: Path) -> None:
    """Create the project's state folder, with a ``.gitignore`` that covers everything in it."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _hide(path: Path) -> None:
    """Take the file from group and others; who could read it before keeps what was read."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not mode & _OTHERS:
        return
    try:
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise ConfigurationError(
            f"{path} can be read by others and this account cannot change that "
            f"({_reason(error)}): run `chmod 600` on it as its owner."
        ) from error


def _append(path: Path, added: dict[str, str]) -> None:
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if old and not old.endswith("\n"):
        old += "\n"
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(old + "".join(f"{name}={value}\n" for name, value in added.items()))
        file.flush()
        os.fsync(file.fileno())
        _keep_owner(path, file.fileno())
    new.replace(path)


def _keep_owner(path: Path, descriptor: int) -> None:
    """A file that root rewrites stays its owner's."""
    if os.geteuid() == 0 and path.exists():
        known = path.stat()
        os.fchown(descriptor, known.st_uid, known.st_gid)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8"
