"""Tablespaces and access methods in a dump are settings of the session, told when they change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from shared_db.move.schema_dump import Item

_SETTING = re.compile(
    r"^SET (default_tablespace|default_table_access_method) = .*;\n", re.MULTILINE
)
_AT_END = re.compile(rf"(?:{_SETTING.pattern}\s*|^--.*\n\s*)+\Z", re.MULTILINE)


def with_settings(preamble: str, items: Iterable[Item]) -> Iterator[Item]:
    """Give each item the settings that hold for it, so that it can be made on any connection.

    A dump writes them in front of an item's title, so that they end the item before it, as the
    dump's last words end its last item.

    Args:
        preamble: what the dump begins with.
        items: in the order of the dump.
    """
    settings = _settings(preamble)
    for item in items:
        end = _AT_END.search(item.statements)
        own = item.statements[: end.start()] if end else item.statements
        yield replace(item, statements="".join(settings.values()) + own)
        settings |= _settings(end[0]) if end else {}


def _settings(text: str) -> dict[str, str]:
    return {found[1]: found[0] for found in _SETTING.finditer(text)}
