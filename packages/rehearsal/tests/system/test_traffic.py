"""Traffic of real clients on real services: what it records, the check confirms, or refutes."""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from rehearsal.history import Fault, check, read_stored
from rehearsal.records import FINAL, RUN, Record, read_records
from rehearsal.seed import PASSWORD, compare_homes
from rehearsal.traffic.generator import HASHING, KINDS

pytestmark = [pytest.mark.slow]

RATE, SECONDS = 60, 10


@contextmanager
def traffic(running: Any, folder: Path, **changes: Any) -> Iterator[subprocess.Popen[str]]:
    """Traffic whose records go to ``records.jsonl`` in ``folder``; it ends by itself."""
    plan = {
        "urls": {name: running.urls[name] for name in ("auth", "payments")},
        "users": [{"email": email, "password": PASSWORD} for email in running.seed.emails()],
        "rate": RATE,
        "run": f"test{secrets.token_hex(4)}",
        **changes,
    }
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-m", "rehearsal.traffic", "--plan", str(folder / "plan.json")]
    command += ["--out", str(folder / "records.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process


def told(process: subprocess.Popen[str], state: str) -> dict[str, Any]:
    """Wait until the traffic tells that it has come to a state."""
    assert process.stdout is not None
    for line in process.stdout:
        said: dict[str, Any] = json.loads(line)
        if said["state"] == state:
            return said
    raise AssertionError(f"the traffic ended before it was {state}")


def findings(running: Any, records: list[Record]) -> list[Any]:
    """All findings, with what the database holds."""
    with psycopg.connect(running.environment.url("payments"), row_factory=dict_row) as connection:
        return check(records, read_stored(connection, connection, records))


def spoil(running: Any, statement: str, value: str) -> None:
    """Change the database behind everybody's back."""
    with psycopg.connect(running.environment.url("payments")) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(statement.encode(), [value])


def test_a_signal_stops_the_schedule_and_everything_is_read_back(
    running: Any, tmp_path: Path
) -> None:
    with traffic(running, tmp_path) as process:
        told(process, "running")
        process.send_signal(signal.SIGTERM)
        told(process, "done")
    assert process.returncode == 0
    records = list(read_records(tmp_path / "records.jsonl"))
    read_back = {record.client for record in records if record.phase == FINAL}
    assert len(read_back) == running.seed.users
    assert findings(running, records) == []


def test_a_pool_that_cannot_log_in_is_told(running: Any, tmp_path: Path) -> None:
    nobody = [{"email": "nobody@example.com", "password": "unknown"}]
    with traffic(running, tmp_path, users=nobody) as process:
        process.communicate()
    assert process.returncode == 1


def test_what_was_acknowledged_is_there_and_what_is_spoiled_is_named(
    running: Any, tmp_path: Path
) -> None:
    with traffic(running, tmp_path, seconds=SECONDS) as process:
        done = told(process, "done")
    assert done["failures"] == {}
    records = list(read_records(tmp_path / "records.jsonl"))
    run = [record for record in records if record.phase == RUN]
    assert len(run) == pytest.approx(RATE * SECONDS + SECONDS, abs=3)
    assert {record.kind for record in run} == {*KINDS, *HASHING}
    assert findings(running, records) == []
    assert compare_homes(running.environment.settings(), running.seed) == []

    refunded = next(record for record in run if record.kind == "refund")
    change = "UPDATE payments.refunds SET amount = amount + 1 WHERE payment_intent_id = %s"
    spoil(running, change, refunded.sent.intent)
    found = findings(running, records)
    assert (Fault.CHANGED, (refunded.n,)) in {(f.fault, f.records) for f in found}
    captured = next(record for record in run if record.kind == "capture")
    spoil(
        running, "DELETE FROM payments.captures WHERE payment_intent_id = %s", captured.sent.intent
    )
    found = findings(running, records)
    assert (Fault.LOST, (captured.n,)) in {(f.fault, f.records) for f in found}
    assert "captures" in " ".join(str(f) for f in found)
