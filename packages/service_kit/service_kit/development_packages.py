"""Importing libraries without what they would load only because a developer has it installed.

structlog and httpx load rich, and uvicorn loads watchfiles, wherever they find them. The tools
bring both into a development environment; a service process uses neither, and
they cost it memory and start-up time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

_HIDDEN = ("rich", "watchfiles")


@contextmanager
def hidden() -> Iterator[None]:
    """Let imports inside fail to find them; those that are loaded already stay as they are."""
    modules: dict[str, Any] = sys.modules
    absent = [name for name in _HIDDEN if name not in modules]
    for name in absent:
        modules[name] = None  # makes `import name` raise ImportError
    try:
        yield
    finally:
        for name in absent:
            modules.pop(name, None)


def load(*libraries: str) -> None:
    """Import libraries that way, before anything else imports them.

    Args:
        libraries: names of their packages.
    """
    with hidden():
        for name in libraries:
            import_module(name)
