"""The query for how a table's rows are told apart, and how they could be."""

from __future__ import annotations

REPLICA_IDENTITIES = """
    SELECT format('%%I.%%I', n.nspname, c.relname) AS name,
           c.relreplident = 'f' AS is_full,
           c.reltuples > %(small)s AS is_large,
           EXISTS (
               SELECT FROM pg_index AS i
                WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                  AND CASE c.relreplident WHEN 'd' THEN i.indisprimary ELSE i.indisreplident END
           ) AS has_key,
           EXISTS (
               SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary
           ) AS has_primary_key,
           (
               SELECT quote_ident(x.relname)
                 FROM pg_index AS i
                 JOIN pg_class AS x ON x.oid = i.indexrelid
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
                  AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND NOT EXISTS (
                          SELECT FROM pg_attribute AS a
                           WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
                             AND (NOT a.attnotnull OR a.attgenerated <> '')
                      )
                ORDER BY i.indnatts, x.relname
                LIMIT 1
           ) AS unique_index,
           (
               SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.position)
                 FROM pg_index AS i
                CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
                 JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (c.oid, k.attnum)
                WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indimmediate
           ) AS deferrable_key,
           quote_ident(left(c.relname, 48) || '_moved_row') AS new_index,
           array(
               SELECT quote_ident(a.attname)
                 FROM pg_attribute AS a
                 JOIN pg_type AS t ON t.oid = a.atttypid
                 JOIN pg_type AS b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
                 JOIN pg_type AS p
                   ON p.oid = CASE WHEN b.typcategory = 'A' THEN b.typelem ELSE b.oid END
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND p.typtype = 'b' AND p.typcategory <> 'A'
                  AND NOT EXISTS (
                          SELECT FROM pg_opclass AS o
                            JOIN pg_am AS m ON m.oid = o.opcmethod
                           WHERE o.opcdefault AND m.amname IN ('btree', 'hash')
                             AND (o.opcintype = p.oid OR EXISTS (
                                     SELECT FROM pg_cast AS k
                                      WHERE (k.castsource, k.casttarget) = (p.oid, o.opcintype)
                                        AND k.castmethod = 'b' AND k.castcontext = 'i'
                                 ))
                      )
                ORDER BY a.attnum
           ) AS incomparable,
           array(
               SELECT quote_ident(a.attname)
                 FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attgenerated <> '' AND NOT a.attisdropped
                ORDER BY a.attnum
           ) AS generated,
           array(
               SELECT quote_ident(a.attname)
                 FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attgenerated <> '' AND NOT a.attisdropped
                  AND (c.relreplident = 'f' OR EXISTS (
                          SELECT FROM pg_index AS i
                           WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
                             AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                                                     ELSE i.indisreplident END
                      ))
                ORDER BY a.attnum
           ) AS generated_identity
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = %(schema)s
       AND c.relkind = 'r'
       AND c.relpersistence = 'p'
     ORDER BY 1
"""
