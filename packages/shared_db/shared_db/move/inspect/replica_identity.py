"""Tables whose rows cannot be told apart at the target.

Publishing a table without a usable replica identity makes each UPDATE and DELETE on it fail at
once ("Publication" in the Logical Replication chapter of the Postgres manual). So does one
that contains a generated column, which is not published.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared_db.check.finding import Verdict
from shared_db.move.inspect.obstacle import Obstacle
from shared_db.move.inspect.replica_identity_query import REPLICA_IDENTITIES
from shared_db.tool_connection import ToolConnection

_SMALL = 10_000


def find_replica_identities(connection: ToolConnection, schema: str) -> Iterator[Obstacle]:
    """Tables without a usable replica identity, and those where every search is a scan."""
    for table in connection.execute(REPLICA_IDENTITIES, {"schema": schema, "small": _SMALL}):
        name = table["name"]
        if table["generated_identity"]:
            yield _obstacle(
                "generated-identity",
                f"The replica identity of {name} contains the generated column "
                f"{', '.join(table['generated_identity'])}, which is not published.",
                table,
            )
        elif table["is_full"] and table["incomparable"]:
            yield _obstacle(
                "incomparable-identity",
                f"The replica identity of {name} is all its columns, but "
                f"{', '.join(table['incomparable'])} cannot be compared.",
                table,
            )
        elif table["is_full"] and table["is_large"]:
            yield _obstacle(
                "full-identity",
                f"The replica identity of {name} is all its columns: the target searches the "
                "whole table for each row that is changed.",
                table,
                Verdict.WARNS,
            )
        elif not table["is_full"] and not table["has_key"]:
            yield _obstacle(
                "no-replica-identity",
                f"{name} has no replica identity: every UPDATE and DELETE on it would fail as "
                "soon as it is published.",
                table,
            )


def _obstacle(
    code: str, sentence: str, table: dict[str, Any], verdict: Verdict = Verdict.BLOCKS
) -> Obstacle:
    remedy = f"On the source, run `ALTER TABLE {table['name']} {_identity(table)}`."
    return Obstacle(code, verdict, (table["name"],), sentence, remedy)


def _identity(table: dict[str, Any]) -> str:
    if table["unique_index"]:
        return f"REPLICA IDENTITY USING INDEX {table['unique_index']}"
    if table["deferrable_key"]:
        index = table["new_index"]
        return (
            f"ADD CONSTRAINT {index} UNIQUE ({table['deferrable_key']}), "
            f"REPLICA IDENTITY USING INDEX {index}"
        )
    if not (table["is_full"] or table["incomparable"] or table["generated"]):
        return "REPLICA IDENTITY FULL"
    if not table["has_primary_key"]:
        return (
            "ADD COLUMN moved_row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
            "REPLICA IDENTITY DEFAULT"
        )
    index = table["new_index"]
    return (
        f"ADD COLUMN moved_row bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT {index} UNIQUE, "
        f"REPLICA IDENTITY USING INDEX {index}"
    )
