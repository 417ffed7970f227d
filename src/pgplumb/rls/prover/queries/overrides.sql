-- What users made of meanings that printed expressions no longer tell: an = of their own over built-in types, and casts
-- between these that call a function.
-- Returns: whether there is such an operator; source and target of each cast, by typname; null without one.
-- Versions: 13 to 18. Cost: a scan of pg_operator and of pg_cast.
SELECT EXISTS (SELECT FROM pg_operator o
                WHERE o.oid >= 16384 AND o.oprname = '=' AND o.oprleft < 16384 AND o.oprright < 16384),
       s.typname, t.typname
  FROM (SELECT 1) AS one
  LEFT JOIN (pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget)
    ON c.castfunc >= 16384 AND c.castsource < 16384 AND c.casttarget < 16384
