-- For each table: name, rows, and a sum over its rows (left out above `limit` bytes: it takes long).
SELECT format(
    'SELECT %L, count(*), %s FROM ONLY %I.%I AS seatrial_row',
    n.nspname || '.' || c.relname,
    CASE
        WHEN pg_table_size(c.oid) <= :limit
            THEN 'coalesce(sum(hashtextextended(seatrial_row::text, 0)::numeric), 0)'
        ELSE quote_literal('')
    END,
    n.nspname,
    c.relname
)
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    c.relkind = 'r'
    AND c.relpersistence = 'p'
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema'
    -- Tables of an extension come with it, not with the dump.
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
ORDER BY n.nspname, c.relname
\gexec
