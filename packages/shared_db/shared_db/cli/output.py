"""How commands print: a table or sentences for people, one JSON document for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

_WIDEST = 1000

console = Console(soft_wrap=True, highlight=False)
notices = Console(stderr=True, soft_wrap=True, highlight=False)


def show_json(document: Any) -> None:
    """Print a document that programs read."""
    print(json.dumps(document, indent=2, default=str))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table that people read; a narrow terminal breaks its lines, no cell is cut short."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    wide = console.options.update(width=_WIDEST)
    table.width = Measurement.get(console, wide, table).maximum
    console.print(table, crop=False)


def say(sentence: str) -> None:
    """Tell a person what happens."""
    console.print(escape(sentence))


def warn(sentence: str) -> None:
    """Tell a person what they should know, on standard error."""
    notices.print(f"[yellow]warning:[/yellow] {escape(sentence)}")
