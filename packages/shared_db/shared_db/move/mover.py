"""The commands of a move. Each may be repeated; what is done already is not done again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared_db.errors import DatabaseUnavailable, MoveRefused
from shared_db.homes import State
from shared_db.move import at_work, ending, journal, starting
from shared_db.move.aside import drop_everywhere
from shared_db.move.backends import end_orphans
from shared_db.move.compare import TableResult
from shared_db.move.cutting import cut_over
from shared_db.move.finding import begin_run, existing_run, find_run, was_finished
from shared_db.move.inspect import Obstacle
from shared_db.move.journal import Entry
from shared_db.move.markers import forget_cut
from shared_db.move.muting import publish_at_home_only
from shared_db.move.opened import OpenRun, open_run
from shared_db.move.options import MoveOptions
from shared_db.move.parties import Parties
from shared_db.move.programs import find_programs
from shared_db.move.replication import lag_bytes
from shared_db.move.rolling_forward import roll_forward
from shared_db.move.run import Run
from shared_db.move.subject import connect
from shared_db.move.taking_over import TakenOver, take_over
from shared_db.move.telling import Listener, Teller
from shared_db.move.way_back import refuse_without_way_back

_COPYING = frozenset({"begun", "prepare", "copy"})


@dataclass(frozen=True)
class Status:
    """Where a move is.

    Args:
        run: the run that has not ended, None where there is none.
        phase: how far it has come.
        home: where the schema is active.
        events: what the run told, oldest first.
        compared: whether the rows of the last cut were compared, by the cut or since.
        running: the command that works on it now, empty if none does.
    """

    run: Run | None
    phase: str
    home: str
    events: list[dict[str, Any]]
    compared: bool = True
    running: str = ""


class Mover:
    """Moves one schema.

    Args:
        parties: which schema, from where to where.
        options: how.
        listeners: told of every event.
    """

    def __init__(
        self,
        parties: Parties,
        options: MoveOptions | None = None,
        listeners: tuple[Listener, ...] = (),
    ) -> None:
        self._parties = parties
        self._options = options or MoveOptions()
        self._listeners = listeners

    def check(self) -> list[Obstacle]:
        """What stands in the way; changes nothing. A move that has not ended is all there is."""
        found = find_run(self._parties)
        if found is not None:
            return [starting.under_way(*found, at_work.running(found[0]))]
        teller = Teller(self._parties.subject.name, "", self._listeners)
        return starting.look_for_obstacles(self._parties, teller)

    def start(self) -> None:
        """Copy, follow, verify and lay the way back; the home stays where it is.

        Raises:
            MoveRefused: something stands in the way; nothing was changed.
            MoveFailed: it stopped under way; ``resume`` or ``abort`` ends it.
        """
        starting.refuse_obstacles(self.check())
        run = begin_run(self._parties)
        with open_run(run, self._listeners) as opened:
            self._go_on(opened, "begun")

    def verify(self) -> list[TableResult]:
        """Compare every row of both sides, whichever is the home.

        Raises:
            MoveRefused: the former home does not follow, so that there is nothing to compare.
            MoveFailed: rows differ.
        """
        run, _ = existing_run(self._parties)
        with open_run(run, self._listeners) as opened:
            at_origin = roll_forward(opened).at_origin
            if not at_origin:
                refuse_without_way_back(opened)
            return starting.verify(opened, run.leg_from(origin=at_origin), self._options)

    def cutover(self) -> None:
        """Make the target the home.

        Raises:
            MoveRefused: the move is not ready, or processes are not warm.
            MoveFailed: no attempt fitted the budget, or rows were found to differ after it.
        """
        run, entry = existing_run(self._parties)
        with open_run(run, self._listeners) as opened:
            if not roll_forward(opened).at_origin:
                raise MoveRefused(f"{run.subject.name} is at {run.target.address} already.")
            if entry.phase in _COPYING or entry.phase in {"follow", "abort"}:
                raise MoveRefused(
                    f"The move of {run.subject.name} is not ready (phase {entry.phase}): run "
                    "`shared-db move resume` first."
                )
            cut_over(opened, self._parties, run.forward, "cut", self._options)

    def rollback(self) -> None:
        """Make the origin the home again, with all that was written since the cut."""
        run, _ = existing_run(self._parties)
        with open_run(run, self._listeners) as opened:
            if roll_forward(opened).at_origin:
                raise MoveRefused(f"{run.subject.name} is at {run.origin.address} already.")
            refuse_without_way_back(opened)
            cut_over(opened, self._parties, run.reverse, "rollback", self._options)

    def finish(self, *, drop: bool = False) -> list[str]:
        """End the move at the target; there is no way back after it.

        Args:
            drop: drop what was put aside, of this move and of those that have ended.

        Returns:
            What was dropped, and where.

        Raises:
            MoveRefused: no move is under way, nothing is to be dropped and the last move was not
                finished; or it is not cut over.
        """
        dropped: list[str] = []
        if find_run(self._parties) is not None:
            run, _ = existing_run(self._parties)
            with open_run(run, self._listeners) as opened:
                roll_forward(opened)
                dropped = ending.finish(opened, drop=drop)
        elif not drop and not was_finished(self._parties):
            existing_run(self._parties)  # raises
        return dropped + drop_everywhere(self._parties) if drop else []

    def abort(self, *, target_lost: bool = False) -> str:
        """Undo the move; the home must be the origin.

        Args:
            target_lost: end it although nobody answers at the target.

        Returns:
            A sentence about what could not be undone, empty when all was.
        """
        run, entry = existing_run(self._parties)
        self._end_orphans(run)
        try:
            if entry.phase == "begun":
                self._parties.house(run.target)
            with open_run(run, self._listeners) as opened:
                roll_forward(opened)
                ending.abort(opened)
        except DatabaseUnavailable as error:
            return ending.abort_without_target(run, error, lost=target_lost)
        return ""

    def resume(self) -> None:
        """Go on with a move that was interrupted, from what the databases say."""
        run, entry = existing_run(self._parties)
        self._end_orphans(run)
        if entry.phase == "begun":
            self._parties.house(run.target)
        with open_run(run, self._listeners) as opened:
            rows = roll_forward(opened)
            if entry.phase == "abort":
                ending.abort(opened)
            elif entry.phase in {"finish", "finished"}:
                ending.finish(opened, drop=False)
            elif rows.origin is not None and rows.at_origin:
                forget_cut(opened.origin, run.run_id, rows.origin.epoch)
                publish_at_home_only(opened, origin=True)
                self._go_on(opened, entry.phase)
            elif rows.target is not None and rows.target.state is State.ACTIVE:
                forget_cut(opened.target, run.run_id, rows.target.epoch)
                publish_at_home_only(opened, origin=False)
                opened.enter("cut")

    def take_over(self) -> TakenOver:
        """Make the database that followed the home the home, because the home is lost.

        Raises:
            MoveRefused: the home answers, or nobody followed it with all its rows.
        """
        return take_over(self._parties, self._options.margin)

    def status(self) -> Status:
        """Where the move is, and what it told."""
        home = str(self._parties.home().address)
        found = find_run(self._parties)
        if found is None:
            return Status(None, "none", home, [])
        run, entry = found
        with connect(run.origin, run.run_id) as connection:
            told = journal.events(connection, run.run_id)
        phase = _true_phase(entry.phase, at_target=home == str(run.target.address))
        compared = journal.is_compared(told, phase)
        return Status(run, phase, home, told, compared, at_work.running(run))

    def entry(self) -> Entry | None:
        """The journal's entry of the run that has not ended."""
        found = find_run(self._parties)
        return found[1] if found else None

    def _go_on(self, opened: OpenRun, phase: str) -> None:
        """All that is left before the cut."""
        run = opened.run
        proven = phase in {"ready", "cut"}
        if phase in _COPYING or lag_bytes(opened.origin, run.forward) is None:
            proven = False
            newest = max(opened.origin.info.server_version, opened.target.info.server_version)
            programs = find_programs(newest // 10000)
            starting.prepare_and_copy(opened, self._parties, programs, self._options)
        starting.follow(opened, self._options)
        if not proven:
            starting.verify(opened, run.forward, self._options)
        starting.lay_way_back(opened, self._options)

    def _end_orphans(self, run: Run) -> None:
        """End what another command left or does, so that nothing of it takes effect later."""
        ended, worked = 0, ""
        for side in (run.origin, run.target):
            try:
                with connect(side, "-") as connection:
                    if side is run.origin:
                        worked = at_work.noted(connection, run.run_id)
                        at_work.note(connection, run.run_id)
                    ended += end_orphans(connection, run.run_id)
            except DatabaseUnavailable:
                continue
        if ended:
            teller = Teller(run.subject.name, run.run_id, self._listeners)
            teller.tell("taken_over", command=worked, connections=ended)


def _true_phase(noted: str, *, at_target: bool) -> str:
    """The journal is written after the cut: where the tool died in between, the home tells."""
    if noted in {"ready", "cut"}:
        return "cut" if at_target else "ready"
    return noted
