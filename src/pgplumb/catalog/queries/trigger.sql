-- Triggers that users made, and internal ones where somebody disabled them.
-- Returns: relation, oid, name, function, enabled, type bits, internal, constraint, parent, has WHEN, UPDATE OF columns.
-- Versions: 13 to 18. Cost: one scan of pg_trigger.
SELECT t.tgrelid, t.oid, t.tgname, t.tgfoid, t.tgenabled, t.tgtype, t.tgisinternal, t.tgconstraint, t.tgparentid,
       t.tgqual IS NOT NULL, t.tgattr::int2[]
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid AND c.relpersistence <> 't'
 WHERE t.oid >= 16384 AND (NOT t.tgisinternal OR t.tgenabled = 'D')
       {only t.tgrelid}
