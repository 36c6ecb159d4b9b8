"""Names of a package that are imported when they are first used (PEP 562).

A command, or a process that needs one name of a package, reads no code of the other ones.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(package: str, places: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """Make the function ``__getattr__`` of a package.

    No name may be that of a module of the package too: importing the module would hide it.

    Args:
        package: the package's ``__name__``.
        places: each module of the package and what it offers.
    """
    homes = {name: module for module, names in places.items() for name in names}

    def look_up(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return look_up
