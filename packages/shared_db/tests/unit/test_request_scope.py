"""What the transactions of one request share."""

from __future__ import annotations

from shared_db import request_scope
from shared_db.request_scope import earliest_deadline, note_commit


def test_a_request_gives_its_transactions_no_more_time_than_it_has() -> None:
    assert earliest_deadline(20.0) == 20.0
    with request_scope(deadline=10.0):
        assert earliest_deadline(20.0) == 10.0
        assert earliest_deadline(5.0) == 5.0
    with request_scope():
        assert earliest_deadline(20.0) == 20.0


def test_commits_count_in_the_innermost_scope_alone() -> None:
    with request_scope() as outer:
        note_commit()
        with request_scope() as inner:
            note_commit()
    assert (outer.commits, inner.commits) == (1, 1)
