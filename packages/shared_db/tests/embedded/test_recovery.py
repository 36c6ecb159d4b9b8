"""Crashes, remains and data that are not the server's to use."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from shared_db.embedded import EmbeddedServer
from shared_db.errors import ServerError


@pytest.fixture
def killed(server: EmbeddedServer, ask: Any) -> EmbeddedServer:
    """A server with a row, whose postmaster was killed."""
    pid = server.start().pid
    ask(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer")
    process = psutil.Process(pid)
    process.kill()
    process.wait(10)
    return server


def test_a_killed_server_recovers(killed: EmbeddedServer, ask: Any) -> None:
    assert killed.status() is None
    killed.start()
    assert ask(killed.url(), "SELECT answer FROM kept") == 42


def test_a_backend_that_outlived_the_postmaster_is_ended(server: EmbeddedServer) -> None:
    postmaster = psutil.Process(server.start().pid)
    with psycopg.connect(server.url()) as connection, ThreadPoolExecutor() as elsewhere:
        backend = psutil.Process(connection.info.backend_pid)
        query = "SELECT count(*) FROM generate_series(1, 100000000000)"
        running = elsewhere.submit(connection.execute, query)
        while backend.status() != psutil.STATUS_RUNNING or backend.cpu_times().user < 0.05:
            assert not running.done()
        postmaster.kill()
        postmaster.wait(10)
        assert not running.done()
        assert server.start().pid != postmaster.pid
        assert isinstance(running.exception(5), psycopg.OperationalError)
        assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE


def test_a_process_id_that_another_process_got_is_left_alone(
    killed: EmbeddedServer, state: Path
) -> None:
    data = state / "postgres" / "data"
    owner = data.stat()
    account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    as_owner: dict[str, Any] = account if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **as_owner) as stranger:
        file = data / "postmaster.pid"
        _, *rest = file.read_text().splitlines()
        file.write_text("\n".join([str(stranger.pid), *rest]) + "\n")
        assert killed.start().pid != stranger.pid
        killed.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_initdb_is_begun_anew(
    new_server: Any, state: Path, in_process: Any, ask: Any
) -> None:
    server = new_server()
    process = in_process(folder=state / "postgres")
    while not (state / "postgres" / "data.new" / "PG_VERSION").exists():
        assert process.poll() is None
    process.kill()
    process.communicate()
    server.start()
    assert ask(server.url(), "SELECT 1") == 1
    assert not (state / "postgres" / "data.new").exists()


def test_data_of_another_major_version_are_refused(server: EmbeddedServer, state: Path) -> None:
    server.start()
    server.stop()
    version = state / "postgres" / "data" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")
    with pytest.raises(ServerError, match=r"holds data of Postgres 12.*pg_dumpall"):
        server.start()
    version.write_text(ours)
    server.start()


def test_a_lost_password_is_set_anew(server: EmbeddedServer, state: Path, ask: Any) -> None:
    server.start()
    server.stop()
    (state / "secrets.env").unlink()
    server.start()
    assert ask(server.url(), "SELECT 1") == 1


def test_a_disk_without_room_leaves_no_half_server(
    new_server: Any, state: Path, in_process: Any, outcome_of: Any
) -> None:
    server = new_server()
    refused = outcome_of(in_process(folder=state / "postgres", file_size=100_000))
    assert "ServerError: initdb failed" in refused["error"]
    assert "File too large" in refused["error"]
    assert not (state / "postgres" / "data").exists()
    server.start()


def test_a_folder_that_cannot_be_made_is_named(new_server: Any, state: Path) -> None:
    (state / "file").touch()
    with pytest.raises(ServerError, match=r"cannot be started in .*file/postgres"):
        EmbeddedServer(state / "file" / "postgres").start()
