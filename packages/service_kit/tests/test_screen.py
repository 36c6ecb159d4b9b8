"""What the runner prints can be copied."""

from __future__ import annotations

from typing import Any

import pytest
from service_kit.dev import screen
from shared_db import Service


def test_addresses_are_never_cut(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    service = Service(name="orders", title="O", port=9999, metadata="", migrations="", app="")
    url = f"http://orders.{'x' * 150}.example"
    monkeypatch.setattr(screen, "service_url", lambda _name: url)
    monkeypatch.setattr(screen, "_state", lambda _url: "ready")
    monkeypatch.setattr(screen, "_home", lambda _service: ("db.example:5432/orders (orders)", ""))
    screen.show_table({"orders": service})
    assert f"{url}/docs" in capsys.readouterr().out
