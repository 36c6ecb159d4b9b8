"""Where a database is: host, port, name and connection options, never a password."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from shared_db.errors import ConfigurationError

_URL = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:/]*)(?::(?P<password>[^@]*))?@)?"
    r"(?:\[(?P<ipv6>[^\]/?]+)\]|(?P<host>[^:/?@\[\]]+))?"
    r"(?::(?P<port>[0-9]{0,9}))?"
    r"(?:/(?P<database>[^?]*))?"
    r"(?:\?(?P<options>.*))?",
)
"""libpq's form (Postgres manual, 34.1.1.2) with one host; what is no letter of a
URL is percent-encoded."""


@dataclass(frozen=True)
class Address:
    """The address of one database, as services use it (perhaps a pooler's).

    Args:
        host: host name, IP address or the folder of a Unix socket.
        port: TCP port.
        database: name of the database.
        options: further libpq parameters, such as ``sslmode``, in a fixed order.
    """

    host: str
    port: int
    database: str
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"

    @property
    def place(self) -> tuple[str, int, str]:
        """What makes two addresses the same place; options do not count."""
        return (self.host, self.port, self.database)

    def named(self, database: str) -> Address:
        """Another database on the same server."""
        return replace(self, database=database)

    def url(self, login: Login) -> str:
        """The connection URL for that login, as libpq and asyncpg read it."""
        query = dict(self.options)
        host = self.host
        if host.startswith("/"):
            query["host"], host = host, ""
        elif ":" in host:
            host = f"[{host}]"
        credentials = quote(login.user, safe="")
        if login.password:
            credentials += ":" + quote(login.password, safe="")
        tail = f"?{urlencode(query, quote_via=quote)}" if query else ""  # libpq knows no +
        return (
            f"postgresql://{credentials}@{host}:{self.port}/{quote(self.database, safe='')}{tail}"
        )

    def as_json(self) -> dict[str, Any]:
        """The form in which ``shared_db.homes`` keeps an address; options stay with the reader."""
        return {"host": self.host, "port": self.port, "database": self.database}


@dataclass(frozen=True)
class Login:
    """A role and its password; the password is not shown by ``repr``."""

    user: str
    password: str = ""

    def __repr__(self) -> str:
        return f"Login(user={self.user!r})"


def parse_url(url: str, *, variable: str, default_database: str) -> tuple[Address, Login | None]:
    """Split a connection URL into the address and, where it has one, the login.

    Args:
        url: ``postgresql://[user[:password]@]host[:port][/database][?options]``.
        variable: the environment variable that holds it, named in errors.
        default_database: the database when the URL names none.

    Raises:
        ConfigurationError: it is no such URL; its text is not repeated, since it may hold secrets.
    """
    parsed = _URL.fullmatch(url)
    if parsed is None:
        raise ConfigurationError(
            f"{variable} is not a Postgres URL: "
            "write postgresql://user:password@host:5432/database."
        )
    user, password, database = (
        unquote(parsed[part] or "") for part in ("user", "password", "database")
    )
    if any("\x00" in text for text in (user, password, database)):
        raise ConfigurationError(f"{variable} contains NUL, which no name may.")
    port = int(parsed["port"] or 5432)
    if not 0 < port < 65536:
        raise ConfigurationError(f"{variable} has the port {port}: write one below 65536.")
    options = dict(parse_qsl(parsed["options"] or ""))
    host = options.pop("host", None) or parsed["ipv6"] or parsed["host"] or "127.0.0.1"
    address = Address(
        host=host,
        port=port,
        database=database or default_database,
        options=tuple(sorted(options.items())),
    )
    return address, Login(user, password) if user else None
