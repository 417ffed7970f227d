-- Casts that call a function which users or extensions made: such a cast in an expression runs that function.
-- Parameters: none. Returns: source and target type.
-- Versions: 13 to 18. Cost: a scan of pg_cast, some hundred rows.
SELECT castsource, casttarget FROM pg_cast WHERE castfunc >= 16384
