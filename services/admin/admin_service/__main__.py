"""Commands of the service: ``python -m admin_service verify-audit``."""

from __future__ import annotations

import argparse
import asyncio
import sys

from shared_db import Database
from shared_db.errors import SharedDbError

from admin_service.declaration import service
from admin_service.errors import BrokenChain
from admin_service.verification import verify


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it succeeded, 1 when it did not, with one sentence on why."""
    parser = argparse.ArgumentParser(prog="python -m admin_service")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("verify-audit", help="follow the hash chain of the audit")
    parser.parse_args(arguments)
    try:
        print(asyncio.run(_verify_audit()))
    except (BrokenChain, SharedDbError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _verify_audit() -> str:
    async with Database(service) as database:
        head = await database.run(verify)
    return f"The audit holds: {head.position} entries, the last hash is {head.hash.hex()}."


if __name__ == "__main__":
    raise SystemExit(main())
