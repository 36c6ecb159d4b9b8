"""Identifiers that depend on a number alone: UUIDv7 (RFC 9562) with a digest for randomness."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

_ID = """
overlay(
    overlay(
        lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0')
        || md5({kind} || {number})
        PLACING '7' FROM 13
    )
    PLACING '8' FROM 17 FOR 13
)::uuid
"""
_LEAST = "(lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0') || repeat('0', 20))"


def uuid7(kind: str, number: LiteralString, moment: LiteralString) -> sql.Composed:
    """An expression for the id of the thing of that kind and number, made at that moment.

    Args:
        kind: a word, such as ``capture``.
        number: an expression.
        moment: an expression of type timestamptz.
    """
    return sql.SQL(_ID).format(
        kind=sql.Literal(kind), number=sql.SQL(number), moment=sql.SQL(moment)
    )


def least_uuid7(moment: LiteralString) -> sql.Composed:
    """An expression for the least id made at that moment."""
    return sql.SQL(_LEAST + "::uuid").format(moment=sql.SQL(moment))
