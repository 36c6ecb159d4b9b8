"""All commands, one file for each group."""

from __future__ import annotations

import typer

from shared_db.cli import check, config, migrate, move, placement, server

app = typer.Typer(
    name="shared-db",
    help="Where each service's schema lives: show it, plan it, make it so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("config")(config.config)
app.command("plan")(placement.plan)
app.command("apply")(placement.apply)
app.command("status")(placement.status)
app.command("migrate")(migrate.migrate)
app.command("revision")(migrate.revision)
app.command("check")(check.check)
app.command("up")(server.up)
app.command("down")(server.down)
app.command("psql")(server.psql)
app.add_typer(move.app)
