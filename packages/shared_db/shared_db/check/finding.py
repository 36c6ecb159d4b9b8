"""A finding: what is wrong, how bad it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


@dataclass(frozen=True)
class Finding:
    """One thing that ``check`` found.

    Args:
        verdict: how bad it is.
        code: a stable name for programs.
        service: the service that it concerns.
        sentence: what was found, objects by name.
        remedy: what to do, as a sentence.
    """

    verdict: Verdict
    code: str
    service: str
    sentence: str
    remedy: str

    def as_json(self) -> dict[str, str]:
        """The finding for programs."""
        return {
            "verdict": self.verdict.value,
            "code": self.code,
            "service": self.service,
            "sentence": self.sentence,
            "remedy": self.remedy,
        }
