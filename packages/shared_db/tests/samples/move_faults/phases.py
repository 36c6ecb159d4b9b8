"""In which phase of a move each point is."""

from __future__ import annotations

ORDER = (
    *("check", "prepare", "copy", "follow", "verify", "reverse", "ready", "warm", "cut", "resume"),
    *("compare", "rollback", "finish", "abort", "any"),
)
"""All phases, as a move comes to them."""

_INSIDE = {
    "claim": "prepare",
    "slot": "copy",
    "definitions": "copy",
    "subscription": "follow",
    "verify-lock": "verify",
    "verify-gate": "verify",
    "reverse-publication": "reverse",
    "reverse-slot": "reverse",
    "reverse-subscription": "reverse",
    "reopen": "rollback",
    "lock": "cut",
    "commit": "cut",
    "promote": "cut",
    "reverse-dropped": "finish",
    "forward-dropped": "finish",
    "put-aside": "finish",
    "release": "finish",
    "abort-release": "abort",
    "abort-replication": "abort",
}


def phase_of(point: str) -> str:
    """The phase to which a point of ``shared_db.move.points`` belongs."""
    step = point.partition(":")[2]
    return step if step in ORDER else _INSIDE[step]
