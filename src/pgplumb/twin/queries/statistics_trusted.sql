-- Runs in the twin. Whether values of all types are compared by the server's functions or an extension's in C alone. An
-- operator class or a range type may have some in a procedural language, which must not run here.
-- Returns: one boolean.
-- Versions: 13 to 18. Cost: two small catalogs.
SELECT NOT EXISTS (SELECT FROM pg_amproc a JOIN pg_proc p ON p.oid = a.amproc JOIN pg_language l ON l.oid = p.prolang
                    WHERE a.oid >= 16384 AND l.lanname NOT IN ('c', 'internal'))
   AND NOT EXISTS (SELECT FROM pg_range r JOIN pg_proc p ON p.oid = r.rngcanonical JOIN pg_language l ON l.oid = p.prolang
                    WHERE l.lanname NOT IN ('c', 'internal'))
