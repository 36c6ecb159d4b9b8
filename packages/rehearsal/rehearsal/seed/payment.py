"""A seeded payment: what becomes of it, when, and under which ids; the other tables follow it.

Of twenty payments one is merely wished for, one authorised and eighteen are captured; of five one
is refunded in part; of ten one is captured in part.
"""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from rehearsal.seed.identifiers import uuid7
from rehearsal.seed.table import SeededTable
from rehearsal.seed.users import CUSTOMER_ID

CONFIRMED: LiteralString = "wished + interval '1 second'"
CAPTURED: LiteralString = "wished + interval '2 seconds'"
REFUNDED: LiteralString = "wished + interval '1 day'"

_PAYMENT = """
WITH numbered AS (
    SELECT i,
           1 + i %% %(users)s::int AS u,
           %(begin)s::timestamptz + i * %(step)s::interval AS wished,
           100 + i::bigint * 7919 %% 99900 AS amount,
           (ARRAY['CHF', 'EUR', 'JPY'])[1 + i %% 3] AS currency,
           i %% 20 <> 0 AS authorised,
           i %% 20 > 1 AS captured,
           i %% 20 > 1 AND i %% 5 = 2 AS refunded
      FROM generate_series(%(first)s::int, %(last)s::int) AS i
), payment AS (
    SELECT numbered.*,
           {confirmed} AS confirmed_at,
           {captured} AS captured_at,
           {refunded} AS refunded_at,
           CASE WHEN i %% 10 = 3 THEN amount / 2 ELSE amount END AS taken,
           amount / 4 AS returned,
           {customer} AS customer,
           {intent} AS intent,
           {authorize} AS authorize_id,
           {take} AS take_id,
           {give_back} AS give_back_id,
           {capture} AS capture,
           {refund} AS refund,
           'fake_' || {authorize} AS reference
      FROM numbered
)
"""

PAYMENT = sql.SQL(_PAYMENT).format(
    confirmed=sql.SQL(CONFIRMED),
    captured=sql.SQL(CAPTURED),
    refunded=sql.SQL(REFUNDED),
    customer=CUSTOMER_ID,
    intent=uuid7("intent", "i", "wished"),
    authorize=uuid7("authorize", "i", CONFIRMED),
    take=uuid7("take", "i", CAPTURED),
    give_back=uuid7("give back", "i", REFUNDED),
    capture=uuid7("capture", "i", CAPTURED),
    refund=uuid7("refund", "i", REFUNDED),
)
"""A query's beginning: one row for each payment."""

_INTENTS = """
{payment}
SELECT intent,
       customer,
       amount,
       currency,
       CASE WHEN captured THEN 'succeeded'
            WHEN authorised THEN 'requires_capture'
            ELSE 'requires_payment_method'
        END,
       CASE WHEN captured THEN taken ELSE 0 END,
       CASE WHEN refunded THEN returned ELSE 0 END,
       0,
       CASE WHEN authorised THEN 'pm_fake_ok' END,
       jsonb_build_object('order', i::text),
       CASE WHEN authorised THEN reference END,
       wished,
       CASE WHEN refunded THEN refunded_at
            WHEN captured THEN captured_at
            WHEN authorised THEN confirmed_at
            ELSE wished
        END,
       NULL, NULL, NULL, NULL, NULL, NULL::timestamptz
  FROM payment
"""

INTENTS = SeededTable(
    "payments",
    "payment_intents",
    "id customer_id amount currency status captured refunded "
    "refunding payment_method details provider_reference created_at updated_at "
    "description action_url error_code error_message cancellation_reason canceled_at",
    sql.SQL(_INTENTS).format(payment=PAYMENT),
)
