"""The query for the extensions on which a schema depends, or which its functions' texts name."""

from __future__ import annotations

from psycopg import sql

from shared_db.move.inspect.housed import HOUSED

NEEDED_EXTENSIONS = sql.SQL("""
    WITH housed AS MATERIALIZED ({housed}), made_by AS (
        SELECT classid, objid, refclassid, refobjid
          FROM pg_depend
         WHERE deptype = 'i' AND objsubid = 0 AND classid <> 'pg_attrdef'::regclass
    ), used AS (
        SELECT DISTINCT coalesce(r1.refclassid, d.refclassid) AS classid,
               coalesce(r1.refobjid, d.refobjid) AS objid
          FROM pg_depend AS d
          JOIN housed AS h ON (h.classid, h.objid) = (d.classid, d.objid)
          JOIN pg_namespace AS n ON n.oid = h.schema
          LEFT JOIN made_by AS r1 ON (r1.classid, r1.objid) = (d.refclassid, d.refobjid)
         WHERE n.nspname = %(schema)s
           AND d.deptype IN ('n', 'a', 'x')
    ), needed AS (
        SELECT m.refobjid AS extension
          FROM used AS u
          JOIN pg_depend AS m ON (m.classid, m.objid) = (u.classid, u.objid) AND m.deptype = 'e'
        UNION
        SELECT objid FROM used WHERE classid = 'pg_extension'::regclass
    ), named AS (
        SELECT DISTINCT m.refobjid AS extension
          FROM pg_proc AS body
          JOIN pg_namespace AS n ON n.oid = body.pronamespace
          JOIN pg_language AS l ON l.oid = body.prolang AND l.lanname NOT IN ('internal', 'c')
          JOIN pg_proc AS f ON strpos(body.prosrc, f.proname || '(') > 0
          JOIN pg_depend AS m
            ON (m.classid, m.objid) = ('pg_proc'::regclass, f.oid) AND m.deptype = 'e'
         WHERE n.nspname = %(schema)s
    ), granted AS (
        SELECT a.grantee
          FROM pg_namespace AS n
         CROSS JOIN aclexplode(n.nspacl) AS a
         WHERE n.nspname = %(schema)s
    )
    SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema,
           quote_ident(e.extname) AS quoted, quote_ident(n.nspname) AS quoted_schema,
           n.nspname = %(schema)s AS is_inside, e.extrelocatable AS is_relocatable,
           e.oid IN (SELECT extension FROM needed) AS is_certain,
           array(SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
                   FROM aclexplode(n.nspacl) AS a
                  WHERE a.privilege_type = 'USAGE' AND n.nspname <> 'public'
                    AND (a.grantee = 0 OR a.grantee IN (SELECT grantee FROM granted))
                  ORDER BY 1) AS users
      FROM pg_extension AS e
      JOIN pg_namespace AS n ON n.oid = e.extnamespace
     WHERE e.extname <> 'plpgsql'
       AND (n.nspname = %(schema)s
            OR e.oid IN (SELECT extension FROM needed UNION SELECT extension FROM named))
     ORDER BY 1
""").format(housed=HOUSED)
