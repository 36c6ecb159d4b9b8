"""Extensions without which the schema cannot be made at the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared_db.check.finding import Verdict
from shared_db.move.inspect.extension_query import NEEDED_EXTENSIONS
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.tool_connection import ToolConnection

_OFFERED = """
    SELECT a.name, e.extversion AS version, quote_ident(n.nspname) AS schema
      FROM pg_available_extensions AS a
      LEFT JOIN pg_extension AS e ON e.extname = a.name AND %(exists)s
      LEFT JOIN pg_namespace AS n ON n.oid = e.extnamespace
     WHERE a.name = ANY (%(names)s)
"""

_BESIDE_PUBLIC = "extensions"
"""Where extensions go when ``public`` itself moves away."""


@dataclass(frozen=True)
class Extension:
    """An extension that the schema needs, as the source has it; names also as SQL wants them.

    ``is_certain`` is false where only the text of a function names a function of the extension;
    ``users`` are the roles of the moving schema that may look into the extension's.
    """

    name: str
    version: str
    schema: str
    quoted: str
    quoted_schema: str
    is_inside: bool
    is_relocatable: bool
    is_certain: bool
    users: list[str]

    @property
    def statement(self) -> str:
        """What makes it at the target."""
        schema, users = self.quoted_schema, ", ".join(self.users)
        usage = f"GRANT USAGE ON SCHEMA {schema} TO {users}; " if users else ""
        return (
            f"CREATE SCHEMA IF NOT EXISTS {schema}; {usage}"
            f"CREATE EXTENSION {self.quoted} SCHEMA {schema}"
        )


def needed_extensions(source: ToolConnection, schema: str) -> tuple[Extension, ...]:
    """The extensions on which tables, types, indexes and functions depend, perhaps by text."""
    return tuple(Extension(**row) for row in source.execute(NEEDED_EXTENSIONS, {"schema": schema}))


def find_inside(needed: Sequence[Extension]) -> Iterator[Obstacle]:
    """Extensions that are installed within the schema: a dump of it leaves them out."""
    for extension in needed:
        if not extension.is_inside:
            continue
        name, is_public = extension.quoted, extension.schema == "public"
        schema = _BESIDE_PUBLIC if is_public else "public"
        move = f"ALTER EXTENSION {name} SET SCHEMA {schema}"
        anew = f"DROP EXTENSION {name}; CREATE EXTENSION {name} SCHEMA {schema}"
        first = (
            f"CREATE SCHEMA IF NOT EXISTS {schema}; GRANT USAGE ON SCHEMA {schema} TO PUBLIC; "
            if is_public
            else ""
        )
        then = (
            f", and add {schema} to the search_path of the database and of roles that set one, "
            "where functions and statements name what is in it without a schema; what statements "
            "alone use is to be installed at the target as well"
            if is_public
            else ""
        )
        yield Obstacle(
            "extension-inside",
            Verdict.BLOCKS,
            (name,),
            f"The extension {name} is installed in the schema itself, which a move drops and "
            "makes as a whole.",
            f"On the source, run `{first}{move if extension.is_relocatable else anew}`{then}.",
        )


def find_extensions(
    needed: Sequence[Extension], target: ToolConnection, *, target_exists: bool
) -> Iterator[Obstacle]:
    """Extensions that the target does not have, or has elsewhere or in an older version."""
    values = {"names": [one.name for one in needed], "exists": target_exists}
    offered = {row["name"]: row for row in target.execute(_OFFERED, values)}
    for extension in needed:
        if not extension.is_inside:
            found = offered.get(extension.name)
            if found is None or found["version"] is None:
                yield _missing(extension, offered=found is not None, target_exists=target_exists)
            else:
                yield from _other(extension, found)


def _missing(extension: Extension, *, offered: bool, target_exists: bool) -> Obstacle:
    name = extension.quoted
    needs = f"The schema {'needs' if extension.is_certain else 'may need'} the extension {name}"
    verdict = Verdict.BLOCKS if extension.is_certain else Verdict.WARNS
    if not offered:
        return Obstacle(
            "extension-unavailable",
            verdict,
            (name,),
            f"{needs}, which the target server does not have.",
            "Install it on the target's machine with its packages, until it is listed by "
            f"`SELECT FROM pg_available_extensions WHERE name = '{extension.name}'`.",
        )
    first = "" if target_exists else "create the database and in it "
    return Obstacle(
        "extension-missing",
        Verdict.INFORMS,
        (name,),
        f"{needs}, which the target has not installed: the move does it.",
        f"To do it before, on the target, {first}run `{extension.statement}`.",
    )


def _other(extension: Extension, found: dict[str, Any]) -> Iterator[Obstacle]:
    name, schema = extension.quoted, extension.quoted_schema
    if found["schema"] != schema:
        yield Obstacle(
            "extension-elsewhere",
            Verdict.BLOCKS,
            (name,),
            f"The extension {name} is in the schema {found['schema']} of the target, but in "
            f"{schema} of the source: definitions name it there.",
            f"On the target, run `CREATE SCHEMA IF NOT EXISTS {schema}; "
            f"ALTER EXTENSION {name} SET SCHEMA {schema}`.",
        )
    elif found["version"] != extension.version:
        yield Obstacle(
            "extension-version",
            Verdict.WARNS,
            (name,),
            f"The extension {name} is {extension.version} on the source and {found['version']} on "
            "the target.",
            f"Where it is older, run `ALTER EXTENSION {name} UPDATE`.",
        )
