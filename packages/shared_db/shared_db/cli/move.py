"""``shared-db move``: a service, or any schema, to another database while it serves traffic."""

from __future__ import annotations

import typer

from shared_db.cli.later import add_later
from shared_db.cli.move_commands import add_commands

app = typer.Typer(
    name="move",
    help="Move a service, or any schema, to another database while it serves traffic.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

COMMANDS = {
    "check": (
        "move_reports:check",
        "Show what stands in the way of a move; changes nothing. Exit code 1: it may not start.",
    ),
    "start": (
        "move_steps:start",
        "Copy, follow, verify, and lay the way back; the home stays where it is until `cutover`.",
    ),
    "status": (
        "move_reports:status",
        "Show how far the move has come, and what it told.",
    ),
    "verify": (
        "move_reports:verify",
        "Compare every row of both sides while writes go on. Exit code 1: rows differ.",
    ),
    "cutover": (
        "move_steps:cutover",
        "Make the target the home, then compare every row of the moment of the cut.",
    ),
    "rollback": (
        "move_steps:rollback",
        "Make the origin the home again, with everything that was written since the cut.",
    ),
    "finish": (
        "move_steps:finish",
        "End the move at the target; there is no way back after it.",
    ),
    "abort": (
        "move_steps:abort",
        "Undo a move whose home is still, or again, its origin.",
    ),
    "resume": (
        "move_steps:resume",
        "Go on with a move that was interrupted, up to the point before the next cut.",
    ),
    "promote": (
        "move_steps:promote",
        "Make the database that followed a lost home the home; the last resort.",
    ),
}
for _name, (_place, _sentence) in COMMANDS.items():
    add_later(app, _name, f"shared_db.cli.{_place}", _sentence)
add_commands(app)
