"""The hash chain, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from admin_service.audit import ids_of
from admin_service.chain import GENESIS, Content, link

CONTENT = Content(
    id=UUID(int=1),
    position=1,
    at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    actor=UUID(int=2),
    action="users.search",
    targets=("a", "b"),
)


def test_the_hash_is_the_documented_one() -> None:
    assert link(CONTENT, GENESIS).hex() == (
        "cf899d237cd73076ee27ccb9bf39b47e4505a826d5ec2b29232ce391cea5a925"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"id": UUID(int=3)},
        {"position": 2},
        {"at": CONTENT.at + timedelta(microseconds=1)},
        {"actor": UUID(int=3)},
        {"action": "users.erase"},
        {"targets": ("b", "a")},
        {"targets": ("a,b",)},
        {"targets": ()},
    ],
)
def test_every_field_is_covered(change: dict[str, Any]) -> None:
    assert link(replace(CONTENT, **change), GENESIS) != link(CONTENT, GENESIS)


def test_the_previous_hash_is_covered() -> None:
    assert link(CONTENT, b"\1" * 32) != link(CONTENT, GENESIS)


def test_the_zone_in_which_a_moment_is_written_does_not_matter() -> None:
    elsewhere = CONTENT.at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert link(replace(CONTENT, at=elsewhere), GENESIS) == link(CONTENT, GENESIS)


def test_ids_are_kept_once_and_in_order() -> None:
    assert ids_of([UUID(int=2), None, UUID(int=1), UUID(int=2)]) == (
        str(UUID(int=2)),
        str(UUID(int=1)),
    )
