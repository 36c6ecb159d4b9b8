"""A value like an example, but another one: it keeps the form, so that it passes conditions."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from random import Random

from rehearsal.any_schema.shape import Column
from rehearsal.any_schema.values.invent import invented

Vary = Callable[[Column, str, Random], str | None]

_HEXADECIMAL = re.compile(r"(?=.*\d)[0-9a-f]{8,}")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")
_DATE = re.compile(r"-\d\d(?=$| )")
_CHARACTERS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_LARGEST = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1, "oid": 2**31 - 1}
_LEAST_ROOM = 6
"""Characters: shorter texts have too few forms of their own, so that something is added."""


def varied(column: Column, example: str | None, random: Random) -> str | None:
    """A value of the example's form; chance decides in which of the ways that the type has.

    Args:
        column: where it is to go.
        example: a value that is there, None if there is none.
        random: what chooses.

    Returns:
        None where no other value is known.
    """
    if example is None or column.labels:
        return invented(column, random)
    vary = _BY_KIND.get(column.kind) or _BY_CATEGORY.get(column.category)
    return vary(column, example, random) if vary else invented(column, random)


def _whole(column: Column, example: str, random: Random) -> str:
    """Near the example, of its length, or anywhere above it."""
    value, largest = int(example), _LARGEST[column.kind]
    way = random.randrange(3)
    if way == 0:
        return str(max(min(value + random.choice((-1, 1)) * random.randrange(1, 1000), largest), 0))
    if way == 1:
        return str(min(int(_digits(column, example, random)), largest))
    return str(random.randrange(min(max(value, 0) + 1, largest), largest + 1))


def _digits(_: Column, example: str, random: Random) -> str:
    return re.sub(r"\d", lambda found: _other(found[0], random), example)


def _text(column: Column, example: str, random: Random) -> str:
    room = column.length
    if len(example) >= _LEAST_ROOM and random.random() < 0.8:
        return _same_form(example, random)
    added = f" {random.getrandbits(40):010x}" if room is None else f"{random.getrandbits(40):010x}"
    if room is None or room >= len(example) + len(added):
        return f"{example}{added}"
    return _same_form(example.ljust(min(room, _LEAST_ROOM), "a"), random)


def _same_form(example: str, random: Random) -> str:
    """Digits for digits, letters for letters; hexadecimal digits stay such."""
    if _HEXADECIMAL.fullmatch(example):
        return "".join(random.choices("0123456789abcdef", k=len(example)))
    return "".join(_other(character, random) for character in example)


def _other(character: str, random: Random) -> str:
    for characters in _CHARACTERS:
        if character in characters:
            return random.choice(characters[1:] if character in "123456789" else characters)
    return character


def _instant(column: Column, example: str, random: Random) -> str | None:
    """Within the same day, or the same month: that is mostly the same partition."""
    if column.kind == "interval" or example in {"infinity", "-infinity"}:
        return invented(column, random)
    if _CLOCK.search(example) and random.random() < 0.8:
        clock = f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"
        return _CLOCK.sub(f"{clock}.{random.randrange(10**6):06}", example, count=1)
    return _DATE.sub(f"-{random.randrange(1, 29):02}", example, count=1)


def _bytes(_: Column, example: str, random: Random) -> str:
    return f"\\x{random.randbytes(max((len(example) - 2) // 2, 1)).hex()}"


def _object(_: Column, example: str, random: Random) -> str:
    if not example.startswith("{"):
        return example
    rest = example[1:].strip()
    return f'{{"rehearsal": "{random.getrandbits(40):010x}"{"" if rest == "}" else ","} {rest}'


_BY_KIND: dict[str, Vary] = {
    "uuid": lambda column, _, random: invented(column, random),
    "bool": lambda _, example, __: "false" if example == "true" else "true",
    "bytea": _bytes,
    "json": _object,
    "jsonb": _object,
    "ltree": _text,
    "citext": _text,
    **dict.fromkeys(_LARGEST, _whole),
}
_BY_CATEGORY: dict[str, Vary] = {"N": _digits, "D": _instant, "S": _text}
