"""What clients are shown of an intent is what the documented model would write, byte for byte."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from payments_service.intent_rows import COLUMNS, IntentRow
from payments_service.replies import as_json, intent_reply
from payments_service.schemas import PaymentIntentBody, shown_intent
from payments_service.states import Status
from service_kit import Page

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
_BIGINT = st.integers(0, 2**63 - 1)
_MOMENT = st.datetimes(timezones=st.just(UTC))
_MOMENTS = _MOMENT | _MOMENT.map(lambda moment: moment.replace(microsecond=0))

ROWS = st.builds(
    IntentRow,
    id=st.uuids(),
    customer_id=st.uuids(),
    amount=_BIGINT,
    currency=st.from_regex(r"[A-Z]{3}", fullmatch=True),
    status=st.sampled_from([status.value for status in Status]),
    captured=_BIGINT,
    refunded=_BIGINT,
    payment_method=st.none() | _TEXT,
    description=st.none() | _TEXT,
    action_url=st.none() | _TEXT,
    error_code=st.none() | _TEXT,
    error_message=st.none() | _TEXT,
    cancellation_reason=st.none() | _TEXT,
    created_at=_MOMENTS,
    updated_at=_MOMENTS,
    canceled_at=st.none() | _MOMENTS,
    details=st.dictionaries(_TEXT, _TEXT, max_size=5),
)


@given(ROWS)
def test_an_intent_is_written_as_its_model_writes_it(row: IntentRow) -> None:
    shown = shown_intent(row)
    model = PaymentIntentBody.model_validate(shown, extra="forbid")
    assert list(shown) == list(PaymentIntentBody.model_fields)
    assert as_json(shown) == model.model_dump_json().encode() == intent_reply(row).body


@given(st.lists(ROWS, max_size=3), st.none() | _TEXT)
def test_a_page_is_written_as_its_model_writes_it(rows: list[IntentRow], cursor: str) -> None:
    page: dict[str, Any] = {
        "data": [shown_intent(row) for row in rows],
        "has_more": cursor is not None,
        "next_cursor": cursor,
    }
    model = Page[PaymentIntentBody].model_validate(page)
    assert as_json(page) == model.model_dump_json().encode()


def test_a_row_is_selected_in_the_order_of_its_fields() -> None:
    assert COLUMNS.replace("details::text", "details").split(", ") == list(IntentRow._fields)
