"""The functions that fence a former home, and the one that opens a new one.

A fence is two things: triggers that refuse every write, whoever writes, and the loss of the login
roles' privileges, so that they cannot read either (views, prepared statements and functions with
their owner's rights included). What was taken is kept in ``fenced_privileges`` and given back when
the schema becomes active there again. The triggers stay until `lift_fence` finds a quiet moment.
"""

_REFUSE = """
    CREATE OR REPLACE FUNCTION shared_db.refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION 'the schema % is not active in this database', TG_TABLE_SCHEMA
            USING ERRCODE = 'SDB01', HINT = 'Resolve the home of the service again.';
    END
    $$
"""

_REFUSE_ON_STANDBY = """
    CREATE OR REPLACE FUNCTION shared_db.refuse_on_standby() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM shared_db.homes WHERE schema_name = TG_TABLE_SCHEMA AND state = 'active'
        ) THEN
            RAISE EXCEPTION 'the schema % is not active in this database', TG_TABLE_SCHEMA
                USING ERRCODE = 'SDB01', HINT = 'Resolve the home of the service again.';
        END IF;
        RETURN NULL;
    END
    $$
"""
"""Lets everything pass as soon as the home is active, so that opening it takes no lock on a table:
dropping a trigger would wait for a backup or an autovacuum that reads there. A former home needs
the other function: an old snapshot of REPEATABLE READ would still see it active."""

_GUARD = """
    CREATE OR REPLACE FUNCTION shared_db.guard(guarded text, stands_by boolean) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        item record;
        refusal text := 'EXECUTE FUNCTION shared_db.refuse()';
    BEGIN
        IF stands_by THEN
            refusal := $when$
                WHEN (current_setting('shared_db.warming', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION shared_db.refuse_on_standby() $when$;
        END IF;
        FOR item IN
            SELECT h.schema_name, c.relname
              FROM shared_db.homes AS h
              JOIN pg_namespace AS n ON n.nspname = h.schema_name
              JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
             WHERE h.service = guarded
        LOOP
            EXECUTE format(
                'CREATE OR REPLACE TRIGGER shared_db_fence'
                ' BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I.%I'
                ' FOR EACH STATEMENT %s',
                item.schema_name, item.relname, refusal
            );
        END LOOP;
    END
    $$
"""
"""On a partitioned table the trigger sees only statements on that table, so partitions have it too.
``stands_by`` is for a standby: sessions that
prepare it are exempt, and it opens by its row alone."""

_REVOKE = """
    CREATE OR REPLACE FUNCTION shared_db.revoke_privileges(fenced text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        item record;
    BEGIN
        INSERT INTO shared_db.fenced_privileges
        WITH home AS (
            SELECT n.oid AS schema_oid, n.nspname, n.nspacl, n.nspowner,
                   array(SELECT CASE WHEN role = 'PUBLIC' THEN 0::oid
                                     ELSE (SELECT oid FROM pg_roles WHERE rolname = role) END
                           FROM unnest(h.login_roles) AS role) AS roles
              FROM shared_db.homes AS h
              JOIN pg_namespace AS n ON n.nspname = h.schema_name
             WHERE h.service = fenced
        ), acls AS (
            SELECT 'SCHEMA' AS kind, quote_ident(nspname) AS object, '' AS column_name,
                   coalesce(nspacl, acldefault('n', nspowner)) AS acl
              FROM home
            UNION ALL
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
                   format('%I.%I', home.nspname, c.relname), '',
                   coalesce(c.relacl, acldefault(
                       CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
              FROM home JOIN pg_class AS c ON c.relnamespace = home.schema_oid
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            UNION ALL
            SELECT 'TABLE', format('%I.%I', home.nspname, c.relname), quote_ident(a.attname),
                   a.attacl
              FROM home
              JOIN pg_class AS c ON c.relnamespace = home.schema_oid
              JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
            UNION ALL
            SELECT 'ROUTINE', p.oid::regprocedure::text, '',
                   coalesce(p.proacl, acldefault('f', p.proowner))
              FROM home JOIN pg_proc AS p ON p.pronamespace = home.schema_oid
        )
        SELECT fenced, kind, object, column_name,
               CASE WHEN g.grantee = 0 THEN 'PUBLIC'
                    ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
               g.privilege_type, bool_or(g.is_grantable)
          FROM home, acls, aclexplode(acls.acl) AS g
         WHERE g.grantee = ANY (home.roles)
         GROUP BY kind, object, column_name, g.grantee, g.privilege_type
            ON CONFLICT DO NOTHING;
        FOR item IN
            SELECT h.schema_name, string_agg(
                       CASE role WHEN 'PUBLIC' THEN role ELSE quote_ident(role) END, ', '
                   ) AS grantees
              FROM shared_db.homes AS h, unnest(h.login_roles) AS role
             WHERE h.service = fenced
             GROUP BY h.schema_name
        LOOP
            EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %s',
                           item.schema_name, item.grantees);
            EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %s',
                           item.schema_name, item.grantees);
            EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA %I FROM %s',
                           item.schema_name, item.grantees);
            EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %s', item.schema_name, item.grantees);
        END LOOP;
    END
    $$
"""
"""Revoking on a table revokes on its columns too."""

