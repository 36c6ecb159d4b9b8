"""What the services of accounts, profiles and payments keep of a seeded user."""

from __future__ import annotations

from psycopg import sql

from rehearsal.seed.identifiers import uuid7
from rehearsal.seed.table import SeededTable

_MADE = "%(begin)s::timestamptz - interval '1 day'"

USER_ID = uuid7("user", "u", _MADE)
CUSTOMER_ID = uuid7("customer", "u", _MADE)

_NAMES = {"user": USER_ID, "customer": CUSTOMER_ID, "made": sql.SQL(_MADE)}

_USERS = """
SELECT {user}, 'user' || u || '@seed.example', %(password_hash)s::text, 'active', 0, 1,
       {made}, {made}, NULL::timestamptz, NULL
  FROM generate_series(%(first)s::int, %(last)s::int) AS u
"""
_PROFILES = """
SELECT {user}, 'User ' || u, '', 'en', 'UTC', 1, {made}, {made}, NULL, NULL::timestamptz
  FROM generate_series(%(first)s::int, %(last)s::int) AS u
"""
_CUSTOMERS = """
SELECT {customer}, {user}, 'active', {made}
  FROM generate_series(%(first)s::int, %(last)s::int) AS u
"""

USERS = SeededTable(
    "auth",
    "users",
    "id email password_hash status failed_count version created_at updated_at locked_until"
    " status_before",
    sql.SQL(_USERS).format(**_NAMES),
    per_payment=False,
)
PROFILES = SeededTable(
    "profile",
    "profiles",
    "user_id display_name bio locale time_zone version created_at updated_at avatar_url erased_at",
    sql.SQL(_PROFILES).format(**_NAMES),
    per_payment=False,
)
CUSTOMERS = SeededTable(
    "payments",
    "customers",
    "id user_id status created_at",
    sql.SQL(_CUSTOMERS).format(**_NAMES),
    per_payment=False,
)
