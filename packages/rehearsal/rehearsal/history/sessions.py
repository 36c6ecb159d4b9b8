"""Accounts and refresh tokens: each token that was handed out opens the door once."""

from __future__ import annotations

from collections.abc import Iterator

from rehearsal.history.finding import Fault, Finding
from rehearsal.history.story import History


def check_sessions(history: History) -> Iterator[Finding]:
    """Tokens that were handed out and then refused, or handed out twice."""
    given: dict[str, int] = {}
    for record in history.of_kind("login", "refresh"):
        if record.shows is None:
            continue
        if record.shows.token in given:
            first = given[record.shows.token]
            sentence = "two replies gave the same refresh token"
            thing = f"session of client {record.client}"
            yield Finding(Fault.DUPLICATED, thing, (first, record.n), sentence)
        given[record.shows.token] = record.n
    for record in history.of_kind("refresh"):
        if record.refused and record.sent.token in given:
            yield Finding(
                Fault.LOST,
                f"session of client {record.client}",
                (given[record.sent.token], record.n),
                f"its unused refresh token was refused ({record.failure})",
            )


def check_accounts(history: History) -> Iterator[Finding]:
    """Accounts that are shown as another's."""
    for record in history.of_kind("me"):
        if record.shows is not None and record.shows.email != record.sent.email:
            yield Finding(
                Fault.CHANGED,
                f"account of client {record.client}",
                (record.n,),
                f"shown as {record.shows.email}, registered as {record.sent.email}",
            )
