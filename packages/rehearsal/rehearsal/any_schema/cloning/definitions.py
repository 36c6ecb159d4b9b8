"""The definitions of the whole database: what crosses the schema's boundary is to be seen."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from shared_db import ServerError
from shared_db.move.programs import Programs, program_environment
from shared_db.tool_connection import ToolConnection

from rehearsal.any_schema.cloning.source import Source

_HEADER = re.compile(
    r"^--\n-- Name: (?P<name>.*?); Type: (?P<type>[^;]*); "
    r"Schema: (?P<schema>[^;]*); Owner:.*\n--\n",
    re.MULTILINE,
)
_META = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)
_OPTIONS = (
    "--no-publications",
    "--no-subscriptions",
    "--no-security-labels",
    "--no-tablespaces",
    "-B",  # no large objects
    "--no-password",
    "--lock-wait-timeout=10s",
)

_CROSSING = """
SELECT c.relname || ' ' || k.conname AS item
  FROM pg_constraint AS k
  JOIN pg_class AS c ON c.oid = k.conrelid
  JOIN pg_class AS r ON r.oid = k.confrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE k.contype = 'f' AND n.nspname = %s AND r.relnamespace <> c.relnamespace
"""


@dataclass(frozen=True)
class Definition:
    """One object of a dump.

    Args:
        schema: where it is; ``-`` for what is in none.
        label: its type and name.
        name: its name as the dump has it.
        statements: what makes it.
    """

    schema: str
    label: str
    name: str
    statements: str


def read_definitions(programs: Programs, source: Source, section: str) -> list[Definition]:
    """All definitions of the database, in the order in which they can be made.

    Args:
        programs: where pg_dump is.
        source: the database.
        section: ``pre-data`` or ``post-data``.

    Raises:
        ServerError: pg_dump failed.
    """
    finished = subprocess.run(  # noqa: S603
        [programs.pg_dump, f"--section={section}", f"--snapshot={source.snapshot}", *_OPTIONS],
        env=program_environment(source.side, "-", "rehearsal"),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise ServerError(
            f"pg_dump of {source.side.tool} failed: {finished.stderr.strip()}. Name a role in "
            "--from that may read the whole database, or remove the cause."
        )
    text = _META.sub("", finished.stdout)
    parts = list(_HEADER.finditer(text))
    first = Definition("-", "settings", "", text[: parts[0].start()] if parts else "")
    ends = [part.start() for part in parts[1:]] + [len(text)]
    return [first, *(_definition(part, text, end) for part, end in zip(parts, ends, strict=False))]


def _definition(part: re.Match[str], text: str, end: int) -> Definition:
    label = f"{part['type'].strip()} {part['name']}"
    return Definition(part["schema"].strip(), label, part["name"], text[part.end() : end])


def make(
    connection: ToolConnection, definitions: list[Definition], source: Source
) -> Iterator[str]:
    """Make the objects; outside of the schema, what cannot be made is left out.

    Args:
        connection: the clone, as a superuser.
        definitions: of one section.
        source: what they are of.

    Yields:
        What was left out, in sentences.

    Raises:
        ServerError: an object of the schema cannot be made.
    """
    crossing = {row["item"] for row in source.rows(_CROSSING, [source.schema])}
    missing: list[str] = []
    for each in definitions:
        is_inside = each.schema == source.schema
        text = each.statements
        if is_inside and each.name in crossing:  # what it refers to is there without its rows
            text = re.sub(r"(?<!NOT VALID);", " NOT VALID;", text, count=1)
        try:
            connection.execute(text.encode())
        except psycopg.Error as error:
            reason = f"{each.label} ({error.diag.message_primary or error})"
            if is_inside:
                before = f", after these before it: {'; '.join(missing)}" if missing else ""
                raise ServerError(
                    f"The throwaway server cannot make {reason}{before}. Set POSTGRES_BIN_DIR to "
                    "a Postgres that has what it needs, extensions above all."
                ) from error
            missing.append(reason)
            yield f"Left out of the clone: {reason}."
