"""The embedded server: started, found again by other processes, and stopped."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from shared_db import embedded_address
from shared_db.embedded.binaries import Binaries, find_binaries
from shared_db.embedded.cluster import create_cluster, refuse_other_version, set_password
from shared_db.embedded.configuration import write_settings
from shared_db.embedded.launch import START_TIMEOUT, PortTaken, launch, wait_for_other
from shared_db.embedded.lock import alone
from shared_db.embedded.ports import candidates, keep
from shared_db.embedded.processes import clear_remains, postmaster_of, stop_postmaster
from shared_db.embedded.site import Site, remove, settle
from shared_db.embedded_address import PASSWORD_VARIABLE, SECRETS_FILE, Running, data_folder
from shared_db.errors import ServerError
from shared_db.secrets_file import ensure, ensure_state_folder, read

STOP_TIMEOUT = 60.0
_LOCK_TIMEOUT = START_TIMEOUT + 30.0
_PORTS_TRIED = 5

Mode = Literal["smart", "fast", "immediate"]
_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class EmbeddedServer:
    """A Postgres of this project's own, on the loopback address, with a password.

    Args:
        folder: where data, log and port are kept, ``<DATA_DIR>/postgres``.
        password: the superuser's; by default generated once into ``<DATA_DIR>/secrets.env``.
        settings: configuration parameters on top of the usual ones.
        binaries: the programs; by default those that ``find_binaries`` finds.
        outside: the folder for data and programs that the server's account cannot reach
            otherwise, by default ``/var/lib`` or ``/var/tmp``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        password: str | None = None,
        settings: Mapping[str, str] | None = None,
        binaries: Binaries | None = None,
        outside: Path | None = None,
    ) -> None:
        self._folder = folder.absolute()
        self._password = password
        self._settings = dict(settings or {})
        self._binaries = binaries
        self._outside = outside

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._folder / "postgres.log"

    def status(self) -> Running | None:
        """The server if it accepts connections."""
        return embedded_address.running(self._folder)

    def start(self) -> Running:
        """Start the server unless it runs; whoever calls at the same time gets the same one.

        Raises:
            ServerError: it cannot be started; the message says why and what to do.
            ConfigurationError: its password cannot be kept.
        """
        found = self.status()
        if found is not None:
            return found
        try:
            ensure_state_folder(self._folder.parent)
            self._folder.mkdir(exist_ok=True)
            with alone(self._folder / "lock", timeout=_LOCK_TIMEOUT) as lock:
                return self._found_running() or self._start(lock)
        except OSError as error:
            raise ServerError(
                f"The embedded server cannot be started in {self._folder} "
                f"({error.strerror or error}): make that folder writable and see that the disk "
                "has room, or set DATA_DIR to another one."
            ) from error

    def stop(self, mode: Mode = "fast") -> None:
        """Stop the server; nothing happens when it does not run.

        Args:
            mode: ``smart`` waits for all sessions to end, ``fast`` ends them, ``immediate``
                leaves recovery to the next start.

        Raises:
            ServerError: it has not ended in time.
        """
        if not self._folder.is_dir():
            return
        with alone(self._folder / "lock", timeout=_LOCK_TIMEOUT):
            process = postmaster_of(data_folder(self._folder))
            if process is not None:
                stop_postmaster(process, _SIGNALS[mode], timeout=STOP_TIMEOUT)

    def remove(self) -> None:
        """Stop the server and delete its data for good.

        Raises:
            ServerError: it has not ended in time; nothing is deleted then.
        """
        self.stop("immediate")
        remove(self._folder, self._outside)

    def url(self, database: str = "postgres") -> str:
        """The superuser's URL of a database of the running server.

        Raises:
            ServerError: it does not run.
        """
        found = self.status()
        if found is None:
            raise ServerError(
                f"The embedded server in {self._folder} does not run: start it with `shared-db up`."
            )
        password = self._password or read(self._secrets).get(PASSWORD_VARIABLE, "")
        return embedded_address.url(password, found.port, database)

    @property
    def _secrets(self) -> Path:
        return self._folder.parent / SECRETS_FILE

    def _found_running(self) -> Running | None:
        data = data_folder(self._folder)
        return wait_for_other(data) if postmaster_of(data) is not None else None

    def _start(self, lock: int) -> Running:
        site = settle(self._folder, self._binaries or find_binaries(), self._outside)
        major = site.binaries.major(site.account)
        clear_remains(site.data)
        self._prepare(site, major, lock)
        write_settings(site.data, site.account, self._settings)
        return self._launch(site)

    def _prepare(self, site: Site, major: int, lock: int) -> None:
        """See that the data exist and that the superuser has the password we know."""
        known = self._password or read(self._secrets).get(PASSWORD_VARIABLE)
        password = known or ensure(self._secrets, [PASSWORD_VARIABLE])[PASSWORD_VARIABLE]
        if site.data.exists():
            refuse_other_version(site, major)
            if not known:
                set_password(site, password)
            return
        durable = self._settings.get("fsync") != "off"
        create_cluster(site, major, password, durable=durable, lock=lock)

    def _launch(self, site: Site) -> Running:
        file = self._folder / "port"
        for port, _ in zip(candidates(file), range(_PORTS_TRIED), strict=False):
            try:
                found = launch(site, self.log, port)
            except PortTaken:
                continue
            keep(file, port)
            return found
        raise ServerError(
            f"Others took each of {_PORTS_TRIED} ports before the embedded server could: start "
            "it again."
        )
