"""A value for a column of which no example is known."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from random import Random

from rehearsal.any_schema.shape import Column

_WORD = "rehearsal"
_MOST_DIGITS = 4


def invented(column: Column, random: Random) -> str | None:
    """Some value of the column's type.

    Args:
        column: where it is to go.
        random: what chooses.

    Returns:
        None where no value of such a type is known.
    """
    if column.labels:
        return random.choice(column.labels)
    made = _BY_KIND.get(column.kind)
    if made is not None:
        return made(column, random)
    by_category = _BY_CATEGORY.get(column.category)
    return by_category(column, random) if by_category else None


def _number(column: Column, random: Random) -> str:
    digits = _MOST_DIGITS
    if column.length is not None:
        digits = min(digits, column.length - column.scale)
    whole = random.randrange(1, 10**digits) if digits > 0 else 0
    if column.kind != "numeric" or not column.scale:
        return str(whole)
    return f"{whole}.{random.randrange(10 ** min(column.scale, 2)):0{min(column.scale, 2)}d}"


def _text(column: Column, random: Random) -> str:
    text = f"{_WORD} {random.getrandbits(48):012x}"
    if column.length is None or column.length >= len(text):
        return text
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=column.length))


def _instant(_: Column, random: Random) -> str:
    day = f"20{random.randrange(20, 27)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"
    return f"{day} {_time(_, random)}+00"


def _time(_: Column, random: Random) -> str:
    return f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"


def _address(_: Column, random: Random) -> str:
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"


def _hardware(bytes_: int) -> Callable[[Column, Random], str]:
    return lambda _, random: ":".join(f"{random.getrandbits(8):02x}" for _ in range(bytes_))


def _bits(column: Column, random: Random) -> str:
    return "".join(random.choices("01", k=column.length or 1))


def _vector(column: Column, random: Random) -> str:
    return f"[{','.join(f'{random.random():.4f}' for _ in range(column.length or 3))}]"


def _always(text: str) -> Callable[[Column, Random], str]:
    return lambda _, __: text


_BY_KIND: dict[str, Callable[[Column, Random], str]] = {
    "uuid": lambda _, random: str(uuid.UUID(int=random.getrandbits(128), version=4)),
    "date": lambda _, random: _instant(_, random)[:10],
    "timestamp": lambda _, random: _instant(_, random)[:19],
    "timestamptz": _instant,
    "time": _time,
    "timetz": lambda _, random: f"{_time(_, random)}+00",
    "interval": lambda _, random: f"{random.randrange(1, 1000)} minutes",
    "bytea": lambda _, random: f"\\x{random.getrandbits(128):032x}",
    "json": _always("{}"),
    "jsonb": _always("{}"),
    "xml": _always("<rehearsal/>"),
    "inet": _address,
    "cidr": lambda _, random: f"{_address(_, random)}/32",
    "macaddr": _hardware(6),
    "macaddr8": _hardware(8),
    "bit": _bits,
    "varbit": _bits,
    "hstore": _always(""),
    "ltree": lambda _, random: f"{_WORD}.{random.getrandbits(32):08x}",
    "tsvector": _always(""),
    "tsquery": _always(_WORD),
    "pg_lsn": _always("0/0"),
    "vector": _vector,
    "oid": lambda _, random: str(random.randrange(1, 10**6)),
    "point": lambda _, random: f"({random.randrange(90)},{random.randrange(90)})",
    "box": _always("((0,0),(1,1))"),
    "circle": _always("<(0,0),1>"),
    "line": _always("{1,-1,0}"),
    "lseg": _always("[(0,0),(1,1)]"),
    "path": _always("[(0,0),(1,1)]"),
    "polygon": _always("((0,0),(1,1),(1,0))"),
    "char": _always("a"),
}

_BY_CATEGORY: dict[str, Callable[[Column, Random], str]] = {
    "N": _number,
    "S": _text,
    "B": lambda _, random: random.choice(("true", "false")),
    "A": _always("{}"),
    "R": _always("empty"),
}
