"""What the tests of moves break, breaks as it should and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from move_servers import Disk, FileSizes, Mount, NotInstalled, Server, find_version
from move_servers.places import sweep
from shared_db.testing.temporary import temporary_base

pytestmark = pytest.mark.slow

NewServer = Callable[..., Server]
_FILL = "CREATE UNLOGGED TABLE large AS SELECT repeat('x', 900) FROM generate_series(1, 40000)"
_RUN = """
import sys
from move_servers import Server
with Server() as server:
    print(server.port, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("version", [15, 16, 18])
def test_each_version_runs_and_replicates_logically(new_server: NewServer, version: int) -> None:
    server = new_server(version=version)
    ((number, level),) = server.query(
        "SELECT current_setting('server_version_num')::int, current_setting('wal_level')"
    )
    assert (number // 10000, level) == (version, "logical")


def test_a_version_that_is_not_here_says_how_to_get_it() -> None:
    with pytest.raises(NotInstalled, match=r"or set POSTGRES_9_BIN_DIR"):
        find_version(9)


def test_a_missing_version_skips_a_test_unless_it_is_required(
    new_server: NewServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(pytest.skip.Exception):
        new_server(version=9)
    monkeypatch.setenv("REQUIRE_PG", "15,9")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_PG"):
        new_server(version=9)


def test_what_was_committed_outlives_a_kill(new_server: NewServer) -> None:
    server = new_server(durable=True)
    url = server.create_database("kept")
    assert server.query("SHOW fsync") == [("on",)]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE numbers AS SELECT 42 AS number")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT")
    assert not server.is_running
    server.start()
    assert server.url("kept") == url
    assert server.query("SELECT number FROM numbers", database="kept") == [(42,)]


def test_settings_of_a_server_count(new_server: NewServer) -> None:
    assert new_server(settings={"work_mem": "3MB"}).query("SHOW work_mem") == [("3MB",)]


def test_a_killed_server_leaves_nothing_when_it_is_removed() -> None:
    before = _left()
    server = Server()
    try:
        server.start()
        server.kill()
    finally:
        server.remove()
    assert _left() <= before


@pytest.mark.parametrize("kind", [Mount, FileSizes])
def test_a_full_disk_refuses_and_has_room_again(new_server: NewServer, kind: type[Disk]) -> None:
    disk = kind()
    try:
        server = new_server(disk=disk)
    except PermissionError:
        pytest.skip("This process may not mount a file system: run the tests as root on Linux.")
    disk.fill()
    with pytest.raises(psycopg.Error) as refused:
        server.query(_FILL)
    assert refused.value.sqlstate == disk.sqlstate
    disk.free()
    server.start()
    server.query(_FILL)


def test_a_server_that_panics_for_want_of_room_starts_when_there_is_some(
    new_server: NewServer, disk: Disk
) -> None:
    server = new_server(disk=disk)
    disk.fill(left=2 * 1024**2)
    with pytest.raises(psycopg.Error):
        server.query(_FILL.replace("UNLOGGED", ""))
    disk.free()
    server.start()
    server.query(_FILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_nothing(number: signal.Signals) -> None:
    samples = Path(__file__).parents[1] / "samples"
    with subprocess.Popen(
        [sys.executable, "-c", _RUN],
        env={**os.environ, "PYTHONPATH": str(samples)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline()
        places = list(temporary_base().glob(f"move-server-{run.pid}-*"))
        assert len(places) == 1
        run.send_signal(number)
        run.wait(90)
    sweep()
    assert not list(temporary_base().glob(f"move-server-{run.pid}-*"))
    assert not _processes_in(places[0])


def _processes_in(place: Path) -> list[int]:
    named = psutil.process_iter(["name", "cmdline"])
    return [p.pid for p in named if str(place) in " ".join(p.info["cmdline"] or [])]


def _left() -> set[Any]:
    """Segments of shared memory, files of it, and folders of this process's servers."""
    segments = Path("/proc/sysvipc/shm")
    lines = segments.read_text().splitlines()[1:] if segments.exists() else []
    own = {line.split()[1] for line in lines if line.split()[4] == str(os.getpid())}
    return own | set(temporary_base().glob(f"move-server-{os.getpid()}-*"))
