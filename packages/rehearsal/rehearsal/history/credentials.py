"""The stored refresh tokens and accounts against the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rehearsal.history.finding import Fault, Finding
from rehearsal.history.stored import Stored
from rehearsal.history.story import History
from rehearsal.records import RUN


def check_tokens(history: History, stored: Stored) -> Iterator[Finding]:
    """Refresh tokens that are missing, unused although exchanged, or of another parent."""
    kept = {token.digest: token for token in stored.tokens}
    children = Counter(token.parent for token in stored.tokens)
    for record in history.of_kind("login", "refresh"):
        if record.shows is None:
            continue
        thing = f"session of client {record.client}"
        token = kept.get(record.shows.token)
        if token is None:
            yield Finding(Fault.LOST, thing, (record.n,), "the refresh token is not there")
            continue
        if token.revoked:
            yield Finding(Fault.CHANGED, thing, (record.n,), "nobody ended it, yet it is revoked")
        if record.kind == "login":
            continue
        if token.parent != record.sent.token:
            sentence = "the refresh token was given for another than the one handed in"
            yield Finding(Fault.CHANGED, thing, (record.n,), sentence)
        if record.sent.token in kept and not kept[record.sent.token].used:
            sentence = "the exchanged refresh token counts as unused"
            yield Finding(Fault.LOST, thing, (record.n,), sentence)
        if children[record.sent.token] > 1:
            sentence = f"one refresh token was exchanged for {children[record.sent.token]}"
            yield Finding(Fault.DUPLICATED, thing, (record.n,), sentence)


def check_registrations(history: History, stored: Stored) -> Iterator[Finding]:
    """Registered addresses without an account or event, or with several."""
    for record in history.of_kind("register"):
        if record.phase != RUN or not record.acknowledged:
            continue
        accounts, events = stored.accounts.get(record.sent.email, (0, 0))
        thing = f"account {record.sent.email}"
        for what, times in (("account", accounts), ("event user.registered", events)):
            if not times:
                yield Finding(Fault.LOST, thing, (record.n,), f"there is no {what}")
            elif times > 1:
                yield Finding(Fault.DUPLICATED, thing, (record.n,), f"{times} times {what}")
