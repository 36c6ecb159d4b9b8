"""The file of events: made where its folder is missing, refused before anything is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shared_db.errors import ConfigurationError
from shared_db.move import Teller, to_file


def test_its_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "build" / "move.jsonl"
    Teller("orders", "run", (to_file(file),)).tell("lag", bytes=7)
    (line,) = file.read_text().splitlines()
    assert json.loads(line)["bytes"] == 7


def test_one_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "build").touch()
    with pytest.raises(ConfigurationError, match="--events"):
        to_file(tmp_path / "build" / "move.jsonl")
