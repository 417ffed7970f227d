-- The texts of some entries of pg_stat_statements: {function} is the extension's function, {toplevel} its column of
-- that name or true. Parameters: queryids, how many characters of a text to bring.
-- Returns: userid, dbid, queryid, toplevel, text. Hidden entries have no queryid and so are left out.
-- Versions: extension 1.4 to 1.12. Cost: the server reads its whole file of texts, up to tens of MB; not for a tick.
SELECT s.userid, s.dbid, s.queryid, {toplevel}, left(s.query, %s)
  FROM {function}(true) AS s
 WHERE s.queryid = ANY(%s::bigint[]) AND s.query IS NOT NULL
