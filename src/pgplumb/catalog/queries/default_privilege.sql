-- ALTER DEFAULT PRIVILEGES.
-- Returns: role, schema (0 every), object kind, acl.
-- Versions: 13 to 18. Cost: a handful of rows.
SELECT defaclrole, defaclnamespace, defaclobjtype, defaclacl::text[] FROM pg_default_acl
