"""Which item of the section ``post-data`` is made when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from shared_db.move.copy.facts import Facts
from shared_db.move.copy.foreign_keys import ForeignKey
from shared_db.move.copy.indexes import Index
from shared_db.move.schema_dump import Item


@dataclass
class Stages:
    """The items in the order in which they are made; within a list as in the dump.

    Args:
        with_tables: extended statistics, so that the first ANALYZE fills them.
        builds: indexes, beside each other and while other tables are still copied.
        in_order: all that follows one from another, after the rows and the indexes.
        checks: foreign keys that ``in_order`` has added, beside each other.
        refreshes: the contents of materialised views.
    """

    with_tables: list[Item] = field(default_factory=list)
    builds: list[tuple[Item, Index]] = field(default_factory=list)
    in_order: list[Item] = field(default_factory=list)
    checks: list[tuple[Item, ForeignKey]] = field(default_factory=list)
    refreshes: list[Item] = field(default_factory=list)


def stages_of(items: Sequence[Item], facts: Facts) -> Stages:
    """Sort the items of a dump into stages; none is left out.

    What the catalogs do not explain is made in its order, as pg_restore would.
    """
    stages = Stages()
    for item in items:
        index, key = facts.indexes.of(item), facts.keys.of(item)
        if index is not None:
            stages.builds.append((replace(item, statements=index.build), index))
            stages.in_order.append(replace(item, statements=index.rest))
        elif key is not None:
            stages.in_order.append(replace(item, statements=key.add))
            stages.checks.append((replace(item, statements=key.validate), key))
        elif item.type == "STATISTICS":
            stages.with_tables.append(item)
        elif item.type == "MATERIALIZED VIEW DATA":
            stages.refreshes.append(item)
        else:
            stages.in_order.append(item)
    return stages
