"""Outcomes as a table of Markdown: a line for each fault, what became of it in each phase."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from move_faults.phases import ORDER
from move_faults.record import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN = "<!-- faults:begin, written by the acceptance run -->"
END = "<!-- faults:end -->"


def write_table(outcomes: list[dict[str, Any]], document: Path = DOCUMENT) -> None:
    """Replace what is between the two comments of the document."""
    text = document.read_text(encoding="utf-8") if document.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    table = "\n".join(lines_of(outcomes))
    document.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def lines_of(outcomes: list[dict[str, Any]]) -> list[str]:
    """The table's lines, faults by name and phases as a move comes to them."""
    lines = ["| Fault | Phase | Outcome | Tries |", "|---|---|---|---|"]
    places = {(one["fault"], one["phase"]) for one in outcomes}
    for fault, phase in sorted(places, key=lambda place: (place[0], _position(place[1]))):
        found = [one for one in outcomes if (one["fault"], one["phase"]) == (fault, phase)]
        lines.append(f"| {fault} | {phase} | {_cell(found)} | {len(found)} |")
    return lines


def _cell(outcomes: list[dict[str, Any]]) -> str:
    counted = Counter(_sentence(one) for one in outcomes)
    return "<br>".join(sorted(counted))


def _sentence(one: dict[str, Any]) -> str:
    told = " ".join(str(one["outcome"]).split()).replace("|", "\\|")
    return told if one["ok"] else f"**failed**: {told[:120]}"


def _position(phase: str) -> int:
    return ORDER.index(phase) if phase in ORDER else len(ORDER)
