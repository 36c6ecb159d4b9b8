"""Starting, finding and stopping the server."""

from __future__ import annotations

import os
import socket
import stat
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from shared_db.embedded import EmbeddedServer
from shared_db.embedded_address import running_url
from shared_db.errors import ServerError

SETTINGS = {
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "wal_level": "logical",
    "max_prepared_transactions": "64",
    "max_replication_slots": "32",
    "max_wal_senders": "32",
    "shared_preload_libraries": "pg_stat_statements",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
}


def test_a_new_server_has_the_settings_that_moves_need(new_server: Any, ask: Any) -> None:
    server = new_server()
    server.start()
    assert {name: ask(server.url(), f"SHOW {name}") for name in SETTINGS} == SETTINGS
    assert ask(server.url(), "SELECT datlocale FROM pg_database LIMIT 1") == "C.UTF-8"


def test_nobody_comes_in_without_the_password(server: EmbeddedServer) -> None:
    running = server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://postgres:guess@127.0.0.1:{running.port}/postgres")


def test_the_password_is_kept_where_only_its_owner_reads(
    server: EmbeddedServer, state: Path
) -> None:
    server.start()
    assert stat.S_IMODE((state / "secrets.env").stat().st_mode) == 0o600


def test_services_find_the_server_by_the_files(
    server: EmbeddedServer, state: Path, ask: Any
) -> None:
    assert running_url(state) is None
    server.start()
    assert ask(running_url(state, "template1"), "SELECT current_database()") == "template1"
    server.stop()
    assert running_url(state) is None


def test_a_second_start_gives_the_running_server(server: EmbeddedServer, new_server: Any) -> None:
    assert new_server().start() == server.start()


def test_a_restart_is_quick_and_keeps_the_port(server: EmbeddedServer) -> None:
    port = server.start().port
    server.stop()
    before = time.monotonic()
    assert server.start().port == port
    assert time.monotonic() - before < 1.0


def test_stopping_twice_is_stopping_once(server: EmbeddedServer) -> None:
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert server.status() is None
    with pytest.raises(ServerError, match="does not run"):
        server.url()


def test_two_starts_at_once_give_one_server(
    new_server: Any, state: Path, in_process: Any, outcome_of: Any
) -> None:
    server = new_server()
    processes = [in_process(folder=state / "postgres") for _ in range(2)]
    first, second = map(outcome_of, processes)
    assert first == second
    assert server.start().pid == first["pid"]


def test_a_stranger_on_the_port_makes_it_take_another(server: EmbeddedServer) -> None:
    port = server.start().port
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        assert server.start().port != port


def test_ctrl_c_in_the_terminal_does_not_reach_it(server: EmbeddedServer) -> None:
    pid = server.start().pid
    assert os.getsid(pid) == pid != os.getsid(0)


def test_it_holds_no_file_of_the_caller(server: EmbeddedServer, state: Path) -> None:
    with (state / "mine").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        running = server.start()
        opened = {Path(f.path).name for f in psutil.Process(running.pid).open_files()}
    assert "mine" not in opened
    assert "lock" not in opened


def test_new_settings_count_from_the_next_start(
    server: EmbeddedServer, new_server: Any, ask: Any
) -> None:
    server.start()
    server.stop()
    changed = new_server(settings={"work_mem": "5MB"})
    changed.start()
    assert ask(changed.url(), "SHOW work_mem") == "5MB"


def test_a_wrong_setting_is_named_with_the_logs_words(new_server: Any) -> None:
    with pytest.raises(ServerError, match="no_such_setting"):
        new_server(settings={"no_such_setting": "1"}).start()
