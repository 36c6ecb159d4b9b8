"""Tell the journey step by step, against the running services: ``make demo``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx
from rich.console import Console
from shared_db.errors import SharedDbError

from tests.journey.client import Client, JourneyError
from tests.journey.journey import Journey
from tests.journey.operations import grant_admin, running_mailbox


def main() -> int:
    """Walk and tell; 0 when every step held, 1 with one sentence when one did not."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        with httpx.Client(timeout=30) as http:
            journey = Journey(Client(http), running_mailbox(), grant_admin)
            for number, step in enumerate(journey.steps(), start=1):
                console.print(f"[bold cyan]{number:>2}[/] [bold]{step.title}[/]")
                console.print(f"   {step.outcome}", style="dim", markup=False)
    except (JourneyError, SharedDbError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            str(error), style="red", markup=False
        )
        return 1
    console.print("[bold green]All steps held.[/]")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
