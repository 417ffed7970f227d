-- What the server's own trees of policies call: the parser's text does not tell which function a name means.
-- Parameter: pg_class.oid of tables.
-- Returns, for each policy: table; policy; names of functions in it that are VOLATILE, those behind operators too;
--          names of operators that users made; whether it holds what may differ from one evaluation to the next in
--          another way: domains, sequences, samples, types of users whose input is volatile; its operators as
--          "operator collation", sorted, an operator and its commutator as the same one; what it reads
--          (pg_class.oid); functions that are dear or of users, with their cost for one call in operators; USING and
--          WITH CHECK as pg_get_expr prints them.
-- Names inside constants are not seen: trees hold constants as bytes, and blanks in names escaped.
-- Versions: 13 to 18. Cost: about 0.3 ms a policy.
SELECT p.polrelid::int8, p.polname::text,
       ARRAY(SELECT f.proname::text FROM pg_proc f WHERE f.oid = ANY (c.functions) AND f.provolatile = 'v' ORDER BY 1),
       ARRAY(SELECT DISTINCT o.oprname::text
               FROM regexp_matches(t.tree, ':opno (\d+)', 'g') AS m (part)
               JOIN pg_operator o ON o.oid = m.part[1]::oid
              WHERE o.oid >= 16384
              ORDER BY 1),
       t.tree ~ '\{(?:COERCETODOMAIN|NEXTVALUEEXPR|ROWCOMPARE|ROWCOMPAREEXPR|CURRENTOFEXPR|XMLEXPR|JSONEXPR) '
       OR t.tree ~ ':tablesample \{'
       OR EXISTS (SELECT FROM regexp_matches(t.tree, ':resulttype (\d+)', 'g') AS m (part)
                    JOIN pg_type y ON y.oid = m.part[1]::oid
                    JOIN pg_proc f ON f.oid IN (y.typinput, y.typoutput)
                   WHERE y.typtype = 'd' OR f.provolatile = 'v'),
       ARRAY(SELECT concat(least(o.oid, nullif(o.oprcom, 0)), ' ', m.part[2])
               FROM regexp_matches(t.tree, ':opno (\d+)(?: :[A-Za-z]+ [a-z0-9]+)* :inputcollid (\d+)', 'g') AS m (part)
               JOIN pg_operator o ON o.oid = m.part[1]::oid
              ORDER BY 1),
       ARRAY(SELECT DISTINCT m.part[1]::int8 FROM regexp_matches(t.tree, ':relid (\d+)', 'g') AS m (part)),
       ARRAY(SELECT concat(f.procost, ' ', f.proname) FROM pg_proc f
              WHERE f.oid = ANY (c.functions) AND (f.oid >= 16384 OR f.procost > 10)
              ORDER BY f.procost DESC, 1),
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
  FROM pg_policy p
 CROSS JOIN LATERAL (SELECT concat(p.polqual::text, ' ', p.polwithcheck::text)) AS t (tree)
 CROSS JOIN LATERAL (
       SELECT ARRAY(SELECT m.part[1]::oid
                      FROM regexp_matches(t.tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS m (part)
                     UNION
                    SELECT o.oprcode
                      FROM regexp_matches(t.tree, ':opno (\d+)', 'g') AS m (part)
                      JOIN pg_operator o ON o.oid = m.part[1]::oid)) AS c (functions)
 WHERE p.polrelid = ANY (%s::oid[])
 ORDER BY 1, 2
