"""What a write does to a table of each kind, and how its traces are found again."""

from __future__ import annotations

from dataclasses import dataclass

SLOTS = 5

COUNT = """
    INSERT INTO {s}.counters AS c (writer, value) VALUES (%(writer)s, 1)
        ON CONFLICT (writer) DO UPDATE SET value = c.value + 1
"""
"""Part of every write: adds one, whatever else the write does."""

COUNTED = "SELECT value FROM {s}.counters WHERE writer = %(writer)s"


@dataclass(frozen=True)
class Kind:
    """One kind of table.

    Args:
        table: its name.
        writes: the statements of one write, ``number`` of ``writer``.
        found: gives writer, slot and number of what is there.
        replaces: whether a write takes the place of the last one of the same slot.
    """

    table: str
    writes: tuple[str, ...]
    found: str
    replaces: bool = False

    def slot(self, number: int) -> int:
        """Which row a write replaces; all the same where it adds one."""
        return number // len(KINDS) % SLOTS if self is DOCUMENTS else 0


LEDGER = Kind(
    "ledger",
    (
        """
        WITH entry AS (
            INSERT INTO {s}.ledger (writer, number, amount)
            VALUES (%(writer)s, %(number)s, %(number)s)
            RETURNING id
        )
        INSERT INTO {s}.lines (entry, line) SELECT id, 1 FROM entry
        """,
    ),
    "SELECT writer, 0, number FROM {s}.ledger JOIN {s}.lines ON entry = id",
)
TICKETS = Kind(
    "Tickets",
    ('INSERT INTO {s}."Tickets" (writer, number) VALUES (%(writer)s, %(number)s)',),
    'SELECT writer, 0, number FROM {s}."Tickets"',
)
EVENTS = Kind(
    "events",
    (
        """
        INSERT INTO {s}.events (kind, writer, number, details, tags)
        VALUES (
            CASE %(number)s %% 2 WHEN 0 THEN 'paid' ELSE 'refunded' END::{s}."Event Kind",
            %(writer)s, %(number)s, jsonb_build_object('number', %(number)s), '{{a,"b c"}}'
        )
        """,
    ),
    "SELECT writer, 0, number FROM {s}.events",
)
NOTES = Kind(
    "notes",
    ("INSERT INTO {s}.notes (writer, number) VALUES (%(writer)s, %(number)s)",),
    "SELECT writer, 0, number FROM {s}.notes",
)
DOCUMENTS = Kind(
    "documents",
    (
        """
        INSERT INTO {s}.documents AS d (writer, slot, number, body)
        VALUES (%(writer)s, %(slot)s, %(number)s, repeat('body ', 500))
            ON CONFLICT (writer, slot) DO UPDATE SET number = EXCLUDED.number, body = EXCLUDED.body
        """,
    ),
    "SELECT writer, slot, number FROM {s}.documents",
    replaces=True,
)
PENDING = Kind(
    "pending",
    (
        "INSERT INTO {s}.pending (writer, number) VALUES (%(writer)s, %(number)s)",
        "DELETE FROM {s}.pending WHERE writer = %(writer)s AND number < %(number)s",
    ),
    "SELECT writer, 0, number FROM {s}.pending",
    replaces=True,
)

KINDS = (LEDGER, TICKETS, EVENTS, NOTES, DOCUMENTS, PENDING)


def kind_of(number: int) -> Kind:
    """Writes take turns over all kinds."""
    return KINDS[number % len(KINDS)]
