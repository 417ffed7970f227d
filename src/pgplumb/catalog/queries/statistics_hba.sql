-- The lines of pg_hba.conf.
-- Returns: the columns of `HostRule` in order.
-- Versions: 13 to 18. Cost: reads one file; superusers and those who were granted the function alone may.
SELECT h.line_number, h.type, h.database, h.user_name, h.address, h.netmask, h.auth_method, h.error
  FROM pg_hba_file_rules h ORDER BY h.line_number
