"""Commands of ``shared-db move`` that other packages bring."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
import typer
from shared_db.cli import move_commands
from shared_db.errors import ConfigurationError
from typer.testing import CliRunner

ARGUMENTS = ["rehearse", "--from", "postgresql://ada@localhost/x", "--schema", "shop"]


def app(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> typer.Typer:
    """A command line with what these entry points bring, and a command of its own."""
    monkeypatch.setattr(move_commands, "entry_points", lambda **_: points)
    made = typer.Typer()
    made.command("check")(lambda: None)
    move_commands.add_commands(made)
    return made


def test_a_command_that_is_not_installed_says_what_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = CliRunner().invoke(app(monkeypatch), ARGUMENTS)
    assert isinstance(done.exception, ConfigurationError)
    assert "outgrow-rehearsal" in str(done.exception)


def test_a_command_that_a_package_brings_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("hello", f"{__name__}:hello", move_commands.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: hello)
    done = CliRunner().invoke(app(monkeypatch, point), ["hello"])
    assert done.output == "hello\n"


def hello() -> None:
    typer.echo("hello")
