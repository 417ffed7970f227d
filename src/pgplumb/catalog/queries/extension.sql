-- Installed extensions.
-- Returns: oid, name, schema, version, default version, relocatable, owner, comment.
-- Versions: 13 to 18. Cost: reads the control files of the server once (pg_available_extensions).
SELECT e.oid, e.extname, n.nspname, e.extversion, a.default_version, e.extrelocatable, e.extowner, d.description
  FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace
  LEFT JOIN pg_available_extensions() a ON a.name = e.extname
  LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = e.oid AND d.objsubid = 0
