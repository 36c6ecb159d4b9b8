"""The abilities that a move needs of the tool's role, and the grants that give them."""

from __future__ import annotations

from dataclasses import dataclass

from shared_db.check.finding import Verdict


@dataclass(frozen=True)
class Need:
    """One thing that the role must be able to do.

    Args:
        code: the obstacle's code.
        ability: the column that tells whether it can.
        purpose: what for.
        statement: what gives it the ability.
        verdict: how bad it is without.
    """

    code: str
    ability: str
    purpose: str
    statement: str
    verdict: Verdict = Verdict.BLOCKS


REPLICATES = Need(
    "may-not-replicate",
    "replicates",
    "lacks REPLICATION, without which it cannot make replication slots",
    "ALTER ROLE {me} REPLICATION",
)
CREATES_SCHEMAS = Need(
    "may-not-create",
    "creates_schemas",
    "may not create publications, subscriptions and schemas in {database}",
    "GRANT CREATE ON DATABASE {database} TO {me}",
)
SUBSCRIBES = Need(
    "may-not-subscribe",
    "subscribes",
    "may not make subscriptions",
    "GRANT pg_create_subscription TO {me}",
)
CREATES_DATABASES = Need(
    "may-not-create-database",
    "creates_databases",
    "lacks CREATEDB, and the target database does not exist",
    "ALTER ROLE {me} CREATEDB",
)
ENDS_SESSIONS = Need(
    "may-not-end-sessions",
    "ends_sessions",
    "may not end sessions that linger in transactions after the cut, nor those that a rollback has "
    "to end before the former home can take part again",
    "GRANT pg_signal_backend TO {me}",
    Verdict.WARNS,
)
SETS_DEADLOCK_TIMEOUT = Need(
    "may-not-set-deadlock-timeout",
    "sets_deadlock_timeout",
    "may not set deadlock_timeout, so that autovacuum can keep the cut waiting and make it try "
    "again",
    "GRANT SET ON PARAMETER deadlock_timeout TO {me}",
    Verdict.INFORMS,
)
