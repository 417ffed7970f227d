-- How the server itself defines the parts of one relation.
-- Takes: the relation, by oid.
-- Returns: kind (i index, c constraint, t trigger), oid, definition.
-- Versions: 13 to 18. Cost: opens the relation and its indexes: run it with a short lock_timeout for one relation only.
SELECT 'i', i.indexrelid, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = %(relation)s::oid
UNION ALL
SELECT 'c', k.oid, pg_get_constraintdef(k.oid) FROM pg_constraint k
 WHERE k.conrelid = %(relation)s::oid AND k.contype <> 'n'
UNION ALL
SELECT 't', t.oid, pg_get_triggerdef(t.oid) FROM pg_trigger t
 WHERE t.tgrelid = %(relation)s::oid AND NOT t.tgisinternal
