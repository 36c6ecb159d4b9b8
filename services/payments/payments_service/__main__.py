"""What operators do: ``python -m payments_service reverse LEDGER_TRANSACTION``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from uuid import UUID

from service_kit import utc_now
from shared_db import Database, SharedDbError

from payments_service.declaration import service
from payments_service.errors import CommandRefused
from payments_service.reversals import reverse


def main() -> None:
    """Run the command; an error is one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m payments_service")
    commands = parser.add_subparsers(dest="command", required=True)
    correction = commands.add_parser("reverse", help="correct the ledger: take a movement back")
    correction.add_argument("transaction", type=UUID, help="id of the ledger transaction")
    arguments = parser.parse_args()
    try:
        print(asyncio.run(_reverse(arguments.transaction)))
    except (CommandRefused, SharedDbError) as error:
        sys.exit(str(error))


async def _reverse(transaction: UUID) -> str:
    async with Database(service) as database:
        reversal = await database.run(reverse, transaction, utc_now())
    return f"{transaction} is taken back by {reversal}."


if __name__ == "__main__":
    main()
