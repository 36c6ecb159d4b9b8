"""What the runner shows: prefixed logs, and the table of what runs."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from rich.console import Console
from rich.markup import escape
from rich.text import Text
from shared_db import Service, load_settings
from shared_db.errors import SharedDbError
from shared_db.reconcile import find_home

from service_kit.addresses import service_url

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")

_PATIENCE = 2.0

console = Console(highlight=False, soft_wrap=True)


class Screen:
    """Prints the lines of all services, each with its name in its colour.

    Args:
        services: the declarations.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._width = max((len(name) for name in services), default=0)
        self._colours = {name: _COLOURS[n % len(_COLOURS)] for n, name in enumerate(services)}

    def line(self, name: str, text: str) -> None:
        """Print one line of a service, or of the supervisor itself."""
        prefix = Text(f"{name:<{self._width}} | ", style=self._colours.get(name, "bold"))
        console.print(prefix + Text.from_ansi(text))


def show_table(services: Mapping[str, Service]) -> None:
    """Print where everything is and what to try first."""
    rows = [("service", "state", "address", "API documents", "schema lives in")]
    notices = []
    for service in services.values():
        url = service_url(service.name)
        home, notice = _home(service)
        rows.append((service.name, _state(url), url, f"{url}/docs", home))
        if notice:
            notices.append(notice)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print(Text("  ".join(cells).rstrip(), style="" if number else "bold"))
    for notice in notices:
        console.print(f"[yellow]warning:[/yellow] {escape(notice)}")
    for service in services.values():
        if service.first_request:
            console.print("\nTry this first (`make demo` shows the whole journey):")
            request = service.first_request.format(url=service_url(service.name))
            console.print(escape(f"  {request}\n"))


def _state(url: str) -> str:
    try:
        ready = httpx.get(f"{url}/readyz", timeout=_PATIENCE).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return "silent"
    return "ready" if ready else "not ready"


def _home(service: Service) -> tuple[str, str]:
    try:
        home = find_home(load_settings().of(service.name))
    except SharedDbError as error:
        return "unknown", str(error)
    return f"{home.address}", home.notice
