"""A plan that cannot be carried out is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from rehearsal.traffic.generator import KINDS
from rehearsal.traffic.plan import MIX, read_plan
from shared_db.errors import ConfigurationError

GOOD = (
    '{"urls": {"auth": "http://127.0.0.1:1", "payments": "http://127.0.0.1:2"},'
    ' "users": [{"email": "a@example.com", "password": "p"}], "run": "r1"}'
)


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(GOOD)
    plan = read_plan(file)
    assert (plan.rate, plan.seconds, plan.mix) == (120.0, None, MIX)
    assert set(MIX) == set(KINDS)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (GOOD.replace('"r1"', '"R 1"'), "run"),
        (GOOD.replace('"users": [', '"users": [{"email": "x"}, '), "users.0.password"),
        (GOOD.replace('"auth"', '"else"'), "urls"),
        (GOOD.replace('"run"', '"ran": 1, "run"'), "ran"),
        ("{", "plan.json"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=where):
        read_plan(file)


def test_a_missing_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_plan(tmp_path / "plan.json")
