"""The arguments that all commands of ``shared-db move`` share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import psycopg
import typer

from shared_db.cli.move_progress import Progress
from shared_db.cli.next_steps import next_steps
from shared_db.cli.output import Json
from shared_db.cli.server import settings_with_passwords
from shared_db.errors import ConfigurationError, SharedDbError
from shared_db.move import MoveOptions, Mover, Parties, SchemaParties, ServiceParties, to_file
from shared_db.move.telling import Listener


@dataclass(frozen=True)
class Arguments:
    """What moves, between which databases, how, and how it is told."""

    service: Annotated[
        str | None, typer.Argument(help="The service; leave it out with --schema.")
    ] = None
    schema: Annotated[
        str, typer.Option(help="Move any schema instead, between --from and --to.")
    ] = ""
    source: Annotated[str, typer.Option("--from", help="URL of the database it is in.")] = ""
    target: Annotated[str, typer.Option("--to", help="URL of the database it goes to.")] = ""
    role: Annotated[
        list[str] | None, typer.Option(help="A login role that uses the schema; repeat it.")
    ] = None
    source_link: Annotated[
        str, typer.Option("--from-link", help="HOST:PORT at which the other server reaches --from.")
    ] = ""
    target_link: Annotated[
        str, typer.Option("--to-link", help="HOST:PORT at which the other server reaches --to.")
    ] = ""
    hold_budget: Annotated[float, typer.Option(help="Milliseconds for which writes may wait.")] = (
        MoveOptions.hold_budget * 1000
    )
    attempts: Annotated[int, typer.Option(help="How often a hold is tried before giving up.")] = (
        MoveOptions.attempts
    )
    jobs: Annotated[int, typer.Option(help="Connections that copy and compare.")] = MoveOptions.jobs
    warm_patience: Annotated[
        float, typer.Option(help="Seconds to wait for processes to warm connections.")
    ] = MoveOptions.warm_patience
    slot_patience: Annotated[
        float, typer.Option(help="Seconds to wait for old transactions before the copy.")
    ] = MoveOptions.slot_patience
    lag_patience: Annotated[
        float, typer.Option(help="Seconds without progress of replication before giving up.")
    ] = MoveOptions.lag_patience
    force: Annotated[bool, typer.Option("--force", help="Cut although a process is not warm.")] = (
        False
    )
    before_cut: Annotated[str, typer.Option(help="A command to run before the cut.")] = ""
    after_cut: Annotated[str, typer.Option(help="A command to run after the cut.")] = ""
    events: Annotated[
        Path | None, typer.Option(help="Append every event to this file, as lines of JSON.")
    ] = None
    as_json: Json = False

    @contextmanager
    def mover(self) -> Iterator[Mover]:
        """The move that is meant, with its listeners."""
        with self._parties() as parties, Progress(quiet=self.as_json) as progress:
            listeners: tuple[Listener, ...] = (progress.tell,)
            if self.events is not None:
                listeners += (to_file(self.events),)
            mover = Mover(parties, self.options(), listeners)
            try:
                yield mover
            except KeyboardInterrupt:
                typer.echo(f"shared-db: interrupted. {self._what_is_open(mover)}", err=True)
                raise

    def options(self) -> MoveOptions:
        """How the move is carried out.

        Raises:
            ConfigurationError: a number makes no sense.
        """
        for name in ("hold_budget", "attempts", "jobs"):
            if getattr(self, name) <= 0:
                option = f"--{name.replace('_', '-')}"
                raise ConfigurationError(f"{option} must be above 0.")
        return MoveOptions(
            hold_budget=self.hold_budget / 1000,
            attempts=self.attempts,
            jobs=self.jobs,
            warm_patience=self.warm_patience,
            lag_patience=self.lag_patience,
            slot_patience=self.slot_patience,
            force=self.force,
            before_cut=self.before_cut,
            after_cut=self.after_cut,
        )

    def line(self, step: str) -> str:
        """How to run a step for the same service or schema."""
        named = self.service or f"--schema {self.schema} …"
        return f"`shared-db move {step} {named}`"

    def _what_is_open(self, mover: Mover) -> str:
        try:
            found = mover.status()
        except (SharedDbError, psycopg.Error):
            return f"See {self.line('status')}."
        if found.run is None:
            return "No move is under way."
        still = f"The move of {self.service or self.schema} is still open (phase {found.phase})."
        return f"{still} {next_steps(self.line, found)}"

    @contextmanager
    def _parties(self) -> Iterator[Parties]:
        if bool(self.service) == bool(self.schema):
            raise ConfigurationError(
                "Name either a service, or a schema with --schema, --from, --to and --role."
            )
        if self.schema:
            links = _link(self.source_link, "--from-link"), _link(self.target_link, "--to-link")
            yield SchemaParties(
                self.schema, self.source, self.target, tuple(self.role or ()), links=links
            )
            return
        if self.source or self.target or self.role:
            raise ConfigurationError(
                "--from, --to and --role go with --schema; where a service lives and goes is "
                "configured: see `shared-db plan`."
            )
        with settings_with_passwords() as settings:
            yield ServiceParties(settings.of(str(self.service)))


def takes_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared arguments as options, and one ``Arguments`` as parameter."""
    own = list(inspect.signature(command).parameters.values())[1:]
    hints = get_type_hints(Arguments, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(Arguments)
    ]

    @wraps(command)
    def wrapper(**given: Any) -> None:
        arguments = Arguments(**{field.name: given.pop(field.name) for field in fields(Arguments)})
        command(arguments, **given)

    parameters = [*shared, *own]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    own_hints = get_type_hints(command, include_extras=True)
    wrapper.__annotations__ = {p.name: hints.get(p.name) or own_hints[p.name] for p in parameters}
    return wrapper


def _link(value: str, option: str) -> tuple[str, int] | None:
    if not value:
        return None
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigurationError(f"{option}={value!r} is no HOST:PORT.")
    return host, int(port)
