"""What the report says beside the figures: of the clone, the check, and the tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from typing import Any

from shared_db.move import Obstacle

from rehearsal.any_schema.cloning.clone import Clone
from rehearsal.any_schema.learning.lesson import Lesson


def environment(
    clone: Clone, lesson: Lesson | None, findings: Sequence[Obstacle], source: str
) -> dict[str, str]:
    """Named sentences for the page.

    Args:
        clone: what was cloned.
        lesson: what was learnt; None where it did not come to that.
        findings: of the check.
        source: the address of what was cloned.
    """
    found = {
        "cloned": f"{source}, PostgreSQL {clone.version}, {clone.rows:,} rows",
        "roles that wrote": ", ".join(clone.roles.writing),
        "Python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
    found |= {f"clone, {number}": note for number, note in enumerate(clone.notes, 1)}
    for number, one in enumerate(findings, 1):
        found[f"check, {number}, {one.verdict.value}"] = f"{one.sentence} {one.remedy}"
    if lesson is not None:
        found["tables written to"] = f"{len(lesson.writables)}; seeded rows: {lesson.seeded}"
        for table, reason in sorted(lesson.left_alone.items()):
            found[f"no valid row was found for {table}"] = reason
        if lesson.unreliable:
            found["rows changed by triggers, so that only their presence is checked"] = ", ".join(
                sorted(lesson.unreliable)
            )
    return found


def document(
    clone: Clone, lesson: Lesson | None, findings: Sequence[Obstacle], source: str
) -> dict[str, Any]:
    """The same for programs, beside what ``report.json`` holds of any rehearsal."""
    return {
        "schema": clone.schema,
        "cloned": {
            "from": source,
            "version": clone.version,
            "rows": clone.rows,
            "notes": clone.notes,
        },
        "roles": list(clone.roles.writing),
        "check": [one.as_json() for one in findings],
        "tables_written": [str(one.table) for one in lesson.writables] if lesson else [],
        "tables_without_rows_found": lesson.left_alone if lesson else {},
        "tables_changed_by_triggers": sorted(lesson.unreliable) if lesson else [],
    }
