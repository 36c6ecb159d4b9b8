"""The newest migration of a service, read without importing Alembic or the migrations."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from shared_db.errors import MigrationError

if TYPE_CHECKING:
    from shared_db.service import Service

_REVISION = re.compile(r'^revision(?::[^=]*)? = "([^"]+)"', re.MULTILINE)
_DOWN = re.compile(r'^down_revision(?::[^=]*)? = (?:"([^"]+)"|None)', re.MULTILINE)


def known_revisions(service: Service) -> dict[str, str | None]:
    """Each migration of the service and the one before it.

    Raises:
        MigrationError: a file names no revision in the usual form.
    """
    package, _, folder = service.migrations.partition(":")
    known: dict[str, str | None] = {}
    for file in (files(package) / folder).iterdir():
        if not file.name.endswith(".py") or file.name.startswith("__"):
            continue
        text = file.read_text(encoding="utf-8")
        revision, down = _REVISION.search(text), _DOWN.search(text)
        if revision is None or down is None:
            raise MigrationError(
                f'{service.name}: {file.name} needs the lines `revision = "…"` and '
                '`down_revision = "…"`, as `shared-db revision` writes them.'
            )
        known[revision[1]] = down[1]
    return known


def head_revision(service: Service) -> str | None:
    """The newest migration, None when there is none yet.

    Raises:
        MigrationError: there are several heads; history must be a line.
    """
    known = known_revisions(service)
    heads = set(known) - set(known.values())
    if len(heads) > 1:
        raise MigrationError(
            f"{service.name} has several newest migrations ({', '.join(sorted(heads))}): set "
            "`down_revision` so that they follow one another."
        )
    return heads.pop() if heads else None
