"""The Idempotency-Key header and the fingerprint of a request."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payments_service.claims import LONGEST_KEY, fingerprint, parsed_key
from payments_service.errors import IdempotencyKeyInvalid
from payments_service.schemas import CreatePaymentIntent, CreateRefund

VISIBLE = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'),
    min_size=1,
    max_size=LONGEST_KEY,
)


@given(VISIBLE)
def test_quoted_and_bare_forms_are_one_key(key: str) -> None:
    assert parsed_key(key) == parsed_key(f'"{key}"') == parsed_key(f' "{key}" ') == key


def test_escapes_of_the_quoted_form_are_undone() -> None:
    assert parsed_key(r'"a\"b\\c"') == r"a\b".replace("\\", '"') + r"\c"


@pytest.mark.parametrize("header", ["", " ", '""', "é", "a\x00b", "a\x7f", "a\tb", "x" * 256])
def test_unusable_keys_are_refused(header: str) -> None:
    with pytest.raises(IdempotencyKeyInvalid):
        parsed_key(header)


@given(st.text(max_size=300))
def test_any_header_is_a_key_or_refused(header: str) -> None:
    with suppress(IdempotencyKeyInvalid):
        assert 1 <= len(parsed_key(header)) <= LONGEST_KEY


def test_the_order_of_members_and_spelled_out_defaults_do_not_matter() -> None:
    customer = str(uuid4())
    one = CreatePaymentIntent.model_validate(
        {"customer": customer, "amount": 5, "currency": "EUR", "metadata": {"a": "1", "b": "2"}}
    )
    two = CreatePaymentIntent.model_validate(
        {
            "metadata": {"b": "2", "a": "1"},
            "description": None,
            "currency": "EUR",
            "amount": 5,
            "customer": customer,
        }
    )
    assert fingerprint(one) == fingerprint(two)


def test_another_amount_or_target_is_another_request() -> None:
    intent = uuid4()
    five = CreateRefund(payment_intent=intent, amount=5)
    six = CreateRefund(payment_intent=intent, amount=6)
    assert len({fingerprint(five), fingerprint(six), fingerprint(five, target=intent)}) == 3
