"""Keys rotate by a command of its own process; the service's processes follow by themselves."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from jose import jwt

pytestmark = pytest.mark.slow

SECRET = "a secret of the tests"
CLIENTS = json.dumps({"admin": {"secret": SECRET, "scopes": ["users:admin"]}})
PATIENCE = 30.0
CACHE = 2
"""Seconds for which verifiers keep the published keys; processes look each half of it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def processes(
    environment: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[list[str]]:
    """The addresses of two processes of the service on one database."""
    monkeypatch.setenv("AUTH_KEY_CACHE_SECONDS", str(CACHE))
    monkeypatch.setenv("OAUTH_CLIENTS", CLIENTS)
    monkeypatch.setenv("ISSUER", "http://auth.example")  # the same for both
    urls = []
    with ExitStack() as stopping:
        for n in range(2):
            port = free_port()
            log = stopping.enter_context((tmp_path / f"auth{n}.log").open("wb"))
            process = subprocess.Popen(
                [sys.executable, "-m", "service_kit.serve", "auth"],
                env={**os.environ, "AUTH_PORT": str(port)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            stopping.callback(process.wait, PATIENCE)
            stopping.callback(process.terminate)
            urls.append(f"http://127.0.0.1:{port}")
        until(lambda: all(is_ready(url) for url in urls))
        yield urls


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def token(url: str) -> str:
    form = {"grant_type": "client_credentials", "scope": "users:admin"}
    reply = httpx.post(f"{url}/oauth/token", data=form, auth=("admin", SECRET))
    return str(reply.json()["access_token"])


def kid(of_token: str) -> str:
    return str(jwt.get_unverified_header(of_token)["kid"])


def published(url: str) -> set[str]:
    return {key["kid"] for key in httpx.get(f"{url}/.well-known/jwks.json").json()["keys"]}


def accepted(url: str, access_token: str) -> bool:
    headers = {"Authorization": f"Bearer {access_token}", "Acting-User": str(UUID(int=1))}
    return httpx.get(f"{url}/v1/users", headers=headers).status_code == 200


def rotate() -> str:
    command = [sys.executable, "-m", "auth_service", "rotate-keys"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_processes_publish_verify_and_sign_with_the_key_that_another_process_has_made(
    processes: list[str],
) -> None:
    first, second = processes
    former = token(first)
    assert kid(former) == kid(token(second))
    assert "A next key is published" in rotate()
    until(lambda: all(len(published(url)) == 2 for url in processes))
    assert {kid(token(url)) for url in processes} == {kid(former)}, "it does not sign yet"
    until(lambda: "signs from now on" in rotate())
    while kid(now := token(first)) == kid(former):  # for half the cache time at most
        assert accepted(second, now)
    assert accepted(second, now), "a key that was published is known everywhere before it signs"
    until(lambda: kid(token(second)) == kid(now))
    assert all(accepted(url, former) for url in processes), "tokens live on with the former key"
    assert all(published(url) == {kid(former), kid(now)} for url in processes)
