-- Row-level security policies, without their deparsed expressions.
-- Returns: relation, oid, name, command, permissive, roles, has USING, has WITH CHECK.
-- Versions: 13 to 18. Cost: one scan of pg_policy.
SELECT p.polrelid, p.oid, p.polname, p.polcmd, p.polpermissive, p.polroles, p.polqual IS NOT NULL,
       p.polwithcheck IS NOT NULL
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid AND c.relpersistence <> 't'
 WHERE true {only p.polrelid}
