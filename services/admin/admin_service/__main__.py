"""Commands of the service: ``python -m admin_service verify-audit``."""

from __future__ import annotations

import argparse
import asyncio
import sys

from shared_db import Database
from shared_db.errors import SharedDbError

from admin_service.declaration import service
from admin_service.errors import BrokenChain
from admin_service.verification import Head, verify


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it succeeded, 1 when it did not, with one sentence on why."""
    parser = argparse.ArgumentParser(prog="python -m admin_service")
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify-audit", help="follow the hash chain of the audit")
    verifying.add_argument(
        "--noted",
        type=_head,
        metavar="POSITION:HASH",
        help="the end that an earlier run told: what was cut off since is noticed",
    )
    given = parser.parse_args(arguments)
    try:
        print(asyncio.run(_verify_audit(given.noted)))
    except (BrokenChain, SharedDbError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _head(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no POSITION:HASH") from None


async def _verify_audit(noted: Head | None) -> str:
    async with Database(service) as database:
        head = await database.run(verify, noted)
    return f"The audit holds. Note its end elsewhere, for --noted: {head}"


if __name__ == "__main__":
    raise SystemExit(main())