_CLOSE = """
    CREATE OR REPLACE FUNCTION shared_db.close_schema(closed text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        item record;
    BEGIN
        FOR item IN
            SELECT n.nspname, g.grantee AS role, g.privilege_type, g.is_grantable,
                   CASE g.grantee WHEN 0 THEN 'PUBLIC'
                                  ELSE quote_ident(pg_get_userbyid(g.grantee)) END AS grantee
              FROM shared_db.homes AS h
              JOIN pg_namespace AS n ON n.nspname = h.schema_name
             CROSS JOIN aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS g
             WHERE h.service = closed
               AND CASE g.grantee WHEN 0 THEN 'PUBLIC'
                                  ELSE pg_get_userbyid(g.grantee) END = ANY (h.login_roles)
        LOOP
            INSERT INTO shared_db.fenced_privileges
            VALUES (closed, 'SCHEMA', quote_ident(item.nspname), '', item.grantee,
                    item.privilege_type, item.is_grantable)
                ON CONFLICT DO NOTHING;
            EXECUTE format('REVOKE %s ON SCHEMA %I FROM %s',
                           item.privilege_type, item.nspname, item.grantee);
        END LOOP;
    END
    $$
"""
"""For a copy that nobody has to warm: without the schema's privileges nobody reads it either."""

_RESTORE = """
    CREATE OR REPLACE FUNCTION shared_db.restore_privileges(opened text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        item record;
    BEGIN
        FOR item IN
            SELECT kind, object, grantee, grantable,
                   string_agg(privilege || CASE column_name WHEN '' THEN ''
                                           ELSE format(' (%s)', column_name) END, ', ')
                       AS privileges
              FROM shared_db.fenced_privileges WHERE service = opened
             GROUP BY kind, object, grantee, grantable
        LOOP
            EXECUTE format(
                'GRANT %s ON %s %s TO %s%s', item.privileges, item.kind, item.object,
                item.grantee, CASE WHEN item.grantable THEN ' WITH GRANT OPTION' ELSE '' END
            );
        END LOOP;
        DELETE FROM shared_db.fenced_privileges WHERE service = opened;
    END
    $$
"""

_PROMOTE = """
    CREATE OR REPLACE FUNCTION shared_db.promote(
        promoted_service text, promoted_epoch bigint, promoted_run uuid
    ) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        home shared_db.homes%ROWTYPE;
    BEGIN
        PERFORM pg_catalog.pg_advisory_xact_lock(shared_db.lock_key(promoted_service));
        SELECT * INTO home FROM shared_db.homes WHERE service = promoted_service FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no home of % is known here', promoted_service USING ERRCODE = 'P0002';
        END IF;
        IF session_user <> ALL (home.login_roles)
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
            SELECT FROM shared_db.markers
             WHERE run_id = promoted_run AND name = 'cut:' || promoted_epoch
        ) THEN
            RAISE EXCEPTION 'the marker of run % has not arrived', promoted_run
                USING ERRCODE = '55000', HINT = 'Wait until replication has applied it.';
        END IF;
        PERFORM shared_db.restore_privileges(promoted_service);
        UPDATE shared_db.homes SET state = 'active' WHERE service = promoted_service;
        RETURN true;
    END
    $$
"""

FUNCTIONS = (_REFUSE, _REFUSE_ON_STANDBY, _GUARD, _REVOKE, _CLOSE, _RESTORE, _PROMOTE)
"""In the order in which they are made."""
