"""The schema's definition as pg_dump writes it, in two sections, and whether two are equal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psycopg import sql

from shared_db.errors import MoveFailed
from shared_db.move.programs import Programs, program_environment, run_gently
from shared_db.move.subject import Side

_HEADER = re.compile(
    r"^--\n-- Name: (?P<name>.*?); Type: (?P<type>[^;]*); Schema: [^;]*; Owner:.*\n--\n",
    re.MULTILINE,
)
_META = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)
_NEWER_SETTINGS = re.compile(r"^SET transaction_timeout = 0;\n", re.MULTILINE)
_PACKAGERS_OPTION = re.compile(r"\bpg_attver=[^,)]*(, )?")
_NO_OPTION = re.compile(r"^ALTER TABLE .* ALTER COLUMN .* SET \(\);\n", re.MULTILINE)
"""Debian's build of 15 notes a version with each column, which other builds refuse."""

_FENCE = " shared_db_fence"
_TRIVIA = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\s*)\n", re.MULTILINE)
_TOOLS_OWN = re.compile(
    r"^((GRANT|REVOKE) \S+ ON SCHEMA |CREATE TRIGGER shared_db_fence).*\n",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Item:
    """One entry of a dump: an object and the statements that make it."""

    name: str
    type: str
    statements: str


def dump_section(
    programs: Programs, side: Side, schema: str, section: str, *, snapshot: str, run_id: object
) -> tuple[str, tuple[Item, ...]]:
    """Dump ``pre-data`` or ``post-data`` of a schema.

    Args:
        programs: where pg_dump is.
        side: the database.
        schema: the schema, any name.
        section: which part.
        snapshot: an exported snapshot, or empty.
        run_id: whose connection it is.

    Returns:
        The settings in front, and the items in the order in which they can be made.

    Raises:
        MoveFailed: pg_dump failed.
    """
    text = _dump(programs, side, schema, [f"--section={section}"], snapshot, run_id)
    parts = list(_HEADER.finditer(text))
    preamble = text[: parts[0].start()] if parts else ""
    ends = [part.start() for part in parts[1:]] + [len(text)]
    items = [
        Item(part["name"], part["type"].strip(), text[part.end() : end])
        for part, end in zip(parts, ends, strict=False)
    ]
    return preamble, tuple(items)


def inventory(programs: Programs, side: Side, schema: str, run_id: object) -> list[str]:
    """What the schema holds, object by object; versions word the same definition differently."""
    text = _dump(programs, side, schema, ["--schema-only"], "", run_id)
    found = (f"{part['type'].strip()} {part['name']}" for part in _HEADER.finditer(text))
    return [each for each in found if not each.startswith("ACL SCHEMA") and _FENCE not in each]


def normalised_schema(programs: Programs, side: Side, schema: str, run_id: object) -> list[str]:
    """The whole definition without what may differ: comments, settings, the move's own doing.

    That is its triggers, and the privileges on the schema, which a standby does not give.
    """
    text = _dump(programs, side, schema, ["--schema-only"], "", run_id)
    return _TRIVIA.sub("", _TOOLS_OWN.sub("", text)).splitlines()


def _dump(
    programs: Programs, side: Side, schema: str, options: list[str], snapshot: str, run_id: object
) -> str:
    quoted = sql.Identifier(schema).as_string(None)
    command = [programs.pg_dump, *options, f"--schema={quoted}", "--no-password"]
    command += ["--no-publications", "--no-subscriptions", "--lock-wait-timeout=10s"]
    if snapshot:
        command.append(f"--snapshot={snapshot}")
    finished = run_gently(command, program_environment(side, run_id, "dump"))
    if finished.returncode != 0:
        raise MoveFailed(
            f"pg_dump of {schema} at {side.tool} failed: {finished.stderr.strip()}. Remove the "
            "cause, then run `shared-db move resume`."
        )
    text = _NEWER_SETTINGS.sub("", _META.sub("", finished.stdout))
    return _NO_OPTION.sub("", _PACKAGERS_OPTION.sub("", text))
