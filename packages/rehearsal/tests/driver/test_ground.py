"""The stage is in memory when there is room; what killed runs have left is found."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from rehearsal.driver import ground
from rehearsal.driver.ground import Ground, folder_on
from rehearsal.driver.pauses import disk_pauses
from rehearsal.leavings import left_folders
from shared_db import ServerError

GIB = 1 << 30
TEMPORARY = Path(tempfile.gettempdir())


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ground, "_MEMORY", tmp_path)
    return tmp_path


def leave(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr(ground, "_room", lambda: room)


def test_memory_is_taken_if_there_is_room(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(monkeypatch, 16 * GIB)
    assert folder_on(Ground.AUTO, payments=200_000) == memory
    assert folder_on(Ground.AUTO, payments=2_000_000) == TEMPORARY
    assert folder_on(Ground.DISK, payments=1) == TEMPORARY


def test_memory_that_is_not_there_is_not_promised(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(monkeypatch, 1 * GIB)
    with pytest.raises(ServerError, match="which has room for 1"):
        folder_on(Ground.MEMORY, payments=1000)
    memory.rmdir()
    monkeypatch.undo()
    monkeypatch.setattr(ground, "_MEMORY", memory)
    assert folder_on(Ground.AUTO, payments=1) == TEMPORARY


def test_a_disk_is_looked_at_while_the_block_lasts(tmp_path: Path) -> None:
    with disk_pauses(tmp_path) as pauses:
        deadline = time.monotonic() + 30
        while not pauses.longest and time.monotonic() < deadline:
            time.sleep(0.01)
    assert pauses.longest > 0
    assert list(tmp_path.iterdir()) == []


def test_only_folders_of_processes_that_ended_are_left(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"run-{ended.pid}-a", f"run-{os.getpid()}-b", "run-x", f"other-{ended.pid}-c"):
        (tmp_path / name).mkdir()
    assert [one.name for one in left_folders(tmp_path, "run-")] == [f"run-{ended.pid}-a"]
