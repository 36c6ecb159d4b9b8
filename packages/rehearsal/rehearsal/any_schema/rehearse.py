"""One rehearsal of any schema, from the clone to the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import psycopg
from shared_db import SharedDbError
from shared_db.move import MoveOptions, Mover, Obstacle, SchemaParties, may_start, to_file
from shared_db.move.telling import Listener

from rehearsal.any_schema import facts
from rehearsal.any_schema.checking.check import check
from rehearsal.any_schema.checking.totals import read_totals
from rehearsal.any_schema.cloning.clone import Clone, Wanted, look_at, make_clone
from rehearsal.any_schema.cloning.servers import throwaway_servers
from rehearsal.any_schema.cloning.source import side_of
from rehearsal.any_schema.learning.lesson import Lesson, learn_schema, open_as
from rehearsal.any_schema.load.application import Application
from rehearsal.any_schema.load.load import load
from rehearsal.any_schema.moving import move_there_and_back
from rehearsal.driver.leftovers import remains
from rehearsal.history import Finding
from rehearsal.report import (
    NO_LIMITS,
    Facts,
    MovedService,
    Report,
    build_report,
    document,
    read_events,
    write_report,
)

Told = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What is rehearsed.

    Args:
        wanted: the schema, where it is, who writes.
        rate: requests per second.
        seconds: of writes before the first and after the last step of the move.
        to_servers: move to another server rather than to another database of the clone's.
        seed: of all that chance decides.
        options: how the move is carried out.
    """

    wanted: Wanted
    rate: float = 100.0
    seconds: float = 5.0
    to_servers: bool = False
    seed: int = 1
    options: MoveOptions = field(default_factory=MoveOptions)


@dataclass
class Rehearsed:
    """What came of it so far.

    Args:
        clone: what moves.
        obstacles: what the check found.
        lesson: what the tables take.
        application: what wrote.
        findings: what the writers' history does not agree with.
        left_behind: what the finished move left.
        errors: what failed.
    """

    clone: Clone
    obstacles: Sequence[Obstacle] = ()
    lesson: Lesson | None = None
    application: Application | None = None
    findings: Sequence[Finding] = ()
    left_behind: Sequence[str] = ()
    errors: Sequence[str] = ()


def rehearse(
    settings: Settings, folder: Path, told: Told, listeners: tuple[Listener, ...] = ()
) -> Report:
    """Clone, write, move there and back and there, check, and write the report.

    Args:
        settings: what is rehearsed.
        folder: gets the report and the events.
        told: told of each step.
        listeners: told of each event of the move.

    Raises:
        SharedDbError: the clone cannot be made.
    """
    events = folder / "events.jsonl"
    events.unlink(missing_ok=True)
    look_at(settings.wanted)
    with throwaway_servers(two=settings.to_servers) as servers:
        told(f"cloning {settings.wanted.schema}")
        done = Rehearsed(make_clone(settings.wanted, servers))
        told(f"cloned {done.clone.rows:,} rows; checking what stands in the way")
        parties = _parties(done.clone)
        done.obstacles = Mover(parties, listeners=listeners).check()
        if may_start(done.obstacles):
            mover = Mover(parties, settings.options, (to_file(events), *listeners))
            _under_load(done, settings, mover, parties, told)
        else:
            done.errors = [
                f"{one.sentence} {one.remedy}"
                for one in done.obstacles
                if one.verdict.value == "blocks"
            ]
    return _write(done, settings, folder, events)


def _goal(settings: Settings) -> str:
    return "another server" if settings.to_servers else "another database"


def _parties(clone: Clone) -> SchemaParties:
    return SchemaParties(clone.schema, clone.source, clone.target, clone.roles.writing)


def _under_load(
    done: Rehearsed, settings: Settings, mover: Mover, parties: SchemaParties, told: Told
) -> None:
    random, errors = Random(settings.seed), list[str]()  # noqa: S311 - nothing secret
    done.lesson = learn_schema(done.clone, random, told)
    tables = [writable.table for writable in done.lesson.writables]
    if not tables:
        roles = ", ".join(done.clone.roles.writing)
        nobody = f"No table of {done.clone.schema} takes a write from {roles}"
        done.errors = [f"{nobody}: name a --role that may write, or leave it out."]
        return
    with open_as(done.clone.source, "rehearsal/check") as connection:
        before = read_totals(connection, tables)
    finished = False
    with load(done.clone, done.lesson, settings.rate, random) as application:
        done.application = application
        try:
            move_there_and_back(mover, application, settings.seconds, told)
            finished = True
        except (SharedDbError, psycopg.Error) as error:
            errors.append(f"The move stopped: {error}")
    told("checking what the writers were told")
    with open_as(parties.home().url, "rehearsal/check") as connection:
        done.findings = check(connection, application.history, before)
    if finished:
        done.left_behind = remains({s.tool.place: s.url for s in parties.places()})
    done.errors = [*errors, *application.broken, *application.shut_out()]


def _write(done: Rehearsed, settings: Settings, folder: Path, events: Path) -> Report:
    source = str(side_of(settings.wanted.url, "--from").tool)
    clone, schema = done.clone, done.clone.schema
    told, about = read_events(events), (clone, done.lesson, done.obstacles, source)
    records = done.application.records if done.application else []
    report = build_report(
        records,
        told,
        done.findings,
        Facts(
            title=f"Rehearsal: the schema {schema}",
            services=[MovedService(service=schema, source="its clone", target=_goal(settings))],
            left_behind=list(done.left_behind),
            errors=list(done.errors),
            environment=facts.environment(*about),
        ),
        NO_LIMITS,
    )
    if done.application is None:  # nothing was moved, so that nothing else is to be said
        report = replace(report, reasons=list(done.errors))
    data, _ = write_report(
        folder, report, done.application.records if done.application else [], told
    )
    data.write_text(json.dumps(document(report) | facts.document(*about), indent=2) + "\n")
    return report
