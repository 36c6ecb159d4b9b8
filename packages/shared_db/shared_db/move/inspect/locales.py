"""How the two databases encode and sort text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.tool_connection import ToolConnection

_LOCALE = """
    SELECT pg_encoding_to_char(d.encoding) AS encoding,
           CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
               AS provider,
           d.datcollate AS collation, d.datctype AS ctype,
           coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') AS locale,
           coalesce(pg_database_collation_actual_version(d.oid), '') AS version
      FROM pg_database AS d
     WHERE d.datname = %s
"""


@dataclass(frozen=True)
class Locale:
    """How a database encodes, sorts and folds text.

    Args:
        encoding: such as UTF8.
        provider: libc, icu or builtin.
        collation: ``LC_COLLATE``.
        ctype: ``LC_CTYPE``.
        locale: the provider's own name of it; empty for libc.
        version: the provider's version of the order; empty where it has none.
    """

    encoding: str
    provider: str
    collation: str
    ctype: str
    locale: str
    version: str

    def statement(self, database: str) -> str:
        """What creates a database of that kind."""
        text = (
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding} LOCALE_PROVIDER "
            f"{self.provider} LC_COLLATE {{collation}} LC_CTYPE {{ctype}}"
        )
        if self.locale:
            text += f" {self.provider.upper()}_LOCALE {{locale}}"
        return (
            sql.SQL(text)
            .format(
                name=sql.Identifier(database),
                encoding=sql.Literal(self.encoding),
                collation=sql.Literal(self.collation),
                ctype=sql.Literal(self.ctype),
                locale=sql.Literal(self.locale),
            )
            .as_string()
        )


def read_locale(connection: ToolConnection, database: str) -> Locale:
    """The locale of a database of that server."""
    row = connection.execute(_LOCALE, [database]).fetchone() or {}
    return Locale(**row)


def find_locale(
    source: Locale, target: Locale, database: str, *, exists: bool
) -> Iterator[Obstacle]:
    """Differences between the two databases that change what text is equal or comes first.

    Args:
        source: the home's.
        target: the target's or, while there is none, that of its server's template.
        database: the target's name.
        exists: whether the target exists.
    """
    remedy = f"On the target, make the database beforehand: `{source.statement(database)}`."
    if exists:
        other = source.statement(f"{database}_like_source")
        remedy = f"Move to a database that is made, on the target, with `{other}`."
    if source.encoding != target.encoding:
        yield Obstacle(
            "encoding",
            Verdict.BLOCKS,
            (database,),
            f"The source has the encoding {source.encoding}, {database} {target.encoding}: text "
            "may not fit, and rows could not be compared.",
            remedy,
        )
    yield from _find_order(source, target, database, remedy)


def _find_order(source: Locale, target: Locale, database: str, remedy: str) -> Iterator[Obstacle]:
    ours = (source.provider, source.collation, source.ctype, source.locale)
    theirs = (target.provider, target.collation, target.ctype, target.locale)
    if ours != theirs:
        yield Obstacle(
            "collation",
            Verdict.WARNS,
            (database,),
            f"The source sorts by {_spelt(source)}, {database} by {_spelt(target)}: lists come in "
            "another order.",
            remedy,
        )
    elif source.version and target.version and source.version != target.version:
        yield Obstacle(
            "collation-version",
            Verdict.INFORMS,
            (database,),
            f"Both sort by {_spelt(source)}, the source in version {source.version}, the target "
            f"in {target.version}: a few texts may come in another order.",
            "Compare what matters on both: `SELECT … ORDER BY`.",
        )


def _spelt(locale: Locale) -> str:
    name = locale.locale or locale.collation
    folds = "" if locale.collation == locale.ctype else f", folds by {locale.ctype}"
    return f"{name} of {locale.provider}{folds}"
