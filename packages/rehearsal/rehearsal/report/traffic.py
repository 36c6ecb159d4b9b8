"""The figures of the traffic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rehearsal.history import Fault, Finding
from rehearsal.records import FINAL, HASHING, RUN, WRITES, Record
from rehearsal.report.events import Events
from rehearsal.report.latency import Latencies, Rates
from rehearsal.report.phases import PhaseFigures


@dataclass(frozen=True)
class Hashing:
    """Requests that hash a password, each of which keeps a core busy for some time."""

    requests: int
    failed: int
    latencies: Latencies


@dataclass(frozen=True)
class TrafficFigures:
    """What the clients saw.

    Args:
        requests: how many by the schedule, those that hash passwords left out.
        failed: replies that a correct client does not expect, of all requests, reading back
            after the run included.
        acknowledged_writes: how many the check holds the services to.
        lost: findings of acknowledged writes that are not there.
        duplicated: findings of writes that were applied more often than asked for.
        stale_reads: findings of reads that showed too old a state.
        latencies: of the requests.
        rate_before: requests answered as expected per second, before the first phase.
        rate_lowest: the same in the phase where it was lowest.
        hashing: the requests that hash passwords.
        failures: how often each failure was met.
    """

    requests: int
    failed: int
    acknowledged_writes: int
    lost: int
    duplicated: int
    stale_reads: int
    latencies: Latencies
    rate_before: float
    rate_lowest: float
    hashing: Hashing
    failures: dict[str, int] = field(default_factory=dict)


def mix_of(records: Sequence[Record]) -> list[Record]:
    """The requests of the schedule that hash no passwords, in their order."""
    return sorted(
        (r for r in records if r.phase == RUN and r.kind not in HASHING),
        key=lambda record: record.scheduled,
    )


def traffic_figures(
    records: Sequence[Record],
    events: Events,
    phases: Sequence[PhaseFigures],
    findings: Sequence[Finding],
) -> TrafficFigures:
    """Work the figures out."""
    mix = mix_of(records)
    hashing = [record for record in records if record.phase == RUN and record.kind in HASHING]
    faults = Counter(finding.fault for finding in findings)
    failures = Counter(
        f"{record.kind}: {record.failure}"
        for record in records
        if record.failure and record.phase in {RUN, FINAL}
    )
    before = _rate_before(mix, events)
    return TrafficFigures(
        requests=len(mix),
        failed=failures.total(),
        acknowledged_writes=sum(
            1 for r in records if r.phase == RUN and r.kind in WRITES and r.acknowledged
        ),
        lost=faults[Fault.LOST],
        duplicated=faults[Fault.DUPLICATED],
        stale_reads=faults[Fault.STALE_READ],
        latencies=Latencies.of(mix),
        rate_before=round(before, 1),
        rate_lowest=min((phase.rate for phase in phases), default=round(before, 1)),
        hashing=Hashing(len(hashing), sum(1 for r in hashing if r.failure), Latencies.of(hashing)),
        failures=dict(failures.most_common()),
    )


def _rate_before(mix: Sequence[Record], events: Events) -> float:
    """The rate until the first phase began, or of the whole run when there was none."""
    if not mix:
        return 0.0
    end = min((phase.begin for phase in events.phases), default=mix[-1].scheduled)
    return Rates(mix).within(mix[0].scheduled, end)
