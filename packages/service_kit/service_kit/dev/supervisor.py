"""Keeps all services running: restarts them when code changes, ends them all at the end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import watchfiles
from shared_db import Service, SharedDbError

from service_kit.dev.process import ServiceProcess
from service_kit.dev.state import StateFolder

READY_PATIENCE = 60.0
_SHARED_PACKAGES = ("service_kit", "shared_db")

Show = Callable[[str, str], None]


class Supervisor:
    """Runs the services of a project until it is told to stop.

    Args:
        services: the declarations.
        environment: the variables of all services.
        folder: where logs go.
        show: gets every line of output.
        reload: start services again when their code changes.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        environment: Mapping[str, str],
        folder: StateFolder,
        show: Show,
        *,
        reload: bool = True,
    ) -> None:
        self._reload = reload
        self._show = show
        self._held, self._given = os.pipe()  # services see the end when this process is gone
        os.set_inheritable(self._given, False)
        self._processes = {
            name: ServiceProcess(service, environment, self._held, folder.log(name), show)
            for name, service in services.items()
        }
        self._stop = asyncio.Event()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Start everything, say when it is ready, and supervise until a signal comes.

        Raises:
            SharedDbError: a service did not become ready; everything is stopped again.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        try:
            await self._start()
            if not self._stop.is_set():
                on_ready()
                await self._supervise()
        finally:
            await asyncio.gather(*(process.stop() for process in self._processes.values()))
            os.close(self._held)
            os.close(self._given)

    async def _start(self) -> None:
        await asyncio.gather(*(process.start() for process in self._processes.values()))
        waiting = {
            name: asyncio.create_task(process.ready()) for name, process in self._processes.items()
        }
        stopped = asyncio.create_task(self._stop.wait())
        try:
            async with asyncio.timeout(READY_PATIENCE):
                for name, ready in waiting.items():
                    await asyncio.wait({ready, stopped}, return_when=asyncio.FIRST_COMPLETED)
                    if stopped.done():
                        return
                    if not ready.result():
                        raise SharedDbError(f"{name} did not start; its log says why.")
        except TimeoutError:
            late = ", ".join(name for name, ready in waiting.items() if not ready.done())
            raise SharedDbError(
                f"{late} did not become ready within {READY_PATIENCE:.0f} seconds; see the logs."
            ) from None
        finally:
            for task in (*waiting.values(), stopped):
                task.cancel()

    async def _supervise(self) -> None:
        watchers = [asyncio.create_task(self._watch_code())] if self._reload else []
        watchers += [asyncio.create_task(self._watch(p)) for p in self._processes.values()]
        await self._stop.wait()
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)

    async def _watch(self, process: ServiceProcess) -> None:
        """Tell when a service ends by itself; the next change of code starts it again."""
        while True:
            code = await process.wait()
            if not process.stopping:
                name = process.service.name
                if code < 0:
                    self._show(name, f"was killed by signal {-code}: starting again")
                    await process.start()
                else:
                    self._show(name, f"ended with exit code {code}; it starts again on a change.")
                    process.stopping = True
            await asyncio.sleep(0.2)

    async def _watch_code(self) -> None:
        folders = {name: _package_of(p.service) for name, p in self._processes.items()}
        shared = [_folder(package) for package in _SHARED_PACKAGES]
        async for changes in watchfiles.awatch(
            *folders.values(),
            *shared,
            watch_filter=watchfiles.PythonFilter(),
            stop_event=self._stop,
        ):
            changed = [Path(path) for _, path in changes]
            everything = any(path.is_relative_to(folder) for path in changed for folder in shared)
            for name, folder in folders.items():
                if everything or any(path.is_relative_to(folder) for path in changed):
                    await self._restart(name)

    async def _restart(self, name: str) -> None:
        self._show(name, "code changed: starting again")
        await self._processes[name].stop()
        await self._processes[name].start()


def _package_of(service: Service) -> Path:
    return _folder(service.app.partition(".")[0])


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SharedDbError(f"The package {package} is not installed: run `make install`.")
    return Path(found.submodule_search_locations[0]).resolve()
