-- Predefined roles whose privileges we have, and the roles by which a provider's service is recognised.
-- (role, held: its privileges are ours)
-- Versions: all. Cost: under 0.1 ms.
SELECT rolname::text, pg_has_role(oid, 'USAGE')
FROM pg_roles
WHERE rolname LIKE 'pg\_%'
   OR rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'supabase_admin', 'neon_superuser',
                  'azure_pg_admin')
