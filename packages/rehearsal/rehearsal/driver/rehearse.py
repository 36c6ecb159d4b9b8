"""One rehearsal from an empty stage to its verdict."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared_db.reconcile.homes import find_home
from shared_db.tool_connection import tool_connection

from rehearsal.driver.ground import Ground, folder_on
from rehearsal.driver.leftovers import left_behind
from rehearsal.driver.moving import RehearsalFailed, move_all
from rehearsal.driver.pauses import disk_pauses
from rehearsal.driver.stage import Stage, Target, stage
from rehearsal.driver.traffic import traffic
from rehearsal.history import Fault, Finding, check, read_stored
from rehearsal.records import Record, read_records
from rehearsal.report import (
    Facts,
    Limits,
    MovedService,
    Report,
    build_report,
    read_events,
    write_report,
)
from rehearsal.seed import Seed, compare_homes

Told = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What is rehearsed, and under what.

    Args:
        target: one server or two.
        payments: how many payments are seeded.
        rate: requests per second, those that hash passwords left out.
        hashing_rate: registrations and logins per second.
        calm: seconds of traffic before the first and after the last move.
        limits: what has to be kept.
        ground: what holds the stage.
    """

    target: Target = Target.DATABASES
    payments: int = 200_000
    rate: float = 110.0
    hashing_rate: float = 1.0
    calm: float = 10.0
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    ground: Ground = Ground.AUTO


def rehearse(settings: Settings, folder: Path, told: Told) -> Report:
    """Seed, let clients ask, move everything, check what became of it, write the report.

    Args:
        settings: what is rehearsed.
        folder: gets the report, records and events.
        told: told of each step.

    Raises:
        SharedDbError: the stage could not be built.
    """
    folder = folder.absolute()  # the clients and the tool work in the stage's own folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("events.jsonl", "records.jsonl"):
        (folder / name).unlink(missing_ok=True)
    events, errors = folder / "events.jsonl", []
    with stage(settings.target, folder_on(settings.ground, payments=settings.payments)) as made:
        told(f"the stage is ready in {made.folder}")
        seed = _seed(made, settings, told)
        moved = _moved(made)
        try:
            with (
                disk_pauses(made.folder) as pauses,
                traffic(
                    made,
                    seed,
                    folder,
                    rate=settings.rate,
                    hashing_rate=settings.hashing_rate,
                ),
            ):
                time.sleep(settings.calm)
                move_all(made, events, told)
                time.sleep(settings.calm)
        except RehearsalFailed as error:
            errors.append(str(error))
        told("checking what the clients were told")
        records = list(read_records(folder / "records.jsonl"))
        findings = _findings(made, seed, records)
        facts = Facts(
            title=f"Rehearsal: {len(moved)} services to {settings.target}",
            services=moved,
            left_behind=left_behind(made.settings()),
            errors=errors,
            disk_pause_ms=round(pauses.longest * 1000, 2),
            environment=_environment(made, settings)
            | {"slowest write to the stage's disk": f"{pauses.longest * 1000:.1f} ms"},
        )
    told_events = read_events(events)
    report = build_report(records, told_events, findings, facts, settings.limits)
    write_report(folder, report, records, told_events)
    return report


def _seed(made: Stage, settings: Settings, told: Told) -> Seed:
    seed = Seed.of_payments(settings.payments, datetime.now(UTC))
    finished = made.run(
        "rehearsal.seed",
        *("--payments", str(settings.payments), "--until", seed.until.isoformat()),
        there=False,
    )
    if finished.returncode:
        raise RehearsalFailed(f"Seeding failed: {finished.stderr.strip()}")
    told(finished.stdout.strip())
    return seed


def _moved(made: Stage) -> list[MovedService]:
    placements = made.settings().services.values()
    return [
        MovedService(
            service=placement.service.name,
            source=str(placement.shared),
            target=str(placement.desired),
        )
        for placement in placements
    ]


def _findings(made: Stage, seed: Seed, records: list[Record]) -> list[Finding]:
    """Of the records against each other and the databases, and of the seeded rows."""
    settings = made.settings()
    connections = []
    for name in ("auth", "payments"):
        placement = settings.of(name)
        address = find_home(placement).address
        connections.append(tool_connection(placement.provision(address), address.database))
    with connections[0] as auth, connections[1] as payments:
        stored = read_stored(auth, payments, records)
    changed = [
        Finding(Fault.CHANGED, f"{one}", (), "A seeded row is not what it was.")
        for one in compare_homes(settings, seed)
    ]
    return [*check(records, stored), *changed]


def _environment(made: Stage, settings: Settings) -> dict[str, str]:
    placement = next(iter(made.settings().services.values()))
    with tool_connection(placement.provision(placement.shared)) as connection:
        version = connection.info.server_version
    return {
        "PostgreSQL": f"{version // 10000}.{version % 10000}",
        "Python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "stage": f"in {made.folder.parent}",
        "payments": str(settings.payments),
        "requests per second": f"{settings.rate:g}",
    }
