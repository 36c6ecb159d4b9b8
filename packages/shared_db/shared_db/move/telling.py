"""What a move tells while it runs: to a file, to the journal, to whoever shows progress."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared_db.errors import ConfigurationError
from shared_db.move.points import reach

Event = dict[str, Any]
Listener = Callable[[Event], None]

PASSING = frozenset({"copy", "lag"})
"""Events of the moment; all others belong into the journal."""


class Teller:
    """Sends events of one run to its listeners.

    Args:
        service: the service, or the schema.
        run_id: the run.
        listeners: called with each event, in order.
    """

    def __init__(self, service: str, run_id: object, listeners: tuple[Listener, ...] = ()) -> None:
        self._service = service
        self._run_id = str(run_id)
        self._listeners = listeners

    def tell(self, event: str, **fields: object) -> None:
        """Send one event."""
        told: Event = {
            "at": time.time(),
            "service": self._service,
            "run_id": self._run_id,
            "event": event,
            **fields,
        }
        for listener in self._listeners:
            listener(told)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Tell when a phase begins and ends, with the points at which tests may stop it."""
        reach(f"before:{name}")
        self.tell("phase", phase=name, state="begin")
        yield
        reach(f"after:{name}")
        self.tell("phase", phase=name, state="end")


def to_file(path: Path) -> Listener:
    """A listener that appends each event as a line of JSON.

    Raises:
        ConfigurationError: the file cannot be written; found before anything is done.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({error.strerror}): name another file in --events."
        ) from error

    def write(event: Event) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event, default=str) + "\n")

    return write
