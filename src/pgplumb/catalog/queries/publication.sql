-- Publications with their tables and schemas.
-- Returns: the columns of `Publication` in order.
-- Versions: 13 to 18 (schemas from 15 on). Cost: a handful of rows.
SELECT p.oid, p.pubname, p.pubowner, p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,
       ARRAY(SELECT r.prrelid FROM pg_publication_rel r WHERE r.prpubid = p.oid ORDER BY 1),
       {150000+ ARRAY(SELECT s.pnnspid FROM pg_publication_namespace s WHERE s.pnpubid = p.oid ORDER BY 1) | ARRAY[]::oid[]}
  FROM pg_publication p
