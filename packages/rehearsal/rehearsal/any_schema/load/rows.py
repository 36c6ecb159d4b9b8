"""The rows that one writer writes to, and no other."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from rehearsal.any_schema.checking.history import Key
from rehearsal.any_schema.shape import Table


class OwnRows:
    """The keys of one writer's rows.

    Args:
        random: what chooses.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._found: defaultdict[Table, list[Key]] = defaultdict(list)
        self._made: defaultdict[Table, list[Key]] = defaultdict(list)

    def give(self, table: Table, key: Key) -> None:
        """A row that was there before: it may be changed, never deleted."""
        self._found[table].append(key)

    def add(self, table: Table, key: Key) -> None:
        """A row that this writer inserted."""
        self._made[table].append(key)

    def any(self, table: Table) -> Key | None:
        """Some row."""
        found, made = self._found[table], self._made[table]
        place = self._random.randrange(max(len(found) + len(made), 1))
        if place < len(found):
            return found[place]
        return made[place - len(found)] if made else None

    def take(self, table: Table) -> Key | None:
        """A row that this writer inserted, which it forgets now."""
        made = self._made[table]
        return made.pop(self._random.randrange(len(made))) if made else None
