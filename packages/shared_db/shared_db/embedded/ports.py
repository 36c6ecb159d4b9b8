"""The server's port: chosen once and kept, so that addresses written down stay true."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from shared_db.embedded_address import HOST

_FIRST, _COUNT = 15432, 10_000
"""Below the ports that Linux and macOS hand to outgoing connections."""


def candidates(file: Path) -> Iterator[int]:
    """Free ports to try, the kept one first."""
    kept = _kept(file)
    if kept is not None and is_free(kept):
        yield kept
    while True:
        port = _FIRST + secrets.randbelow(_COUNT)
        if is_free(port):
            yield port


def keep(file: Path, port: int) -> None:
    """Remember the port for the next start."""
    if _kept(file) != port:
        file.write_text(f"{port}\n", encoding="utf-8")


def is_free(port: int) -> bool:
    """Whether a server could listen there; connections that linger from the last one are fine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def _kept(file: Path) -> int | None:
    try:
        port = int(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return port if 1024 <= port <= 65535 else None
