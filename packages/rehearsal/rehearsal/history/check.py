"""The check as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from rehearsal.history.balances import check_balances
from rehearsal.history.credentials import check_registrations, check_tokens
from rehearsal.history.effects import check_effects, check_keys
from rehearsal.history.finding import Fault, Finding
from rehearsal.history.lists import check_lists, check_refunds
from rehearsal.history.payments import check_payments
from rehearsal.history.sessions import check_accounts, check_sessions
from rehearsal.history.stored import Stored
from rehearsal.history.story import History
from rehearsal.records import Record

_OF_RECORDS = (
    check_payments,
    check_lists,
    check_refunds,
    check_balances,
    check_sessions,
    check_accounts,
)
_OF_ROWS = (check_effects, check_keys, check_tokens, check_registrations)


def check(records: Iterable[Record], stored: Stored | None = None) -> list[Finding]:
    """All that must not be.

    Args:
        records: of the whole run, reading back included.
        stored: what the databases hold; without it that part is not checked.
    """
    history = History.of(records)
    findings = [finding for rule in _OF_RECORDS for finding in rule(history)]
    if stored is not None:
        findings += [finding for rule in _OF_ROWS for finding in rule(history, stored)]
        findings += [
            Finding(Fault.UNBALANCED if "ledger" in thing else Fault.CHANGED, thing, (), sentence)
            for thing, sentence in stored.violations
        ]
    return findings
