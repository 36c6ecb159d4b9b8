"""Amounts in minor units and the currencies that they may be in.

The exponent of a currency (how many of its digits follow the decimal point) comes from the
published ISO 4217 table. Only 0, 2 and 3 are accepted: 4 belongs to units of account, and codes
without one (gold, test codes) are not money that a provider moves.
"""

from __future__ import annotations

from functools import cache

from iso4217 import Currency

LARGEST_AMOUNT = 10**12
"""The largest amount of one payment, in minor units; sums of millions of them fit a bigint."""

ACCEPTED_EXPONENTS = frozenset({0, 2, 3})


class UnsupportedCurrency(ValueError):
    """The code is not in ISO 4217, or its currency has no usable minor unit."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code!r} is not an ISO 4217 currency that can be paid in")


@cache
def _exponents() -> dict[str, int]:
    return {
        str(currency.code): int(currency.exponent)
        for currency in Currency
        if currency.exponent in ACCEPTED_EXPONENTS
    }


def exponent(code: str) -> int:
    """How many digits of an amount in ``code`` follow the decimal point.

    Args:
        code: three upper-case letters of ISO 4217.

    Raises:
        UnsupportedCurrency: the code is unknown, or its exponent is not 0, 2 or 3.
    """
    try:
        return _exponents()[code]
    except KeyError:
        raise UnsupportedCurrency(code) from None


def checked_currency(code: str) -> str:
    """``code`` itself if payments can be made in it.

    Raises:
        UnsupportedCurrency: they cannot.
    """
    exponent(code)
    return code
