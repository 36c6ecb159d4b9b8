"""``shared-db move rehearse`` on a legacy schema: what stands in the way, and the whole move."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytestmark = [pytest.mark.slow]

REMEDIES = """
ALTER TABLE shop.orders DROP CONSTRAINT orders_customer_id_fkey;
ALTER TABLE shop.log REPLICA IDENTITY FULL;
"""
TABLES = {"log", "order_lines", "orders", "products", "stock", "visits_2025", "visits_2026"}


def rehearse(url: str, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run the command; gives its exit code and its report."""
    command = [sys.executable, "-m", "shared_db", "move", "rehearse", "--json"]
    command += ["--from", url, "--schema", "shop", "--out", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def remedies(tmp_path: Path) -> Path:
    """What the check prints for the schema, as a file."""
    file = tmp_path / "remedies.sql"
    file.write_text(REMEDIES)
    return file


@pytest.mark.parametrize("where", [(), ("--to-servers",)], ids=["database", "server"])
def test_a_schema_moves_under_writes_there_and_back_and_there(
    shop: str, tmp_path: Path, remedies: Path, where: tuple[str, ...]
) -> None:
    options = ["--prepare", str(remedies), "--rows-limit", "40", "--seconds", "0"]
    how = ["--hold-budget", "400", "--jobs", "2"]
    code, report = rehearse(shop, tmp_path, *options, *how, *where)
    assert (code, report["verdict"], report["reasons"]) == (0, "pass", [])
    (moved,) = report["services"]
    assert moved["service"] == "shop"
    assert moved["hold_ms"] > 0
    assert {table["name"] for table in moved["tables"]} == {f"shop.{name}" for name in TABLES}
    assert all(table["equal"] for table in moved["tables"])
    assert report["left_behind"] == []
    assert report["traffic"]["failed"] == 0
    assert report["traffic"]["acknowledged_writes"] > 0
    written = {"log", "order_lines", "orders", "products", "stock", "visits"}
    assert set(report["tables_written"]) == {f"shop.{name}" for name in written}
    assert report["tables_without_rows_found"] == {}
    # 40 of each table with rows of its own, and those that they refer to.
    assert 6 * 40 <= report["cloned"]["rows"] < 6 * 40 * 3
    assert (tmp_path / "report.html").stat().st_size > 0


def test_what_stands_in_the_way_is_the_verdict(shop: str, tmp_path: Path) -> None:
    code, report = rehearse(shop, tmp_path, "--rows-limit", "1")
    assert (code, report["verdict"]) == (1, "fail")
    reasons = " ".join(report["reasons"])
    for remedy in REMEDIES.strip().splitlines():
        assert f"`{remedy.rstrip(';')}`" in reasons


def test_a_role_that_may_not_write_is_named(
    shop: str, postgres: Any, tmp_path: Path, remedies: Path
) -> None:
    name = f"nobody_{secrets.token_hex(4)}"
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN")
        try:
            code, report = rehearse(shop, tmp_path, "--role", name, "--prepare", str(remedies))
        finally:
            server.execute(f"DROP ROLE {name}")
    assert code == 1
    (reason,) = report["reasons"]
    assert f"takes a write from {name}" in reason


def test_a_schema_that_is_not_there_is_named(shop: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "shared_db", "move", "rehearse", "--from", shop]
    command += ["--schema", "shops", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "has no schema shops" in done.stderr
