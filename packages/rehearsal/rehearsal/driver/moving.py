"""The moves of a rehearsal, each by the command that an operator would run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared_db import SharedDbError
from shared_db.reconcile.homes import find_home
from shared_db.status import service_status

from rehearsal.driver.stage import Stage


class RehearsalFailed(SharedDbError):
    """A command of the rehearsal did not do what it is for."""


def move_all(stage: Stage, events: Path, told: Callable[[str], None]) -> None:
    """Move every service out, roll one back and move it again, then finish all.

    Args:
        stage: the running project.
        events: the file that gets every event.
        told: told of each command.

    Raises:
        RehearsalFailed: a command failed; the message holds what it told.
    """

    def move(*command: str) -> None:
        told(f"shared-db move {' '.join(command)}")
        finished = stage.run("shared_db", "move", *command, "--events", str(events))
        if finished.returncode:
            raise RehearsalFailed(
                f"`shared-db move {' '.join(command)}` failed: "
                f"{finished.stderr.strip() or finished.stdout.strip()}"
            )

    for name in stage.services:
        move("start", name)
        move("cutover", name)
    back = largest(stage)
    move("rollback", back)
    move("cutover", back)
    move("verify", back)
    for name in stage.services:
        move("finish", name)


def largest(stage: Stage) -> str:
    """The service that goes back once: the one with the most bytes."""
    sizes = {}
    for placement in stage.settings().services.values():
        home = find_home(placement).address
        sizes[placement.service.name] = service_status(placement, home)["bytes"]
    return max(sizes, key=lambda name: int(sizes[name]))
