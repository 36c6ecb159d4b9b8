"""Projects that run for a test and are gone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.project import RunningProject

NewProject = Callable[..., RunningProject]


@pytest.fixture
def new_project(tmp_path: Path) -> Iterator[NewProject]:
    """Makes project folders with the given variables in `.env`; nothing of them stays."""
    made: list[RunningProject] = []

    def make(**variables: str) -> RunningProject:
        folder = tmp_path / f"a project {len(made)}"
        folder.mkdir()
        made.append(RunningProject(folder, variables))
        return made[-1]

    yield make
    for project in made:
        project.kill()
