"""How commands print: a table or sentences for people, one JSON document for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

_WIDEST = 1000


def show_json(document: Any) -> None:
    """Print a document that programs read."""
    print(json.dumps(document, indent=2, default=str))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table that people read; a narrow terminal breaks its lines, no cell is cut short."""
    # Most commands, and all that programs read, draw nothing: rich is read where it draws.
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415
    from rich.measure import Measurement  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console(soft_wrap=True, highlight=False)
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    wide = console.options.update(width=_WIDEST)
    table.width = Measurement.get(console, wide, table).maximum
    console.print(table, crop=False)


def say(sentence: str) -> None:
    """Tell a person what happens."""
    print(sentence, flush=True)


def warn(sentence: str) -> None:
    """Tell a person what they should know, on standard error."""
    typer.secho("warning:", fg="yellow", err=True, nl=False)
    typer.echo(f" {sentence}", err=True)
