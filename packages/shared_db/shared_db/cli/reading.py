"""Reading a command's code beside traffic: a quarter of a second of a processor's time."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from threading import Thread, get_native_id
from types import ModuleType

from shared_db.errors import ConfigurationError
from shared_db.priority import give_way


def read_gently(module: str) -> ModuleType:
    """Import a module without taking the processor from services on the same machine.

    A thread whose priority was lowered cannot raise it again, and a hold, which makes writers
    wait, needs the usual one: so a thread of its own reads the code and ends.

    Args:
        module: its full name.

    Raises:
        ConfigurationError: it needs a package that is not installed.
    """
    if sys.platform == "linux" and module not in sys.modules:
        reader = Thread(target=_read, args=(module,), name="reader", daemon=True)
        reader.start()
        reader.join()
    try:
        return import_module(module)  # there by now; what failed fails again, where it is seen
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"It needs {error.name}, which is not installed: install outgrow-shared-db with its "
            "extra [cli]."
        ) from error


def _read(module: str) -> None:
    give_way(get_native_id())
    with suppress(Exception):
        import_module(module)
