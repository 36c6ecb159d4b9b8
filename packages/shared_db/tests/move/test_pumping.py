"""Rows that are passed on with rests."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from shared_db.move.copy.pumping import pump

_WRITE = "import sys; sys.stdout.buffer.write(bytes(range(256)) * 40_000)"
_COUNT = "import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"
_LEAVE = "import sys; sys.stdin.buffer.read(10)"


@pytest.fixture(params=["kernel", "process"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "process":
        monkeypatch.delattr(os, "splice", raising=False)


def test_everything_arrives() -> None:
    direct = subprocess.run(  # noqa: S602 - our own words
        f'"{sys.executable}" -c "{_WRITE}" | "{sys.executable}" -c "{_COUNT}"',
        shell=True,
        check=True,
        capture_output=True,
    )
    assert _pumped(_COUNT) == direct.stdout


def test_a_reader_that_leaves_ends_the_writer() -> None:
    assert _pumped(_LEAVE) == b""


def _pumped(reading: str) -> bytes:
    """What the program that reads says of what the other one wrote."""
    pipe = subprocess.PIPE
    with (
        subprocess.Popen([sys.executable, "-c", _WRITE], stdout=pipe, stderr=pipe) as writer,
        subprocess.Popen([sys.executable, "-c", reading], stdin=pipe, stdout=pipe) as reader,
    ):
        assert writer.stdout
        assert reader.stdin
        assert reader.stdout
        pump(writer.stdout, reader.stdin)
        return reader.stdout.read()
