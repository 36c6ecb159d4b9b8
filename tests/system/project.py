"""A throwaway project folder whose services run as processes, as `make up` starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
from forked_program import ForkedProgram, read_ahead
from service_kit.dev.state import StateFolder
from shared_db import discover

ROOT = Path(__file__).resolve().parents[2]
RUNNER = (sys.executable, "-m", "service_kit.dev")

_PATIENCE = 120.0

read_ahead("shared_db.cli.app", "shared_db.cli.placement", "shared_db.reconcile.execution")
read_ahead("service_kit.dev.commands")
read_ahead("service_kit", "service_kit.serve", "auth_service.app", "auth_service.__main__")


class RunningProject:
    """A folder with an `.env` of its own, free ports, and the commands run in it.

    Args:
        folder: an empty folder.
        variables: what its `.env` holds.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.state = StateFolder(folder / ".data" / "run")
        self.ports = free_ports(list(discover()))
        lines = [f"{name}={value}" for name, value in variables.items()]
        (folder / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")
        clean = ("_PLACEMENT", "_DATABASE_URL", "_PASSWORD", "_URL", "_PORT", "_SECRET")
        kept = {k: v for k, v in os.environ.items() if not k.endswith(clean)}
        for name in ("PLACEMENT", "DATABASE_URL", "PROJECT", "DATA_DIR"):
            kept.pop(name, None)
        self.environment = {
            **kept,
            "COLUMNS": "200",
            **{f"{name.upper()}_PORT": str(port) for name, port in self.ports.items()},
        }

    def set(self, name: str, value: str) -> None:
        """Add a variable to `.env`."""
        with (self.folder / ".env").open("a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder and return its output; standard error is joined in."""
        finished = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        return _held_to(finished, check=check)

    def program(
        self, module: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run the ``main`` of a module likewise, without reading its code anew."""
        begun = ForkedProgram(module, arguments, self.environment, folder=self.folder, joined=True)
        code = begun.wait(_PATIENCE)
        finished = subprocess.CompletedProcess([module, *arguments], code, begun.output)
        return _held_to(finished, check=check)

    def runner(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the development runner."""
        return self.program("service_kit.dev", *arguments, check=check)

    def shared_db(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `shared-db`."""
        return self.program("shared_db.cli", *arguments, check=check)

    def auth(self, *arguments: str) -> None:
        """Run an operator's command of auth."""
        self.program("auth_service.__main__", *arguments)

    def journey(self) -> subprocess.CompletedProcess[str]:
        """Walk the journey of `make demo` against the running services."""
        return self.run(sys.executable, str(ROOT / "tests" / "journey" / "demo.py"))

    def background(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the runner and do not wait for it."""
        return subprocess.Popen(
            [*RUNNER, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def foreground(self) -> subprocess.Popen[str]:
        """Start the runner in the foreground, as a terminal would."""
        return subprocess.Popen(
            [*RUNNER, "up"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def processes(self) -> list[psutil.Process]:
        """The service processes of the running supervisor."""
        state = self.state.read()
        children = psutil.Process(state.pid).children() if state else []
        return [child for child in children if is_service(child)]

    def remains(self) -> list[str]:
        """Command lines of processes that still run in this folder, and ports still taken."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.cwd().startswith(str(self.folder)):
                    found.append(" ".join(process.cmdline()))
            except (psutil.Error, OSError):
                continue
        return found + [name for name, port in self.ports.items() if answers(port)]

    def kill(self) -> None:
        """Leave nothing behind, whatever a test did."""
        self.runner("down", check=False)
        self.shared_db("down", check=False)
        for process in psutil.process_iter():
            try:
                if process.cwd().startswith(str(self.folder)):
                    process.send_signal(signal.SIGKILL)
            except (psutil.Error, OSError):
                continue


def _held_to(
    finished: subprocess.CompletedProcess[str], *, check: bool
) -> subprocess.CompletedProcess[str]:
    if check and finished.returncode:
        shown = " ".join(finished.args)[:200]
        raise AssertionError(f"{shown} ended with {finished.returncode}:\n{finished.stdout}")
    return finished


def is_service(process: psutil.Process) -> bool:
    """Whether it runs a service; one that has ended and waits to be reaped does not."""
    try:
        return "service_kit.serve" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def free_ports(names: list[str]) -> dict[str, int]:
    """A free port for each name, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(names, ports, strict=True))


def answers(port: int) -> bool:
    """Whether somebody listens on the port of the loopback address."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
