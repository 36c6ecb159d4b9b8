"""All commands: their names, where they are, and what they do in a sentence."""

from __future__ import annotations

import typer

from shared_db.cli.later import add_later

app = typer.Typer(
    name="shared-db",
    help="Where each service's schema lives: show it, plan it, make it so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

COMMANDS = {
    "config": ("config:config", "Show the configuration as it counts, secrets masked."),
    "plan": ("placement:plan", "Show what `apply` would do; changes nothing."),
    "apply": (
        "placement:apply",
        "Create what is new, migrate what is behind, move what lives elsewhere; safe to run again.",
    ),
    "status": (
        "status:status",
        "Show where each service lives, at which migration, and how big it is.",
    ),
    "migrate": (
        "migrate:migrate",
        "Apply the missing migrations of a service, or of all, at their homes.",
    ),
    "revision": (
        "migrate:revision",
        "Write a service's next migration from what its models and database differ in.",
    ),
    "check": (
        "check:check",
        "Look for what breaks the isolation of services or differs from the models.",
    ),
    "up": ("server:up", "Start the embedded server; it keeps running until `shared-db down`."),
    "down": ("server:down", "Stop the embedded server; its data stays."),
    "psql": ("server:psql", "Open psql at a service's home, as its own role."),
    "move": (
        "move:app",
        "Move a service, or any schema, to another database while it serves traffic.",
    ),
}
for _name, (_place, _sentence) in COMMANDS.items():
    add_later(app, _name, f"shared_db.cli.{_place}", _sentence)
