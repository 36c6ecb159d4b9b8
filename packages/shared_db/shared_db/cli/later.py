"""Commands whose code is read when they are called; the list of commands needs none of it."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from shared_db.cli.reading import read_gently


def add_later(app: typer.Typer, name: str, place: str, sentence: str) -> None:
    """Add a command, or a group of them, of which only the sentence is known so far.

    Args:
        app: what it is a command of.
        name: as it is called.
        place: ``module:attribute`` of the function, or of the group's ``Typer``.
        sentence: what it does, for the list: the first line of its own help.
    """

    class Later(TyperCommand):
        """Stands for the command, and gives way to it when it is called."""

        def make_context(
            self, info_name: str | None, args: list[str], *rest: Any, **more: Any
        ) -> Any:
            return _load(name, place).make_context(info_name, args, *rest, **more)

    app.command(name, cls=Later, help=sentence)(_nothing)


def _nothing() -> None:
    """The body of a command that is never run itself."""


def found_at(place: str) -> Any:
    """What is at ``module:attribute``."""
    module, _, attribute = place.partition(":")
    return getattr(read_gently(module), attribute)


def _load(name: str, place: str) -> Any:
    found = found_at(place)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)
