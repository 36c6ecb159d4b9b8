"""The catalog queries for tables, their columns, keys, references and conditions."""

from __future__ import annotations

TABLES = """
SELECT c.oid, c.relname AS name, c.relkind = 'p' AS is_partitioned,
       array(SELECT a.attname::text
               FROM pg_partitioned_table AS p
              CROSS JOIN unnest(p.partattrs::int2[]) WITH ORDINALITY AS u (number, place)
               JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.number
              WHERE p.partrelid = c.oid
              ORDER BY u.place) AS divides,
       array(SELECT pg_get_expr(l.relpartbound, l.oid)
               FROM pg_partition_tree(c.oid) AS t
               JOIN pg_class AS l ON l.oid = t.relid
              WHERE t.isleaf AND l.relpartbound IS NOT NULL
              LIMIT 50) AS bounds
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = %s
   AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND NOT EXISTS (SELECT FROM pg_depend AS d
                    WHERE (d.classid, d.objid, d.deptype) = ('pg_class'::regclass, c.oid, 'e'))
 ORDER BY c.relname
"""

COLUMNS = """
WITH RECURSIVE named AS (
    SELECT a.attrelid, a.attnum, a.attname::text AS name, a.atttypid AS type, a.atttypmod AS mod,
           a.attnotnull AS required, format_type(a.atttypid, a.atttypmod) AS full_type,
           a.atthasdef OR a.attidentity <> '' AS has_default,
           a.attgenerated = '' AND a.attidentity <> 'a' AS is_given
      FROM pg_attribute AS a
     WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped
), based AS (
    SELECT named.attrelid, named.attnum, named.type, named.mod, named.required,
           false AS has_default
      FROM named
    UNION ALL
    SELECT b.attrelid, b.attnum, t.typbasetype, coalesce(nullif(b.mod, -1), t.typtypmod),
           b.required OR t.typnotnull, b.has_default OR t.typdefault IS NOT NULL
      FROM based AS b
      JOIN pg_type AS t ON t.oid = b.type AND t.typtype = 'd'
)
SELECT n.attrelid AS oid, n.name, n.full_type AS type, t.typname::text AS kind,
       t.typcategory AS category, b.required,
       n.has_default OR b.has_default AS has_default, n.is_given,
       CASE WHEN b.mod = -1 THEN NULL
            WHEN t.typname IN ('varchar', 'bpchar') THEN b.mod - 4
            WHEN t.typname IN ('bit', 'varbit', 'vector') THEN b.mod
            WHEN t.typname = 'numeric' THEN ((b.mod - 4) >> 16) & 65535 END AS length,
       CASE WHEN b.mod <> -1 AND t.typname = 'numeric' THEN (b.mod - 4) & 2047 ELSE 0 END AS scale,
       array(SELECT e.enumlabel::text FROM pg_enum AS e
              WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels
  FROM named AS n
  JOIN based AS b ON (b.attrelid, b.attnum) = (n.attrelid, n.attnum)
  JOIN pg_type AS t ON t.oid = b.type AND t.typtype <> 'd'
 ORDER BY n.attrelid, n.attnum
"""

KEYS = """
SELECT coalesce(pg_partition_root(i.indrelid)::oid, i.indrelid) AS oid, c.relname AS name,
       array(SELECT DISTINCT a.attname::text
               FROM pg_attribute AS a
              WHERE a.attrelid = i.indrelid AND NOT a.attisdropped
                AND (a.attnum = ANY (i.indkey::int2[])
                     OR i.indexprs IS NOT NULL AND EXISTS (
                         SELECT FROM pg_depend AS d
                          WHERE (d.classid, d.objid) = ('pg_class'::regclass, i.indexrelid)
                            AND (d.refclassid, d.refobjid, d.refobjsubid)
                              = ('pg_class'::regclass, i.indrelid, a.attnum)))) AS columns,
       i.indisunique AND i.indisvalid AND i.indimmediate AND i.indrelid = ANY (%(tables)s)
       AND i.indexprs IS NULL AND i.indpred IS NULL
       AND NOT EXISTS (SELECT FROM pg_attribute AS a
                        WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                          AND NOT a.attnotnull) AS names_rows
  FROM pg_index AS i
  JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE coalesce(pg_partition_root(i.indrelid)::oid, i.indrelid) = ANY (%(tables)s)
   AND (i.indisunique OR i.indisexclusion)
 ORDER BY i.indisprimary DESC, c.relname
"""

REFERENCES = """
SELECT coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) AS oid, k.conname AS name,
       n.nspname AS parent_schema, p.relname AS parent,
       array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
               JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number
              ORDER BY u.place) AS columns,
       array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
               JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number
              ORDER BY u.place) AS referenced
  FROM pg_constraint AS k
  JOIN pg_class AS p ON p.oid = k.confrelid
  JOIN pg_namespace AS n ON n.oid = p.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0
   AND coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) = ANY (%(tables)s)
 ORDER BY k.conname
"""

CONDITIONS = """
SELECT coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) AS oid, k.conname AS name,
       pg_get_constraintdef(k.oid) AS text,
       array(SELECT a.attname::text FROM pg_attribute AS a
              WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)) AS columns
  FROM pg_constraint AS k
 WHERE k.contype = 'c'
   AND coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) = ANY (%(tables)s)
UNION ALL
SELECT a.attrelid, k.conname, pg_get_constraintdef(k.oid), ARRAY[a.attname::text]
  FROM pg_attribute AS a
  JOIN pg_constraint AS k ON k.contypid = a.atttypid AND k.contype = 'c'
 WHERE a.attrelid = ANY (%(tables)s) AND NOT a.attisdropped
 ORDER BY 1, 2
"""
