"""The development runner: ``outgrow-dev up|down|status|logs``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from shared_db import SharedDbError, discover
from shared_db.settings import project_folder


def main() -> None:
    """Run the command; an error of ours is one sentence on standard error and exit code 1."""
    arguments = _parser().parse_args()
    os.chdir(project_folder())
    try:
        sys.exit(_command(arguments.command)(arguments))
    except SharedDbError as error:
        sys.exit(f"outgrow-dev: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    from service_kit.dev import commands  # noqa: PLC0415 - `--help` needs none of it

    return {
        "up": commands.up,
        "down": commands.down,
        "status": commands.status,
        "logs": commands.logs,
        "supervise": commands.supervise,
    }[name]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="outgrow-dev", description="Run all services at once.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the database and all services")
    up.add_argument("--detach", action="store_true", help="return when all are ready")
    up.add_argument("--no-reload", action="store_true", help="let changes of code alone")
    commands.add_parser("down", help="stop them")
    commands.add_parser("status", help="show what runs")
    logs = commands.add_parser("logs", help="show the logs")
    logs.add_argument("service", nargs="?", choices=list(discover()), help="all when left out")
    logs.add_argument("-f", "--follow", action="store_true", help="go on showing")
    supervise = commands.add_parser("supervise")
    supervise.add_argument("--no-reload", action="store_true")
    return parser
