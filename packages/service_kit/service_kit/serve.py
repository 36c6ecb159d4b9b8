"""One service as a process: ``python -m service_kit.serve NAME``."""

from __future__ import annotations

import asyncio
import gc
import importlib
import socket
import sys
from types import FrameType
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import SettingsError
from shared_db import ConfigurationError, Service, SharedDbError, find

from service_kit.addresses import host_of, port_of
from service_kit.health import NotReady, refuse_unless_ready
from service_kit.logs import configure_logs
from service_kit.settings import ServiceSettings
from service_kit.supervision import exit_when_alone

_GRACE = 10
_BACKLOG = 512


def main() -> None:
    """Serve the service that is named as the first argument until a signal comes."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m service_kit.serve SERVICE")
    try:
        service = find(sys.argv[1])
        settings = ServiceSettings()
        configure_logs(service.name, level=settings.log_level, form=settings.log_format)
        listener = _listen(service)
        app = load(service)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        sys.exit(f"{sys.argv[1]}: {name} cannot be used: {first['msg']}.")
    except (SharedDbError, SettingsError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    exit_when_alone()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(service, app, listener))


async def _serve(service: Service, app: FastAPI, listener: socket.socket) -> None:
    """Check the home in one sentence, then serve."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        proxy_headers=False,
        lifespan="on",
    )
    try:
        database = app.state.database
        await database.open()
        await refuse_unless_ready(database)
        await database.fill()
    except (SharedDbError, NotReady) as error:
        sys.exit(f"{service.name}: {error}")
    structlog.get_logger("serve").info("listening", port=listener.getsockname()[1])
    gc.collect()
    gc.freeze()  # what the imports made stays: collections need not look at it again
    await _Server(config, app).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Lets requests that wait for something know that the process is to end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal."""
        self._app.state.ending = True
        super().handle_exit(sig, frame)


def load(service: Service) -> FastAPI:
    """Make the application of a service."""
    module, _, factory = service.app.partition(":")
    app: FastAPI = getattr(importlib.import_module(module), factory)()
    return app


def _listen(service: Service) -> socket.socket:
    """The socket to serve on; bound before anything else, so that a taken port is told at once."""
    host, port = host_of(service), port_of(service)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"port {port} on {host} cannot be used ({error.strerror}): stop what listens there, "
            f"or set {service.prefix}PORT."
        ) from error
    listener.listen(_BACKLOG)
    return listener


def loop_factory() -> Any:
    """The faster event loop, where there is one."""
    try:
        import uvloop  # noqa: PLC0415 - there is none on Windows
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
