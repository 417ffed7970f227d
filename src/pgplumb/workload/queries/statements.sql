-- Every entry of pg_stat_statements, without texts: {function} is the extension's function, {columns} what this
-- version of the extension calls the counters, {where} the database.
-- Returns: userid, role, dbid, queryid (null where the entry is hidden from the role), then the counters of
--          `statements_reader.COUNTERS`.
-- Versions: extension 1.4 to 1.12. Cost: 0.4 ms with 40 entries, about 10 ms with 5,000; a shared lock on the
--           extension's hash table, the file of texts is not read.
SELECT s.userid, pg_get_userbyid(s.userid), s.dbid, s.queryid, {columns}
  FROM {function}(false) AS s
 WHERE {where}
