"""Documents that would otherwise fall behind."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from shared_db import discover
from shared_db.settings import ProjectVariables, ServiceVariables

ROOT = Path(__file__).parents[2]


def test_every_variable_of_shared_db_is_in_the_example() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for field in ProjectVariables.model_fields:
        assert re.search(rf"^{field.upper()}=", text, re.MULTILINE), field
    prefix = next(s.prefix for s in discover().values() if f"{s.prefix}PLACEMENT" in text)
    for field in ServiceVariables.model_fields:
        assert f"# {prefix}{field.upper()}=" in text, field


def documents() -> list[Path]:
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in found.stdout.split("\0") if name]


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in documents():
        for used in re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8")):
            assert used in targets, f"{document.name}: make {used}"
