"""Whether a rehearsal has passed, and if not, why: each reason a sentence."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rehearsal.history import Finding
from rehearsal.report.facts import Facts
from rehearsal.report.services import ServiceFigures
from rehearsal.report.traffic import TrafficFigures

_SHOWN = 3


@dataclass(frozen=True)
class Limits:
    """What a rehearsal has to keep.

    Args:
        rate: requests per second before the first phase.
        rate_share: the share of it that must be left in every phase.
        hold_median_ms: of all cuts and rollbacks.
        hold_longest_ms: of each.
        longest_ms: of each request, from its scheduled instant.
    """

    rate: float = 100.0
    rate_share: float = 0.8
    hold_median_ms: float = 30.0
    hold_longest_ms: float = 100.0
    longest_ms: float = 250.0


NO_LIMITS = Limits(
    rate=0.0,
    rate_share=0.0,
    hold_median_ms=math.inf,
    hold_longest_ms=math.inf,
    longest_ms=math.inf,
)
"""For machines that do other things meanwhile: only what clients were told is judged."""


def reasons(
    facts: Facts,
    traffic: TrafficFigures,
    services: Sequence[ServiceFigures],
    findings: Sequence[Finding],
    limits: Limits,
) -> list[str]:
    """Why it has not passed; empty when it has."""
    return [
        *facts.errors,
        *_of_findings(findings),
        *_of_traffic(traffic, limits, facts.disk_pause_ms),
        *_of_services(services),
        *_of_holds(services, limits),
        *(f"Left behind: {remain}." for remain in facts.left_behind),
    ]


def _of_findings(findings: Sequence[Finding]) -> Iterator[str]:
    by_fault: dict[str, list[Finding]] = {}
    for finding in findings:
        by_fault.setdefault(finding.fault, []).append(finding)
    for fault, found in by_fault.items():
        shown = "; ".join(str(finding) for finding in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield f"{len(found)} × {fault}: {shown}{more}."


def _of_traffic(
    traffic: TrafficFigures, limits: Limits, disk_pause_ms: float | None
) -> Iterator[str]:
    if traffic.failed:
        shown = "; ".join(f"{n} × {what}" for what, n in list(traffic.failures.items())[:_SHOWN])
        yield f"{traffic.failed} requests failed: {shown}."
    if not traffic.requests:
        yield "There was no traffic."
    if traffic.rate_before < limits.rate:
        yield f"{traffic.rate_before:g} requests/s before the move; {limits.rate:g} are asked for."
    least = limits.rate_share * traffic.rate_before
    if traffic.rate_lowest < least:
        yield f"{traffic.rate_lowest:g} requests/s in one phase; {least:.1f} had to be left."
    if traffic.latencies.longest_ms > limits.longest_ms:
        disk = "" if disk_pause_ms is None else f" One write to the disk took {disk_pause_ms:g} ms."
        yield (
            f"The longest request took {traffic.latencies.longest_ms:g} ms; "
            f"{limits.longest_ms:g} are allowed.{disk}"
        )


def _of_services(services: Sequence[ServiceFigures]) -> Iterator[str]:
    for service in services:
        if service.hold_ms is None:
            tried = "; ".join(cut.reason for cut in service.cuts) or "no cut was tried"
            yield f"{service.service} was never cut over: {tried}."
        if not service.tables:
            yield f"No table of {service.service} was compared."
        for table in service.tables:
            if not table.equal:
                where = ", ".join(str(each) for each in table.differences[:_SHOWN])
                yield f"{table.name} differs between source and target: {where or 'see the log'}."


def _of_holds(services: Sequence[ServiceFigures], limits: Limits) -> Iterator[str]:
    holds = [cut.hold_ms for service in services for cut in service.cuts if cut.ok]
    holds += [s.rollback_hold_ms for s in services if s.rollback_hold_ms is not None]
    if not holds:
        return
    median = statistics.median(holds)
    if median > limits.hold_median_ms:
        yield f"The median hold was {median:.1f} ms; {limits.hold_median_ms:g} are allowed."
    if max(holds) > limits.hold_longest_ms:
        yield f"The longest hold was {max(holds):.1f} ms; {limits.hold_longest_ms:g} are allowed."
