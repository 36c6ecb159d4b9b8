"""Which comparison found a difference first decides which cut it stands in the way of."""

from __future__ import annotations

from shared_db.move.known_differences import found_by
from shared_db.move.telling import Event


def table(name: str, kind: str, *, equal: bool) -> Event:
    return {"event": "table", "table": name, "kind": kind, "equal": equal}


def test_the_last_comparison_of_each_table_counts() -> None:
    events: list[Event] = [
        table("shop.orders", "verify", equal=False),
        table("shop.customers", "verify", equal=False),
        {"event": "phase", "phase": "verify", "state": "end"},
        table("shop.orders", "verify", equal=True),
    ]
    assert found_by(events) == {"shop.customers": "verify"}


def test_the_first_to_find_it_is_kept_until_the_rows_are_equal() -> None:
    events: list[Event] = [
        table("shop.orders", "cut", equal=False),
        table("shop.orders", "rollback", equal=False),
    ]
    assert found_by(events) == {"shop.orders": "cut"}
    events += [
        table("shop.orders", "verify", equal=True),
        table("shop.orders", "rollback", equal=False),
    ]
    assert found_by(events) == {"shop.orders": "rollback"}
