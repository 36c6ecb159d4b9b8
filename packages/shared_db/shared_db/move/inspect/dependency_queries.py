"""The query for the dependencies that cross a schema's boundary.

A view's columns are the view. A constraint or trigger that a partition has from its parent is the
parent's.
"""

from __future__ import annotations

from psycopg import sql

from shared_db.move.inspect.housed import HOUSED, USER_SCHEMAS

CROSSING = sql.SQL("""
    WITH user_schema AS ({user_schemas}), housed AS ({housed}),
    made_by AS (
        SELECT classid, objid, refclassid, refobjid
          FROM pg_depend
         WHERE deptype = 'i' AND objsubid = 0 AND classid <> 'pg_attrdef'::regclass
    ), edge AS (
        SELECT DISTINCT
               coalesce(d2.refclassid, d1.refclassid, d.classid) AS d_class,
               coalesce(d2.refobjid, d1.refobjid, d.objid) AS d_id,
               CASE WHEN d1.objid IS NULL AND d.classid = 'pg_class'::regclass
                      AND NOT EXISTS (
                              SELECT FROM pg_class AS v
                               WHERE v.oid = d.objid AND v.relkind IN ('v', 'm')
                          )
                    THEN d.objsubid ELSE 0 END AS d_sub,
               coalesce(r2.refclassid, r1.refclassid, d.refclassid) AS r_class,
               coalesce(r2.refobjid, r1.refobjid, d.refobjid) AS r_id
          FROM pg_depend AS d
          LEFT JOIN made_by AS d1 ON (d1.classid, d1.objid) = (d.classid, d.objid)
          LEFT JOIN made_by AS d2 ON (d2.classid, d2.objid) = (d1.refclassid, d1.refobjid)
          LEFT JOIN made_by AS r1 ON (r1.classid, r1.objid) = (d.refclassid, d.refobjid)
          LEFT JOIN made_by AS r2 ON (r2.classid, r2.objid) = (r1.refclassid, r1.refobjid)
         WHERE d.deptype IN ('n', 'a')
    ), link AS MATERIALIZED (
        SELECT e.*, ds.oid AS d_schema, ds.nspname AS d_name, rs.oid AS r_schema,
               rs.nspname AS r_name
          FROM edge AS e
          JOIN housed AS dh ON (dh.classid, dh.objid) = (e.d_class, e.d_id)
          JOIN housed AS rh ON (rh.classid, rh.objid) = (e.r_class, e.r_id)
          JOIN user_schema AS ds ON ds.oid = dh.schema
          JOIN user_schema AS rs ON rs.oid = rh.schema
         WHERE NOT EXISTS (
                   SELECT FROM pg_depend AS x
                    WHERE x.deptype = 'e'
                      AND (x.classid, x.objid) IN ((e.d_class, e.d_id), (e.r_class, e.r_id))
               )
           AND NOT EXISTS (
                   SELECT FROM pg_attribute AS a
                    WHERE e.d_class = 'pg_class'::regclass AND e.d_sub > 0
                      AND a.attrelid = e.d_id AND a.attnum = e.d_sub AND NOT a.attislocal
               )
           AND NOT EXISTS (
                   SELECT FROM pg_constraint AS k
                    WHERE e.d_class = 'pg_constraint'::regclass AND k.oid = e.d_id
                      AND k.contype = 'f' AND e.r_class <> 'pg_class'::regclass
               )
    )
    SELECT l.d_name = %(schema)s AS leaves,
           quote_ident(l.d_name) AS dependent_schema, d.identity AS dependent_identity,
           CASE WHEN k.contype = 'f' THEN 'foreign key'
                WHEN dt.typtype = 'd' THEN 'domain'
                WHEN g.attgenerated = 's' THEN 'stored column'
                WHEN g.attgenerated <> '' THEN 'virtual column'
                ELSE d.type END AS dependent_kind,
           array(SELECT quote_ident(part) FROM unnest(da.object_names) AS part)
               AS dependent_names,
           quote_ident(l.r_name) AS reference_schema, r.identity AS reference_identity,
           CASE WHEN rt.typtype = 'd' THEN 'domain' ELSE r.type END AS reference_kind,
           array(SELECT quote_ident(part) FROM unnest(ra.object_names) AS part)
               AS reference_names,
           NOT EXISTS (
               SELECT FROM link AS x
                WHERE (x.r_class, x.r_id) = (l.r_class, l.r_id) AND x.d_schema <> l.d_schema
                   OR (x.d_class, x.d_id) = (l.r_class, l.r_id) AND x.r_schema <> l.d_schema
           ) AS reference_is_free,
           NOT EXISTS (
               SELECT FROM link AS x
                WHERE (x.d_class, x.d_id) = (l.d_class, l.d_id) AND x.r_schema <> l.r_schema
                   OR (x.r_class, x.r_id) = (l.d_class, l.d_id) AND x.d_schema <> l.r_schema
           ) AS dependent_is_free,
           coalesce(c.relispartition, false) AS is_partition,
           coalesce(format_type(nullif(rt.typbasetype, 0), rt.typtypmod), 'text')
               || CASE WHEN a.atttypid <> rt.oid THEN '[]' ELSE '' END AS plain_type
      FROM link AS l
     CROSS JOIN pg_identify_object(l.d_class, l.d_id, l.d_sub) AS d
     CROSS JOIN pg_identify_object_as_address(l.d_class, l.d_id, l.d_sub) AS da
     CROSS JOIN pg_identify_object(l.r_class, l.r_id, 0) AS r
     CROSS JOIN pg_identify_object_as_address(l.r_class, l.r_id, 0) AS ra
      LEFT JOIN pg_type AS rt ON l.r_class = 'pg_type'::regclass AND rt.oid = l.r_id
      LEFT JOIN pg_type AS dt ON l.d_class = 'pg_type'::regclass AND dt.oid = l.d_id
      LEFT JOIN pg_constraint AS k ON l.d_class = 'pg_constraint'::regclass AND k.oid = l.d_id
      LEFT JOIN pg_class AS c ON l.d_class = 'pg_class'::regclass AND c.oid = l.d_id
      LEFT JOIN pg_attribute AS a
        ON l.d_class = 'pg_class'::regclass AND a.attrelid = l.d_id AND a.attnum = l.d_sub
           AND l.d_sub > 0
      LEFT JOIN pg_attrdef AS ad ON l.d_class = 'pg_attrdef'::regclass AND ad.oid = l.d_id
      LEFT JOIN pg_attribute AS g ON (g.attrelid, g.attnum) = (ad.adrelid, ad.adnum)
     WHERE (l.d_name = %(schema)s) <> (l.r_name = %(schema)s)
     ORDER BY l.d_sub > 0, l.d_name = %(schema)s, d.type, d.identity,
              r.type NOT IN ('table', 'partitioned table'), r.identity
""").format(user_schemas=USER_SCHEMAS, housed=HOUSED)
