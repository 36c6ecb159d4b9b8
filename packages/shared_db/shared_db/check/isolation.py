"""Whether a service's role can reach just its own schema, and nobody else can reach that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared_db.address import Address
from shared_db.check.finding import Finding, Verdict
from shared_db.placement import PlacementSettings, ServicePlacement
from shared_db.tool_connection import tool_connection


@dataclass(frozen=True)
class _Rule:
    """A query whose rows are wrong; it sees ``schema``, ``login``, ``owner`` and ``project``."""

    code: str
    sentence: str
    remedy: str
    query: str


_RULES = (
    _Rule(
        "powerful-role",
        "The role {name} may more than a service should ({what}): no fence holds it.",
        "Run `ALTER ROLE {name} NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION`.",
        """
        SELECT rolname AS name, concat_ws(', ',
               CASE WHEN rolsuper THEN 'SUPERUSER' END,
               CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
               CASE WHEN rolcreatedb THEN 'CREATEDB' END,
               CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
               CASE WHEN rolreplication THEN 'REPLICATION' END) AS what
          FROM pg_roles
         WHERE rolname = %(login)s
           AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)
        """,
    ),
    _Rule(
        "member-role",
        "The role {what} is a member of {name}, whose rights it can use.",
        "Run `REVOKE {name} FROM {what}`.",
        """
        SELECT r.rolname AS name, %(login)s::text AS what
          FROM pg_auth_members AS m
          JOIN pg_roles AS r ON r.oid = m.roleid
          JOIN pg_roles AS l ON l.oid = m.member
         WHERE l.rolname = %(login)s
        """,
    ),
    _Rule(
        "foreign-reach",
        "The role has {what} on {name}, which is not in its schema.",
        "Run `REVOKE ALL ON {name} FROM` the role, and from PUBLIC.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name, p.what
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p (what)
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND n.nspname NOT IN (%(schema)s, 'shared_db', 'information_schema')
           AND n.nspname NOT LIKE 'pg\\_%%'
           AND has_table_privilege(%(login)s, c.oid, p.what)
        """,
    ),
    _Rule(
        "foreign-grant",
        "{what} has privileges on {name}, which is this service's.",
        "Run `REVOKE ALL ON {name} FROM {what}`.",
        """
        SELECT DISTINCT format('%%I.%%I', n.nspname, c.relname) AS name,
               CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END AS what
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         CROSS JOIN aclexplode(c.relacl) AS a
         WHERE n.nspname = %(schema)s
           AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) NOT IN (%(login)s, %(owner)s))
        """,
    ),
    _Rule(
        "foreign-column-grant",
        "{what} has privileges on columns of {name}, which is this service's.",
        "Revoke them, or declare the shared read.",
        """
        SELECT DISTINCT format('%%I.%%I', n.nspname, c.relname) AS name,
               CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END AS what
          FROM pg_attribute AS t
          JOIN pg_class AS c ON c.oid = t.attrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         CROSS JOIN aclexplode(t.attacl) AS a
         WHERE n.nspname = %(schema)s
           AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) NOT IN (%(login)s, %(owner)s))
        """,
    ),
    _Rule(
        "open-schema",
        "{what} may use the schema {name}, which is this service's.",
        "Run `REVOKE ALL ON SCHEMA {name} FROM {what}`.",
        """
        SELECT n.nspname AS name,
               CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END AS what
          FROM pg_namespace AS n CROSS JOIN aclexplode(n.nspacl) AS a
         WHERE n.nspname = %(schema)s
           AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) NOT IN (%(login)s, %(owner)s))
        """,
    ),
    _Rule(
        "closed-schema",
        "The role may not use its own schema {name}.",
        "Run `shared-db apply`.",
        """
        SELECT %(schema)s::text AS name, '' AS what
         WHERE NOT has_schema_privilege(%(login)s, %(schema)s, 'USAGE')
        """,
    ),
    _Rule(
        "wrong-owner",
        "{name} belongs to {what}.",
        "Run `ALTER TABLE {name} OWNER TO` the service's owner role.",
        """
        SELECT format('%%I.%%I', n.nspname, c.relname) AS name, pg_get_userbyid(c.relowner) AS what
          FROM pg_class AS c
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = %(schema)s
           AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND pg_get_userbyid(c.relowner) <> %(owner)s
        """,
    ),
    _Rule(
        "crossing-key",
        "The foreign key {what} of {name} crosses the border of the schema.",
        "Drop it: the tables must be able to live in different databases.",
        """
        SELECT k.conrelid::regclass::text AS name, k.conname AS what
          FROM pg_constraint AS k
          JOIN pg_class AS a ON a.oid = k.conrelid
          JOIN pg_class AS b ON b.oid = k.confrelid
          JOIN pg_namespace AS n ON n.oid = a.relnamespace
          JOIN pg_namespace AS m ON m.oid = b.relnamespace
         WHERE k.contype = 'f'
           AND n.oid <> m.oid
           AND %(schema)s IN (n.nspname, m.nspname)
        """,
    ),
    _Rule(
        "open-database",
        "PUBLIC has {what} on the database {name}.",
        "Run `REVOKE ALL ON DATABASE {name} FROM PUBLIC`.",
        """
        SELECT d.datname AS name, a.privilege_type AS what
          FROM pg_database AS d
         CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
         WHERE d.datname = current_database() AND a.grantee = 0
        """,
    ),
)


def find_isolation(
    settings: PlacementSettings, placement: ServicePlacement, address: Address
) -> Iterator[Finding]:
    """What lets a service reach beyond its schema, or others into it, at that database."""
    values = {
        "schema": placement.service.schema,
        "login": placement.login.user,
        "owner": placement.owner,
        "project": settings.project,
    }
    with tool_connection(placement.provision(address), address.database) as connection:
        for rule in _RULES:
            for row in connection.execute(rule.query, values):
                yield Finding(
                    Verdict.BLOCKS,
                    rule.code,
                    placement.service.name,
                    rule.sentence.format_map(row),
                    rule.remedy.format_map(row),
                )
