"""The names that a piece of SQL or PL/pgSQL mentions, found without parsing it.

Comments do not count. What a string literal holds may be SQL to be executed or mere text, so its
names are kept apart. An unqualified name counts where a table is expected, after FROM, JOIN and
the like; its schema is then unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IDENTIFIER = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'

_LEXEME = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<escaped> \b[eE]'(?:[^'\\]|''|\\.)*' )
    | (?P<literal> '(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<quoted> "(?:[^"]|"")+" )
    """,
    re.VERBOSE | re.DOTALL,
)

_QUALIFIED = re.compile(rf'(?<![\w$".])({_IDENTIFIER})\s*\.\s*({_IDENTIFIER})?')

_TABLE = re.compile(
    rf'\b(?:from|join|into|update|table|truncate)\s+(?:only\s+)?({_IDENTIFIER})(?!\s*[.(]|[\w$"])',
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """A name in the text.

    Args:
        schema: the part before the dot; empty for an unqualified name.
        name: the part after it; empty where it is put together at run time.
        in_literal: whether it stands in a string literal.
    """

    schema: str
    name: str
    in_literal: bool = False


def mentions(text: str, *, in_literal: bool = False) -> frozenset[Mention]:
    """All names of tables, types or functions that the text may mean."""
    literals: list[str] = []

    def without(lexeme: re.Match[str]) -> str:
        if lexeme["quoted"]:
            return lexeme[0]
        if lexeme["literal"] or lexeme["escaped"]:
            literals.append(_content(lexeme))
        return " "

    code = _LEXEME.sub(without, text)
    found = set(_in_code(code, in_literal))
    for literal in literals:
        found |= mentions(literal, in_literal=True)
    return frozenset(found)


def identifiers(search_path: str) -> list[str]:
    """The schemas of a ``search_path`` setting."""
    return [_folded(name) for name in re.findall(_IDENTIFIER, search_path)]


def _in_code(code: str, in_literal: bool) -> Iterator[Mention]:
    for schema, name in _QUALIFIED.findall(code):
        yield Mention(_folded(schema), _folded(name), in_literal)
    for name in _TABLE.findall(code):
        yield Mention("", _folded(name), in_literal)


def _content(literal: re.Match[str]) -> str:
    if literal["tag"] is not None:
        fence = len(literal["tag"]) + 2
        return literal[0][fence:-fence]
    return literal[0].partition("'")[2][:-1].replace("''", "'")


def _folded(identifier: str) -> str:
    """The identifier as the catalogs hold it."""
    if identifier.startswith('"'):
        return identifier[1:-1].replace('""', '"')
    return identifier.lower()
