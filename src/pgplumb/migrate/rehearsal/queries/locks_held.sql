-- Runs in the twin, as the builder: what a backend holds or waits for.
-- Takes: pid. Returns: relation (null for other locks), mode, whether it is granted, transaction. Versions: 13 to 18. Cost: 0.2 ms.
SELECT relation::int8, mode, granted, virtualtransaction
  FROM pg_catalog.pg_locks
 WHERE pid = %s AND (relation >= 16384 OR NOT granted)
