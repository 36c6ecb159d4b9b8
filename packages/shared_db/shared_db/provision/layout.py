"""The schema ``shared_db`` that every database has which houses or housed a service."""

LAYOUT_VERSION = 1

STATEMENTS = (
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
        login_role text NOT NULL,
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
    CREATE OR REPLACE FUNCTION shared_db.lock_key(service text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.hashtextextended('shared_db.home:' || service, 0)
    """,
    """
    CREATE OR REPLACE FUNCTION shared_db.refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION 'the schema % is not active in this database', TG_TABLE_SCHEMA
            USING ERRCODE = 'SDB01', HINT = 'Resolve the home of the service again.';
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION shared_db.promote(
        promoted_service text, promoted_epoch bigint, promoted_run uuid
    ) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        home shared_db.homes%ROWTYPE;
        fenced record;
    BEGIN
        PERFORM pg_catalog.pg_advisory_xact_lock(shared_db.lock_key(promoted_service));
        SELECT * INTO home FROM shared_db.homes WHERE service = promoted_service FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no home of % is known here', promoted_service USING ERRCODE = 'P0002';
        END IF;
        IF session_user <> home.login_role
           AND NOT pg_catalog.pg_has_role(session_user, home.owner_role, 'MEMBER') THEN
            RAISE EXCEPTION '% may not promote %', session_user, promoted_service
                USING ERRCODE = '42501';
        END IF;
        IF home.state = 'active' AND home.epoch = promoted_epoch
           AND home.run_id IS NOT DISTINCT FROM promoted_run THEN
            RETURN false;
        END IF;
        IF home.state <> 'standby' OR home.epoch <> promoted_epoch
           OR home.run_id IS DISTINCT FROM promoted_run THEN
            RAISE EXCEPTION '% is % here at epoch %, run %: nothing to promote',
                promoted_service, home.state, home.epoch, home.run_id USING ERRCODE = '55000';
        END IF;
        IF NOT EXISTS (
            SELECT FROM shared_db.markers WHERE run_id = promoted_run AND name = 'cut'
        ) THEN
            RAISE EXCEPTION 'the marker of run % has not arrived', promoted_run
                USING ERRCODE = '55000', HINT = 'Wait until replication has applied it.';
        END IF;
        FOR fenced IN
            SELECT c.relname
              FROM pg_catalog.pg_trigger AS t
              JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
              JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = home.schema_name AND t.tgname = 'shared_db_fence'
               AND t.tgparentid = 0
        LOOP
            EXECUTE pg_catalog.format(
                'DROP TRIGGER shared_db_fence ON %I.%I', home.schema_name, fenced.relname
            );
        END LOOP;
        EXECUTE pg_catalog.format(
            'GRANT USAGE ON SCHEMA %I TO %I', home.schema_name, home.login_role
        );
        UPDATE shared_db.homes SET state = 'active' WHERE service = promoted_service;
        RETURN true;
    END
    $$
    """,
    "REVOKE ALL ON ALL TABLES IN SCHEMA shared_db FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA shared_db FROM PUBLIC",
)
"""Idempotent, run as the owner of the schema ``shared_db``; all names are qualified."""

READABLE = ("identity", "homes")
"""Tables that the services' roles may read."""

CALLABLE = ("lock_key(text)", "promote(text, bigint, uuid)", "refuse()")
"""Functions that the services' roles may call."""
