-- The database that we are in, and the moment of the reading.
-- Returns: one row; the last columns are the server's version, clock, role, recovery state, snapshot xmin, and the words
--          that need quotes as a name everywhere on this server.
-- Versions: 13 to 18 (collation versions from 15 on). Cost: one row.
SELECT d.oid, d.datname, d.datdba, pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, d.datconnlimit,
       d.datacl::text[], age(d.datfrozenxid), mxid_age(d.datminmxid),
       {150000+ d.datcollversion | NULL::text}, {150000+ pg_database_collation_actual_version(d.oid) | NULL::text},
       shobj_description(d.oid, 'pg_database'),
       current_setting('server_version_num')::int, current_setting('server_version'), clock_timestamp(),
       r.oid, pg_is_in_recovery(), pg_snapshot_xmin(pg_current_snapshot())::text::int8,
       ARRAY(SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T'))
  FROM pg_database d JOIN pg_roles r ON r.rolname = current_user
 WHERE d.datname = current_database()
