"""Balances: each currency sums to zero, and shows what its client has captured and refunded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rehearsal.exchanged import BalanceSeen
from rehearsal.history.finding import Fault, Finding
from rehearsal.history.outcome import Outcome, outcome
from rehearsal.history.payments import behind
from rehearsal.history.story import History
from rehearsal.records import Record

_SIDES = {"sales": ("capture", -1), "refunds": ("refund", 1)}
"""Which requests move an account, and with which sign."""


def check_balances(history: History) -> Iterator[Finding]:
    """Balances that are off; the first of each client is what the others are measured against."""
    moves: defaultdict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for record in history.of_kind("capture", "refund"):
        moves[record.client, record.kind, record.sent.currency].append(record)
    first: dict[str, _Ledger] = {}
    for read in history.of_kind("balances"):
        if read.shows is None:
            continue
        ledger = _Ledger.of(read.shows.balances)
        yield from _unbalanced(read, ledger)
        if read.client not in first:
            first[read.client] = ledger
            continue
        for account, (kind, sign) in _SIDES.items():
            for currency in ledger.currencies:
                span = _Span.of(moves[read.client, kind, currency], read)
                before = sign * first[read.client].balance(account, currency)
                shown = sign * ledger.balance(account, currency) - before
                yield from _compare(read, f"{account} in {currency}", span, shown)


@dataclass(frozen=True)
class _Ledger:
    balances: dict[tuple[str, str], int]

    @classmethod
    def of(cls, seen: list[BalanceSeen]) -> _Ledger:
        return cls({(each.account, each.currency): each.balance for each in seen})

    @property
    def currencies(self) -> set[str]:
        return {currency for _, currency in self.balances}

    def balance(self, account: str, currency: str) -> int:
        return self.balances.get((account, currency), 0)

    def total(self, currency: str) -> int:
        return sum(value for (_, each), value in self.balances.items() if each == currency)


@dataclass(frozen=True)
class _Span:
    """What must have been moved, and what may have been."""

    least: int
    most: int

    @classmethod
    def of(cls, moves: list[Record], read: Record) -> _Span:
        done = [m for m in moves if outcome(m) is Outcome.DONE and m.ended <= read.started]
        begun = [m for m in moves if outcome(m) is not Outcome.NOT_DONE and m.started < read.ended]
        return cls(sum(m.sent.amount for m in done), sum(m.sent.amount for m in begun))


def _unbalanced(read: Record, ledger: _Ledger) -> Iterator[Finding]:
    for currency in sorted(ledger.currencies):
        if ledger.total(currency):
            yield Finding(
                Fault.UNBALANCED,
                f"ledger of client {read.client}",
                (read.n,),
                f"the balances in {currency} sum to {ledger.total(currency)}",
            )


def _compare(read: Record, account: str, span: _Span, shown: int) -> Iterator[Finding]:
    thing = f"{account} of client {read.client}"
    if shown < span.least:
        sentence = f"{span.least} had been moved since the run began, shown were {shown}"
        yield Finding(behind(read), thing, (read.n,), sentence)
    elif shown > span.most:
        sentence = f"at most {span.most} was asked for since the run began, shown were {shown}"
        yield Finding(Fault.DUPLICATED, thing, (read.n,), sentence)
