"""Logs hold no secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from service_kit.logs import configure_logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_secrets_are_masked_at_any_depth(capsys: Any) -> None:
    configure_logs("orders", level="info", form="json")
    log = structlog.get_logger("x")
    log.info("a", password="swordfish", headers={"Authorization": "swordfish", "n": 1})
    log.info("b", items=[{"refresh_token": "swordfish"}])
    log.info("c", error="cannot reach postgresql://orders:swordfish@db/x")
    logging.getLogger("library").warning("dsn=%s", "postgresql://orders:swordfish@db/x")
    assert "swordfish" not in json.dumps(lines(capsys))


def test_a_traceback_holds_no_password_of_an_address(capsys: Any) -> None:
    configure_logs("orders", level="info", form="json")
    try:
        raise RuntimeError("postgresql://orders:swordfish@db/x")
    except RuntimeError:
        structlog.get_logger("x").exception("failed")
    (line,) = lines(capsys)
    assert "RuntimeError" in str(line)
    assert "swordfish" not in str(line)


def test_libraries_logs_are_lines_of_the_same_form(capsys: Any) -> None:
    configure_logs("orders", level="info", form="json")
    logging.getLogger("uvicorn.error").info("started")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["service"]) == ("started", "info", "orders")
