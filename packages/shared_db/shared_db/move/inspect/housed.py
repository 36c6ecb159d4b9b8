"""Which schema an object lives in, for every kind of object that has one."""

from __future__ import annotations

from psycopg import sql

USER_SCHEMAS = sql.SQL(r"""
    SELECT oid, nspname
      FROM pg_namespace
     WHERE nspname NOT IN ('information_schema', 'shared_db')
       AND nspname NOT LIKE 'pg\_%%'
""")

HOUSED = sql.SQL("""
    SELECT 'pg_class'::regclass AS classid, oid AS objid, relnamespace AS schema FROM pg_class
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
    UNION ALL
    SELECT 'pg_constraint'::regclass, oid, connamespace
      FROM pg_constraint
     WHERE conparentid = 0 AND (conislocal OR contype <> 'c')
    UNION ALL
    SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
    UNION ALL
    SELECT 'pg_opclass'::regclass, oid, opcnamespace FROM pg_opclass
    UNION ALL
    SELECT 'pg_opfamily'::regclass, oid, opfnamespace FROM pg_opfamily
    UNION ALL
    SELECT 'pg_collation'::regclass, oid, collnamespace FROM pg_collation
    UNION ALL
    SELECT 'pg_conversion'::regclass, oid, connamespace FROM pg_conversion
    UNION ALL
    SELECT 'pg_ts_config'::regclass, oid, cfgnamespace FROM pg_ts_config
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, oid, dictnamespace FROM pg_ts_dict
    UNION ALL
    SELECT 'pg_ts_parser'::regclass, oid, prsnamespace FROM pg_ts_parser
    UNION ALL
    SELECT 'pg_ts_template'::regclass, oid, tmplnamespace FROM pg_ts_template
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, stxnamespace FROM pg_statistic_ext
    UNION ALL
    SELECT 'pg_attrdef'::regclass, d.oid, c.relnamespace
      FROM pg_attrdef AS d
      JOIN pg_class AS c ON c.oid = d.adrelid
      JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
     WHERE NOT EXISTS (
               SELECT FROM pg_inherits AS i
                 JOIN pg_attribute AS p ON p.attrelid = i.inhparent
                WHERE i.inhrelid = d.adrelid AND p.attname = a.attname AND p.atthasdef
           )
    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid, c.relnamespace
      FROM pg_rewrite AS r
      JOIN pg_class AS c ON c.oid = r.ev_class
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, c.relnamespace
      FROM pg_trigger AS t
      JOIN pg_class AS c ON c.oid = t.tgrelid
     WHERE t.tgparentid = 0
    UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, c.relnamespace
      FROM pg_policy AS p
      JOIN pg_class AS c ON c.oid = p.polrelid
""")
"""Every kind of object that lives in a schema, or on a table of it. What a partition inherits
is the parent's. Read it MATERIALIZED: a join that looks it up row by row goes through all these
catalogs for each row."""
