"""The report as a value, and as the document ``report.json``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rehearsal.history import Finding
from rehearsal.records import Record
from rehearsal.report.events import Events, Hold
from rehearsal.report.facts import Facts
from rehearsal.report.phases import PhaseFigures, phase_figures
from rehearsal.report.services import ServiceFigures, service_figures
from rehearsal.report.traffic import TrafficFigures, mix_of, traffic_figures
from rehearsal.report.verdict import Limits, reasons

_MOST_FINDINGS = 200


@dataclass(frozen=True)
class Report:
    """All that is known about a rehearsal.

    Args:
        facts: from whoever drove it.
        services: the moves.
        traffic: what the clients saw.
        phases: the traffic by phase.
        findings: what the check found.
        reasons: why it has not passed; empty when it has.
    """

    facts: Facts
    services: list[ServiceFigures]
    traffic: TrafficFigures
    phases: list[PhaseFigures]
    findings: list[Finding]
    reasons: list[str]

    @property
    def verdict(self) -> str:
        """``pass`` or ``fail``."""
        return "fail" if self.reasons else "pass"


def build_report(
    records: Sequence[Record],
    events: Events,
    findings: Sequence[Finding],
    facts: Facts,
    limits: Limits | None = None,
) -> Report:
    """Work everything out.

    Args:
        records: of the traffic.
        events: of the moves.
        findings: of the history check.
        facts: the rest.
        limits: what has to be kept.
    """
    phases = phase_figures(mix_of(records), events)
    traffic = traffic_figures(records, events, phases, findings)
    services = [service_figures(moved, events) for moved in facts.services]
    why = reasons(facts, traffic, services, findings, limits or Limits())
    return Report(facts, services, traffic, phases, list(findings), why)


def document(report: Report) -> dict[str, Any]:
    """What ``report.json`` holds."""
    return {
        "verdict": report.verdict,
        "reasons": report.reasons,
        "services": [_service(service) for service in report.services],
        "traffic": _traffic(report.traffic),
        "phases": [_flat(asdict(phase)) for phase in report.phases],
        "findings": [asdict(finding) for finding in report.findings[:_MOST_FINDINGS]],
        "left_behind": report.facts.left_behind,
        "environment": report.facts.environment,
    }


def _service(figures: ServiceFigures) -> dict[str, Any]:
    values = asdict(figures)
    values["cut_attempts"] = [_attempt(cut) for cut in figures.cuts]
    del values["cuts"]
    return values


def _attempt(hold: Hold) -> dict[str, Any]:
    return {"at": hold.begin, "hold_ms": hold.hold_ms, "ok": hold.ok, "reason": hold.reason}


def _traffic(figures: TrafficFigures) -> dict[str, Any]:
    values = _flat(asdict(figures))
    values["hashing"] = _flat(values["hashing"])
    return values


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """The latencies' figures among the others."""
    latencies: dict[str, Any] = values.pop("latencies")
    return {**values, **latencies}
