"""A worker that is killed while it sends a mail: the next one sends the same mail."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

import pytest
from smtp_stand_in import smtp_server

pytestmark = [pytest.mark.slow]

PATIENCE = 60.0


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of auth as a process, killed at the end."""
    environment = {**os.environ, "AUTH_SMTP_URL": url, "LOG_LEVEL": "warning"}
    with subprocess.Popen(
        [sys.executable, "-m", "service_kit.work", "auth"], env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def token_of(text: str) -> str:
    found = re.search(r"token=(\S+)", text)
    assert found is not None
    return found[1]


async def test_a_mail_whose_sender_was_killed_comes_again_and_counts(
    visitor: Any, client: Any
) -> None:
    client.event_hooks["response"] = []  # nobody but the processes sends
    async with smtp_server() as (stand_in, url), asyncio.timeout(PATIENCE):
        stand_in.hangs = True
        assert (await visitor.register("ada@example.com")).status_code == 202
        with worker(url):
            await stand_in.arrived.wait()
        stand_in.hangs = False
        stand_in.arrived.clear()
        with worker(url):
            await stand_in.arrived.wait()
    first, again = (message_from_bytes(raw, policy=policy.default) for raw in stand_in.mails)
    assert first["Message-ID"] == again["Message-ID"]
    text = str(again.get_content())
    assert (await visitor.verify(token_of(text))).status_code == 204
