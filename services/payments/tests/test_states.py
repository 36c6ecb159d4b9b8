"""The table of transitions, by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payments_service.states import (
    FINAL,
    TRANSITIONS,
    Event,
    Status,
    TransitionRefused,
    after,
    cancellation,
)

ANSWERS = {
    Event.CONFIRM: [Event.AUTHORIZED, Event.ACTION_REQUIRED, Event.DECLINED],
    Event.CAPTURE: [Event.CAPTURED, Event.CAPTURE_FAILED],
    Event.ABANDON: [Event.VOIDED, Event.DECLINED],
    Event.VOID: [Event.VOIDED, Event.VOID_FAILED],
}
"""What the provider may answer to an operation."""

REQUIRES = [status for status in Status if status.value.startswith("requires_")]


@given(st.lists(st.sampled_from(list(Event)), max_size=60))
def test_no_sequence_of_events_leaves_a_final_state(events: list[Event]) -> None:
    status = Status.REQUIRES_PAYMENT_METHOD
    for event in events:
        try:
            following = after(status, event)
        except TransitionRefused:
            continue
        assert following is status or status not in FINAL
        status = following


@given(st.data())
def test_money_is_captured_once_and_only_after_it_was_authorized(data: st.DataObject) -> None:
    status, under_way, happened = Status.REQUIRES_PAYMENT_METHOD, Event.CONFIRM, []
    for _ in range(data.draw(st.integers(0, 40))):
        possible = [event for (known, event) in TRANSITIONS if known is status]
        if status is Status.PROCESSING:
            possible = ANSWERS[under_way]
        if not possible:
            break
        event = data.draw(st.sampled_from(possible))
        status, under_way = after(status, event), event
        happened.append(event)
    if Event.CAPTURE in happened:
        assert Event.AUTHORIZED in happened[: happened.index(Event.CAPTURE)]
    if Event.REFUND in happened:
        assert Event.CAPTURED in happened[: happened.index(Event.REFUND)]
    assert happened.count(Event.CAPTURED) <= 1
    assert not {Event.CAPTURED, Event.VOIDED} <= set(happened)


@given(st.sampled_from(list(Status)), st.sampled_from(list(Event)))
def test_what_the_table_does_not_name_is_refused(status: Status, event: Event) -> None:
    if (status, event) in TRANSITIONS:
        assert after(status, event) is TRANSITIONS[status, event]
    else:
        with pytest.raises(TransitionRefused):
            after(status, event)


@pytest.mark.parametrize("status", REQUIRES)
def test_every_state_that_requires_something_can_be_canceled(status: Status) -> None:
    reached = after(status, cancellation(status))
    if reached is Status.PROCESSING:
        reached = after(reached, Event.VOIDED)
    assert reached is Status.CANCELED


def test_every_state_is_reachable() -> None:
    reached = {Status.REQUIRES_PAYMENT_METHOD}
    for _ in Status:
        reached |= {to for (status, _), to in TRANSITIONS.items() if status in reached}
    assert reached == set(Status)


def test_every_state_that_is_not_final_leads_to_an_end() -> None:
    ending = set(FINAL)
    for _ in Status:
        ending |= {status for (status, _), to in TRANSITIONS.items() if to in ending}
    assert ending == set(Status)
