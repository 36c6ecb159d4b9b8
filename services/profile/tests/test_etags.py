"""Conditions as RFC 9110 defines them."""

from __future__ import annotations

import pytest
from profile_service.errors import PreconditionFailed, PreconditionRequired
from profile_service.etags import entity_tag, is_unchanged, require_match

TAG = entity_tag("a", 1)


def test_tags_differ_with_every_part() -> None:
    assert len({entity_tag("a", 1), entity_tag("a", 2), entity_tag("b", 1), entity_tag("a1")}) == 4


@pytest.mark.parametrize("header", [TAG, f'"x", {TAG}', "*", f"{TAG},", " * "])
def test_a_condition_that_holds_lets_the_change_pass(header: str) -> None:
    require_match(header, TAG)


@pytest.mark.parametrize("header", ["", '"x"', f"W/{TAG}", TAG.strip('"'), "garbage", '"'])
def test_a_condition_that_does_not_hold_stops_the_change(header: str) -> None:
    with pytest.raises(PreconditionFailed):
        require_match(header, TAG)


def test_a_change_without_condition_is_stopped() -> None:
    with pytest.raises(PreconditionRequired):
        require_match(None, TAG)


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"x", {TAG}', "*"])
def test_a_known_state_is_unchanged(header: str) -> None:
    assert is_unchanged(header, TAG)


@pytest.mark.parametrize("header", [None, "", '"x"', "garbage"])
def test_an_unknown_state_counts_as_changed(header: str | None) -> None:
    assert not is_unchanged(header, TAG)
