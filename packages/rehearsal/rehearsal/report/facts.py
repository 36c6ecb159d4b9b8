"""What is neither in the records nor in the events: the run's parameters and its remains."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MovedService(BaseModel):
    """A service that was to move, from where and to where."""

    model_config = ConfigDict(extra="forbid")

    service: str
    source: str
    target: str


class Facts(BaseModel):
    """What whoever drives a run knows about it.

    Args:
        title: what was rehearsed.
        services: those that were to move.
        left_behind: what should be gone and is not; empty when all is clean.
        errors: sentences of commands that failed.
        disk_pause_ms: the longest that the stage's disk took for a write; None if nobody looked.
        environment: about machine and versions, shown as they are.
    """

    model_config = ConfigDict(extra="forbid")

    title: str = "Rehearsal of a move"
    services: list[MovedService] = Field(default_factory=list)
    left_behind: list[str] = Field(default_factory=list)
    errors: list[str] = Field(default_factory=list)
    disk_pause_ms: float | None = None
    environment: dict[str, str] = Field(default_factory=dict)
