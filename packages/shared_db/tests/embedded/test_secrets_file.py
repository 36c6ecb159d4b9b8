"""The file of generated secrets."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dotenv import dotenv_values
from shared_db.errors import ConfigurationError
from shared_db.secrets_file import ensure, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "secrets.env"


def test_missing_values_are_added_for_the_owner_alone(path: Path) -> None:
    values = ensure(path, ["FIRST", "SECOND"])
    assert values["FIRST"] != values["SECOND"]
    assert len(values["FIRST"]) == 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert values == read(path) == dotenv_values(path)
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_existing_lines_stay_as_they_are(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("# mine\nexport FIRST='a b'\n\nSECOND=")
    values = ensure(path, ["FIRST", "SECOND"])
    assert values["FIRST"] == "a b"
    assert values["SECOND"]
    assert path.read_text().startswith("# mine\nexport FIRST='a b'\n\nSECOND=\nSECOND=")
    assert ensure(path, ["SECOND"]) == values


def test_two_at_once_agree(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: ensure(path, ["SHARED", f"N{n}"]), range(16)))
    assert len({answer["SHARED"] for answer in answers}) == 1
    assert len(read(path)) == 17


def test_a_file_that_others_could_read_is_hidden(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("FIRST=x\n")
    path.chmod(0o644)
    ensure(path, ["FIRST"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_hidden_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(path, ["FIRST"])
    path.chmod(0o644)

    def refuse(self: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        ensure(path, ["FIRST"])


def test_an_unreadable_line_is_named_but_not_shown(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("FIRST=x\nthe secret itself\n")
    with pytest.raises(ConfigurationError, match=r"Line 2 of .*secrets.env") as caught:
        read(path)
    assert "the secret" not in str(caught.value)


def test_finding_the_server_needs_the_standard_library_alone(tmp_path: Path) -> None:
    code = (
        "import sys, types, importlib.util as u; from pathlib import Path\n"
        "package = types.ModuleType('shared_db')\n"
        "package.__path__ = list(u.find_spec('shared_db').submodule_search_locations)\n"
        "sys.modules['shared_db'] = package\n"
        "from shared_db.embedded_address import running_url\n"
        f"assert running_url(Path({str(tmp_path)!r})) is None\n"
        "mine = {n.partition('.')[0] for n in sys.modules} - sys.stdlib_module_names\n"
        "print(sorted(n for n in mine if n not in ('shared_db', '__main__') and n[0] != '_'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert done.stdout == "[]\n"
