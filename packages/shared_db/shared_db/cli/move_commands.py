"""Commands of ``shared-db move`` that other packages bring, found by their entry points."""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

from shared_db.errors import ConfigurationError

GROUP = "shared_db.move_commands"
"""Entry points of this group are functions that typer can make a command of."""

_ELSEWHERE = {"rehearse": "outgrow-rehearsal"}
"""Commands that are known though the package that brings them may not be installed."""

_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_commands(app: typer.Typer) -> None:
    """Add what is installed; a known command that is not says which package brings it."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    for name, point in sorted(found.items()):
        app.command(name)(point.load())
    for name, package in _ELSEWHERE.items():
        if name not in found:
            _add_missing(app, name, package)


def _add_missing(app: typer.Typer, name: str, package: str) -> None:
    @app.command(name, context_settings=_ANYTHING, help=f"Needs {package}.", add_help_option=False)
    def missing() -> None:
        raise ConfigurationError(
            f"`shared-db move {name}` needs the package {package}, which is not installed: "
            "install it beside shared-db."
        )
