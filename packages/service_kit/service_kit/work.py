"""The background work of a service as a process: ``python -m service_kit.work SERVICE``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import structlog
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import SettingsError
from shared_db import SharedDbError, find

from service_kit.logs import configure_logs
from service_kit.serve import load, loop_factory
from service_kit.settings import ServiceSettings
from service_kit.supervision import exit_when_alone


def main() -> None:
    """Work for the service that is named as the first argument until a signal comes."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m service_kit.work SERVICE")
    os.environ["BACKGROUND"] = "true"
    try:
        service = find(sys.argv[1])
        settings = ServiceSettings()
        configure_logs(service.name, level=settings.log_level, form=settings.log_format)
        app = load(service)
        exit_when_alone()
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_work(app))
    except (SharedDbError, SettingsError, ValidationError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")


async def _work(app: FastAPI) -> None:
    """Run the application without its HTTP side."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with app.router.lifespan_context(app):
        structlog.get_logger("work").info("working")
        await ended.wait()


if __name__ == "__main__":
    main()
