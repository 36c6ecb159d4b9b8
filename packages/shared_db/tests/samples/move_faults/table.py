"""Outcomes as a table of Markdown: a row for each fault, a column for each phase of a move."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from move_faults.phases import ORDER
from move_faults.record import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN = "<!-- faults:begin, written by the acceptance run -->"
END = "<!-- faults:end -->"

_NOT_APPLICABLE = "–"


def write_table(outcomes: list[dict[str, Any]], document: Path = DOCUMENT) -> None:
    """Replace what is between the two comments of the document."""
    text = document.read_text(encoding="utf-8") if document.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    table = "\n".join(lines_of(outcomes))
    document.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def lines_of(outcomes: list[dict[str, Any]]) -> list[str]:
    """The table's lines: faults by name, and the phases in which anything was done."""
    phases = [phase for phase in ORDER if any(one["phase"] == phase for one in outcomes)]
    lines = [_line(["Fault", *phases]), _line(["---"] * (len(phases) + 1))]
    for fault in sorted({one["fault"] for one in outcomes}):
        cells = [
            _cell([one for one in outcomes if (one["fault"], one["phase"]) == (fault, phase)])
            for phase in phases
        ]
        lines.append(_line([fault, *cells]))
    return lines


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(outcomes: list[dict[str, Any]]) -> str:
    counted = Counter(_sentence(one) for one in outcomes)
    told = [f"{how} ({times}×)" if times > 1 else how for how, times in sorted(counted.items())]
    return "<br>".join(told) or _NOT_APPLICABLE


def _sentence(one: dict[str, Any]) -> str:
    told = " ".join(str(one["outcome"]).split()).replace("|", "\\|")
    return told if one["ok"] else f"**failed**: {told[:120]}"
