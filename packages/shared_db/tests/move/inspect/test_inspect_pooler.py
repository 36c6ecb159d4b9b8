"""A pooler in the path is found by the key that it announces."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from shared_db.address import Address
from shared_db.check import Verdict
from shared_db.move.inspect.pooler import find_services_pooler, find_tool_pooler
from shared_db.move.subject import Side, connect

KEY = b"K\x00\x00\x00\x0c"


class Pooler:
    """Forwards one connection, with a process id of its own, as poolers do."""

    def __init__(self, server: Address) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client, socket.create_connection((self._server.host, self._server.port)) as server:
            back = threading.Thread(target=self._copy, args=(server, client, True))
            back.start()
            self._copy(client, server, False)
            back.join()

    @staticmethod
    def _copy(source: socket.socket, sink: socket.socket, disguised: bool) -> None:
        while data := source.recv(65536):
            begin = data.find(KEY) + len(KEY)
            if disguised and begin >= len(KEY):
                data = data[:begin] + b"\x00\x00\x00\x07" + data[begin + 4 :]
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._thread.join()
        self._listener.close()


@pytest.fixture
def side(ground: Any) -> Side:
    given: Side = ground.side(ground.slug)
    return replace(given, tool=replace(given.tool, options=(("sslmode", "disable"),)))


@pytest.fixture
def pooled(side: Side) -> Iterator[Side]:
    pooler = Pooler(side.tool)
    yield replace(side, tool=replace(side.tool, host="127.0.0.1", port=pooler.port))
    pooler.close()


def test_a_direct_connection_is_fine(side: Side) -> None:
    with connect(side) as connection:
        assert list(find_tool_pooler(connection, "source")) == []
    assert list(find_services_pooler(side, "target")) == []


def test_a_connection_through_a_pooler_blocks(pooled: Side) -> None:
    with connect(pooled) as connection:
        (found,) = find_tool_pooler(connection, "source")
    assert (found.code, found.verdict) == ("pooler", Verdict.BLOCKS)


def test_another_address_for_the_services_is_told(side: Side) -> None:
    other = replace(side, address=replace(side.address, host="pool.example", port=6432))
    (found,) = find_services_pooler(other, "target")
    assert (found.code, found.verdict) == ("services-elsewhere", Verdict.INFORMS)
    assert f"`psql -h pool.example -p 6432 -d {side.tool.database}`" in found.remedy
