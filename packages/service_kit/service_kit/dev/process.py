"""One service as a child process of the supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
from shared_db import Service

from service_kit.addresses import port_of
from service_kit.supervision import SUPERVISOR_PIPE

STOP_PATIENCE = 15.0
_POLL = 0.05

_LEAN_MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "262144",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""glibc gives back at once what password hashing took, 19 MiB each (mallopt(3)).

It asks the kernel for huge pages: hashing would else meet 4,865 page faults each time, which take
half as much CPU again as the hash itself (glibc manual, Memory Allocation Tunables).
"""


class ServiceProcess:
    """Starts, watches and stops one service.

    Args:
        service: its declaration.
        environment: all its variables.
        pipe: a file descriptor whose other end the supervisor keeps open.
        log: the file that gets its output.
        show: gets every line of its output too.
    """

    def __init__(
        self,
        service: Service,
        environment: Mapping[str, str],
        pipe: int,
        log: Path,
        show: Callable[[str, str], None],
    ) -> None:
        self.service = service
        self._environment = {
            **_LEAN_MEMORY,
            **environment,
            SUPERVISOR_PIPE: str(pipe),
            "PYTHONUNBUFFERED": "1",
        }
        self._pipe = pipe
        self._log = log
        self._show = show
        self._process: asyncio.subprocess.Process | None = None
        self._output: asyncio.Task[None] | None = None
        self.stopping = False

    async def start(self) -> None:
        """Start the process; it is not ready yet."""
        self.stopping = False
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "service_kit.serve",
            self.service.name,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(self._pipe,),
            start_new_session=True,
        )
        self._output = asyncio.create_task(self._copy(self._process))

    async def stop(self) -> None:
        """End the process and whatever it started: with grace, then by force."""
        process = self._process
        if process is None:
            return
        self.stopping = True
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_PATIENCE)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if self._output is not None:
            await self._output

    async def wait(self) -> int:
        """Wait for the process' end; its exit code."""
        if self._process is None:
            return 0
        return await self._process.wait()

    async def ready(self) -> bool:
        """Wait until it serves; False when it ended instead."""
        if self._process is None:
            return False
        url = f"http://127.0.0.1:{port_of(self.service)}/readyz"
        async with httpx.AsyncClient(timeout=2.0) as client:
            while self._process.returncode is None:
                try:
                    if (await client.get(url)).status_code == 200:
                        return True
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(_POLL)
        return False

    async def _copy(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        with self._log.open("ab") as file:
            while line := await _line(process.stdout):
                file.write(line)
                file.flush()
                self._show(self.service.name, line.decode("utf-8", "replace").rstrip("\n"))


async def _line(stream: asyncio.StreamReader) -> bytes:
    """The next line; a line without end is given in parts."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await stream.readexactly(error.consumed)
