"""The schema ``shared_db`` that every database has which houses or housed a service."""

from shared_db.provision.fence import FUNCTIONS
from shared_db.provision.gate import GATE

LAYOUT_VERSION = 2

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS shared_db.identity (
        one boolean NOT NULL DEFAULT true CONSTRAINT pk_identity PRIMARY KEY,
        id uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
        project text NOT NULL,
        layout integer NOT NULL,
        CONSTRAINT ck_identity_one CHECK (one)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS shared_db.homes (
        service text NOT NULL CONSTRAINT pk_homes PRIMARY KEY,
        epoch bigint NOT NULL,
        run_id uuid,
        state text NOT NULL,
        peer jsonb,
        moved_to jsonb,
        schema_name text NOT NULL,
        login_roles text[] NOT NULL,
        owner_role text NOT NULL,
        CONSTRAINT ck_homes_epoch CHECK (epoch > 0),
        CONSTRAINT ck_homes_state CHECK (state IN ('active', 'standby', 'moved')),
        CONSTRAINT ck_homes_standby_has_peer CHECK (
            state <> 'standby' OR (peer IS NOT NULL AND run_id IS NOT NULL)
        ),
        CONSTRAINT ck_homes_moved_has_target CHECK ((state = 'moved') = (moved_to IS NOT NULL))
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS shared_db.markers (
        run_id uuid NOT NULL,
        name text NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
        CONSTRAINT pk_markers PRIMARY KEY (run_id, name)
    )
    """,
    """
    DO $$
    BEGIN
        IF EXISTS (
            SELECT FROM pg_catalog.pg_attribute
             WHERE attrelid = 'shared_db.homes'::pg_catalog.regclass
               AND attname = 'login_role' AND NOT attisdropped
        ) THEN
            ALTER TABLE shared_db.homes ADD COLUMN login_roles text[];
            UPDATE shared_db.homes SET login_roles = ARRAY[login_role];
            ALTER TABLE shared_db.homes ALTER COLUMN login_roles SET NOT NULL;
            ALTER TABLE shared_db.homes DROP COLUMN login_role;
        END IF;
    END
    $$
    """,
    """
    CREATE TABLE IF NOT EXISTS shared_db.fenced_privileges (
        service text NOT NULL,
        kind text NOT NULL,
        object text NOT NULL,
        column_name text NOT NULL,
        grantee text NOT NULL,
        privilege text NOT NULL,
        grantable boolean NOT NULL,
        CONSTRAINT pk_fenced_privileges
            PRIMARY KEY (service, kind, object, column_name, grantee, privilege)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS shared_db.moves (
        run_id uuid NOT NULL CONSTRAINT pk_moves PRIMARY KEY,
        service text NOT NULL,
        attempt bigint NOT NULL,
        phase text NOT NULL,
        plan jsonb NOT NULL,
        started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
        updated_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
        ended_at timestamptz,
        CONSTRAINT uq_moves_service_attempt UNIQUE (service, attempt)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS shared_db.move_events (
        position bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_move_events PRIMARY KEY,
        run_id uuid NOT NULL,
        event jsonb NOT NULL
    )
    """,
    """
    CREATE OR REPLACE FUNCTION shared_db.lock_key(service text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.hashtextextended('shared_db.home:' || service, 0)
    """,
)

_CLOSED = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA shared_db FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA shared_db FROM PUBLIC",
)

STATEMENTS = (*_TABLES, *FUNCTIONS, *GATE, *_CLOSED)
"""Idempotent, run as the owner of the schema ``shared_db``; all names are qualified."""

READABLE = ("identity", "homes")
"""Tables that the services' roles may read."""

CALLABLE = ("lock_key(text)", "promote(text, bigint, uuid)", "refuse()")
"""Functions that the services' roles may call."""
