"""The documents of the APIs can be turned into clients."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("services/*/openapi.json")), ids=lambda path: path.parent.name
)
def test_models_have_names_of_their_own(document: Path) -> None:
    """Two models of one name get the names of their modules, with which generators cannot cope."""
    names = json.loads(document.read_text(encoding="utf-8"))["components"]["schemas"]
    assert [name for name in names if "__" in name] == []
