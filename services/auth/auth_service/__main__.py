"""What operators do: ``python -m auth_service grant-role|revoke-role|rotate-keys|clean-up``."""

from __future__ import annotations

import argparse
import asyncio
import sys

from service_kit import utc_now
from shared_db import Database, SharedDbError

from auth_service.app import keyring_of
from auth_service.cleaning import clean_up
from auth_service.declaration import service
from auth_service.errors import CommandRefused
from auth_service.roles import grant_role, revoke_role
from auth_service.settings import Settings


def main() -> None:
    """Run the command; an error is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m auth_service")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in (("grant-role", "give an account a role"), ("revoke-role", "take it")):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("email")
        command.add_argument("role")
    commands.add_parser("rotate-keys", help="take the next step of key rotation, if it is time")
    commands.add_parser("clean-up", help="delete what no longer counts; services do so themselves")
    arguments = parser.parse_args()
    try:
        print(asyncio.run(_run(arguments)))
    except (CommandRefused, SharedDbError) as error:
        sys.exit(str(error))


async def _run(arguments: argparse.Namespace) -> str:
    async with Database(service) as database:
        if arguments.command == "rotate-keys":
            return await keyring_of(Settings(), database).rotate()
        if arguments.command == "clean-up":
            return f"{await clean_up(database, utc_now)} rows that no longer counted are deleted."
        if arguments.command == "grant-role":
            await database.run(grant_role, arguments.email, arguments.role, utc_now)
            return (
                f"{arguments.email} has the role {arguments.role}; it counts from the next login."
            )
        await database.run(revoke_role, arguments.email, arguments.role)
        return f"{arguments.email} has not the role {arguments.role} any more."


if __name__ == "__main__":
    main()
