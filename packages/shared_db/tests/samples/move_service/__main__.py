"""Writes an order again and again, and prints the note of each that was acknowledged."""

from __future__ import annotations

import asyncio
import os
import sys
from uuid import uuid4

from orders_sample import Order
from orders_sample import service as orders
from parcels_sample import service as parcels
from shared_db import Database, load_settings
from shared_db.errors import SharedDbError
from sqlmodel.ext.asyncio.session import AsyncSession

_PAUSE = 0.02


async def main(instance: str) -> None:
    """Write until the process is killed."""
    settings = load_settings({"orders": orders, "parcels": parcels})
    async with Database(orders, settings, instance=instance) as database:
        number = 0
        while True:
            number += 1
            note = f"{instance} {os.getpid()} {number}"

            async def add(session: AsyncSession, note: str = note) -> None:
                session.add(Order(id=uuid4(), note=note))

            try:
                await database.run(add)
            except SharedDbError as error:
                print(f"failed {note}: {error}", flush=True)
            else:
                print(note, flush=True)
            await asyncio.sleep(_PAUSE)


asyncio.run(main(sys.argv[1]))
