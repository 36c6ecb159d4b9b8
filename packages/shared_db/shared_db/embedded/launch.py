"""Starting the postmaster and waiting until it accepts connections."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

from shared_db.embedded.configuration import fixed_arguments
from shared_db.embedded.environment import program_environment
from shared_db.embedded.log import lines_since, rotate
from shared_db.embedded.site import Site
from shared_db.embedded_address import HOST, Running, read_pid_file
from shared_db.errors import ServerError

START_TIMEOUT = 120.0
"""Seconds; a server that crashed replays its log first."""

_PAUSE = 0.004


class PortTaken(Exception):
    """Somebody else took the port between the look at it and the start."""


def launch(site: Site, log: Path, port: int) -> Running:
    """Start the server and return when it accepts connections.

    It gets a session of its own, so that Ctrl-C in a terminal does not reach it, and holds no
    file of the caller's open.

    Raises:
        PortTaken: try another port.
        ServerError: it ended, or was not ready in time; the message has the log's last lines.
    """
    start = rotate(log)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            [site.binaries.program("postgres"), "-D", str(site.data), *fixed_arguments(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=site.data,
            env=program_environment(),
            start_new_session=True,
            **site.account.run_as(),
        )
    try:
        _wait(process, site.data, port)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode is None:
        threading.Thread(target=process.wait, name="embedded-postgres", daemon=True).start()
        return Running(process.pid, HOST, port)
    words = lines_since(log, start)
    if "Address already in use" in words:
        raise PortTaken
    raise ServerError(
        f"The embedded server did not start; the last lines of {log} say why:\n{words}"
    )


def wait_for_other(data: Path) -> Running | None:
    """Wait for a server that somebody else has started; None when it ends instead."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        known = read_pid_file(data)
        if known is None:
            return None
        if known.ready and known.port is not None:
            return Running(known.pid, HOST, known.port)
        time.sleep(_PAUSE)
    return None


def _wait(process: subprocess.Popen[bytes], data: Path, port: int) -> None:
    """Return when the server is ready or has ended."""
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None:
        known = read_pid_file(data)
        if known is not None and known.ready and (known.pid, known.port) == (process.pid, port):
            return
        if time.monotonic() > deadline:
            raise ServerError(
                f"The embedded server was not ready within {START_TIMEOUT:.0f} seconds and was "
                f"ended: look into its log beside {data} and start again."
            )
        time.sleep(_PAUSE)
