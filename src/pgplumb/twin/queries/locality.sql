-- How the database compares texts, and as whom we are in it.
-- Returns: encoding, LC_COLLATE, LC_CTYPE, provider (c, i, d, b; NULL before 15), role, whether it is superuser, block size.
-- Versions: 13 to 18. Cost: 0.2 ms.
SELECT pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text,
       (to_jsonb(d) ->> 'datlocprovider')::text, current_user::text, r.rolsuper, current_setting('block_size')::int,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
  FROM pg_database d
  JOIN pg_roles r ON r.rolname = current_user
 WHERE d.datname = current_database()
