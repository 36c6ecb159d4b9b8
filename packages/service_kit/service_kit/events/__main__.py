"""What operators do with dead letters: ``python -m service_kit.events dead-letters|replay``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from uuid import UUID

from shared_db import SharedDbError, find

from service_kit.background import Background
from service_kit.error_text import error_text
from service_kit.events.dead_letters import DeadLetter, dead_letters, replay
from service_kit.serve import load


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 1 when a replayed event failed again, with one line on why."""
    parser = argparse.ArgumentParser(prog="python -m service_kit.events")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("dead-letters", help="show events that could not be applied")
    again = commands.add_parser("replay", help="apply them again")
    for command in (show, again):
        command.add_argument("service", help="the consumer")
    again.add_argument("event", nargs="*", type=UUID, help="ids of events; by default all")
    given = parser.parse_args(arguments)
    try:
        background = load(find(given.service)).state.background
        if background is None or not background.subscriptions:
            sys.exit(f"{given.service} consumes no events.")
        wanted = set(given.event) if given.command == "replay" else None
        return asyncio.run(_run(background, wanted))
    except SharedDbError as error:
        print(error, file=sys.stderr)
        return 1


async def _run(background: Background, wanted: set[UUID] | None) -> int:
    """Show all dead letters, or replay those that are wanted: all, when the set is empty."""
    failures, seen = 0, set[UUID]()
    async with background.database as database:
        schema = database.service.schema
        letters = await database.run(dead_letters, schema, limit=10_000)
        for letter in letters:
            seen.add(letter.event.id)
            if wanted is None:
                print(_line(letter), f"after {letter.attempts} attempts: {letter.error}")
            elif not wanted or letter.event.id in wanted:
                failures += not await _replay(background, letter)
    for unknown in sorted((wanted or set()) - seen):
        failures += 1
        print(f"There is no dead letter {unknown}.", file=sys.stderr)
    return 1 if failures else 0


async def _replay(background: Background, letter: DeadLetter) -> bool:
    handlers = (
        subscription.handlers.get(letter.event.type)
        for subscription in background.subscriptions
        if subscription.producer == letter.producer
    )
    handler = next(handlers, None)
    if handler is None:
        print(_line(letter), "has no handler any more.", file=sys.stderr)
        return False
    schema = background.database.service.schema
    try:
        await background.database.run(replay, schema, letter.producer, letter.event.id, handler)
    except SharedDbError:
        raise
    except Exception as error:  # noqa: BLE001 - told, and the letter stays
        print(_line(letter), f"failed again: {error_text(error)}", file=sys.stderr)
        return False
    print(_line(letter), "is applied.")
    return True


def _line(letter: DeadLetter) -> str:
    return f"{letter.event.id} {letter.producer} {letter.event.type} {letter.event.subject}"


if __name__ == "__main__":
    raise SystemExit(main())
