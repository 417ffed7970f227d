-- Have values print so that any server of any settings reads the same back, for one transaction.
-- Returns: one row of no interest.
-- Versions: 13 to 18. Cost: none.
SELECT set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
       set_config('timezone', 'UTC', true), set_config('extra_float_digits', '1', true),
       set_config('bytea_output', 'hex', true), set_config('lc_monetary', 'C', true),
       set_config('quote_all_identifiers', 'off', true)
