-- Operator classes.
-- Returns: oid, method, schema, name, input type, whether it is that type's default.
-- Versions: 13 to 18. Cost: about 180 rows.
SELECT o.oid, a.amname, n.nspname, o.opcname, o.opcintype, o.opcdefault
  FROM pg_opclass o JOIN pg_am a ON a.oid = o.opcmethod JOIN pg_namespace n ON n.oid = o.opcnamespace
