"""Which currencies can be paid in."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payments_service.money import ACCEPTED_EXPONENTS, UnsupportedCurrency, exponent


@pytest.mark.parametrize(("code", "digits"), [("EUR", 2), ("JPY", 0), ("BHD", 3), ("USD", 2)])
def test_the_exponent_is_that_of_iso_4217(code: str, digits: int) -> None:
    assert exponent(code) == digits


@pytest.mark.parametrize("code", ["CLF", "UYW", "XAU", "XTS", "XXX", "eur", "ZZZ", "", "EU"])
def test_codes_without_a_usable_minor_unit_are_refused(code: str) -> None:
    with pytest.raises(UnsupportedCurrency):
        exponent(code)


@given(st.text(max_size=5))
def test_any_text_is_a_currency_or_refused(code: str) -> None:
    with suppress(UnsupportedCurrency):
        assert exponent(code) in ACCEPTED_EXPONENTS
