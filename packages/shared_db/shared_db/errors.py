"""The errors of this package.

SharedDbError
├── ConfigurationError        a setting is missing, unknown or contradicts another
│   └── UnknownService
├── DatabaseUnavailable       no connection: unreachable, refused, or login failed
├── MissingPrivilege          the provisioning role may not do what is asked
├── ForeignDatabase           a database, schema or role that belongs to another project
├── HomeNotFound              the service's schema is active nowhere that could be asked
├── HomesDisagree             the databases contradict each other about the service's home
├── MigrationError
│   ├── MigrationsBehind      the database lacks migrations that the code has
│   ├── DatabaseNewer         the database has migrations that the code lacks
│   └── SchemaDrift           models and database differ
├── MoveError
│   ├── MoveRefused           something stands in the way; nothing was changed
│   └── MoveFailed            a move stopped under way: resume or abort it
├── ServerError               the embedded server cannot be started or stopped
└── TransactionError
    ├── HomeMoved             the transaction met the fence of a former home: repeat it
    ├── ConnectionLost        the connection dropped before COMMIT: repeat it
    └── CommitUnknown         the connection dropped during COMMIT: never repeat it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared_db.homes import Home


class SharedDbError(Exception):
    """The base of all errors of this package; the message says what to do next."""


class ConfigurationError(SharedDbError):
    """A setting is missing, unknown or contradicts another one."""


class UnknownService(ConfigurationError):
    """No installed package declares a service of that name."""


class DatabaseUnavailable(SharedDbError):
    """A server did not answer, refused the connection or refused the login."""


class MissingPrivilege(SharedDbError):
    """The provisioning role lacks a privilege that the operation needs."""


class ForeignDatabase(SharedDbError):
    """A database, schema or role exists but belongs to something else; it is left alone."""


class HomeNotFound(SharedDbError):
    """The service's schema is active nowhere that could be asked."""


class HomesDisagree(SharedDbError):
    """The databases contradict each other about where the service's home is."""


class MigrationError(SharedDbError):
    """Models, migrations and database do not fit together."""


class MigrationsBehind(MigrationError):
    """The database lacks migrations that the code has."""


class DatabaseNewer(MigrationError):
    """The database has migrations that the code does not know."""


class SchemaDrift(MigrationError):
    """The models and the database differ although all migrations are applied."""


class MoveError(SharedDbError):
    """A move cannot begin, go on or end."""


class MoveRefused(MoveError):
    """Something stands in the way of the move; nothing was changed."""


class MoveFailed(MoveError):
    """A move stopped under way; `shared-db move resume` or `abort` ends it."""


class ServerError(SharedDbError):
    """The embedded server cannot be started or stopped."""


class TransactionError(SharedDbError):
    """A transaction ended for a reason outside its own statements.

    Args:
        message: one sentence.
        home: where the transaction ran.
    """

    def __init__(self, message: str, home: Home | None = None) -> None:
        super().__init__(message)
        self.home = home


class HomeMoved(TransactionError):
    """The transaction met the fence of a former home; nothing of it was committed."""


class ConnectionLost(TransactionError):
    """The connection dropped before COMMIT was sent; nothing was committed."""


class CommitUnknown(TransactionError):
    """The connection dropped while COMMIT was under way; it may or may not have happened."""
