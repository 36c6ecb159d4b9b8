"""``shared-db move rehearse``: the move of any schema, tried on a clone of it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Annotated

import typer
from shared_db import ConfigurationError
from shared_db.cli.move_progress import Progress
from shared_db.cli.output import Json, say
from shared_db.move.options import MoveOptions


def rehearse(  # noqa: PLR0913 - each is an option
    *,
    source: Annotated[str, typer.Option("--from", help="URL of the database; it is only read.")],
    schema: Annotated[str, typer.Option(help="The schema.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="A login role that uses the schema; repeat it. Default: a new one."),
    ] = None,
    rate: Annotated[float, typer.Option(help="Requests per second.")] = 100.0,
    seconds: Annotated[
        float, typer.Option(help="Seconds of writes before the first and after the last step.")
    ] = 5.0,
    to_servers: Annotated[
        bool, typer.Option("--to-servers", help="Move to another server, not just database.")
    ] = False,
    rows_limit: Annotated[
        int | None,
        typer.Option(help="Clone so many rows of each table, and those that they refer to."),
    ] = None,
    prepare: Annotated[
        Path | None,
        typer.Option(help="SQL to run in the clone first, such as the remedies of the check."),
    ] = None,
    hold_budget: Annotated[
        float, typer.Option(help="Milliseconds for which writes may wait.")
    ] = MoveOptions.hold_budget * 1000,
    jobs: Annotated[
        int, typer.Option(help="Connections that copy and compare.")
    ] = MoveOptions.jobs,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report. Default: build/rehearsal/SCHEMA.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rehearse a move on a clone under writes: there, back, there again, checked row by row.

    Exit code 1: the verdict is fail.
    """
    # Other commands of `shared-db move` load this module: they need no servers and no plots.
    from rehearsal.any_schema.cloning.clone import Wanted  # noqa: PLC0415
    from rehearsal.any_schema.interruption import ends_on_signals  # noqa: PLC0415
    from rehearsal.any_schema.rehearse import Settings  # noqa: PLC0415
    from rehearsal.any_schema.rehearse import rehearse as run  # noqa: PLC0415

    if rate <= 0 or seconds < 0 or (rows_limit is not None and rows_limit <= 0):
        raise ConfigurationError("--rate and --rows-limit must be above 0, --seconds not below.")
    if hold_budget <= 0 or jobs <= 0:
        raise ConfigurationError("--hold-budget and --jobs must be above 0.")
    options = MoveOptions(hold_budget=hold_budget / 1000, jobs=jobs)
    began = time.monotonic()

    def told(sentence: str) -> None:
        if not as_json:
            say(f"{time.monotonic() - began:6.1f} s  {sentence}")

    folder = out or Path("build/rehearsal") / (re.sub(r"[^\w.-]+", "_", schema) or "_")
    wanted = Wanted(source, schema, tuple(role or ()), rows_limit, prepare)
    with ends_on_signals(), Progress(quiet=as_json) as progress:
        settings = Settings(wanted, rate, seconds, to_servers, options=options)
        report = run(settings, folder, told, (progress.tell,))
    if as_json:
        typer.echo((folder / "report.json").read_text(encoding="utf-8"), nl=False)
    else:
        for reason in report.reasons:
            say(reason)
        say(f"Verdict: {report.verdict}; see {folder / 'report.html'}.")
    if report.verdict != "pass":
        raise typer.Exit(1)
