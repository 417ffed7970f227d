-- step 5: organisations and people
-- Rows: organisations and people. Everything is drawn from hashes of a running number, so that each build
-- holds the same rows; times count back from the start of the build.
SET synchronous_commit = off;
SET work_mem = '64MB';
SET maintenance_work_mem = '128MB';

-- A number in [0, 1) that depends on both arguments alone.
CREATE FUNCTION pg_temp.draw(i bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, salt) & 1073741823)::double precision / 1073741824 $$;

-- One of 1 .. n.
CREATE FUNCTION pg_temp.pick(i bigint, salt bigint, n bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT 1 + ((hashint8extended(i, salt) & 1073741823) * n >> 30)::integer $$;

-- One of 1 .. n, small numbers far more often: a few organisations are large, most are small.
CREATE FUNCTION pg_temp.skewed(i bigint, salt bigint, n bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT 1 + floor(n * power((hashint8extended(i, salt) & 1073741823)::double precision / 1073741824, 2.4))::integer $$;

INSERT INTO app.organizations (name, slug, country_code, settings, created_at, updated_at)
SELECT initcap(first || ' ' || second), first || '-' || second || '-' || i,
       (ARRAY['DE', 'FR', 'GB', 'NL', 'PL', 'SE', 'US', 'US'])[pg_temp.pick(i, 3, 8)],
       jsonb_build_object('timezone', (ARRAY['UTC', 'Europe/Berlin', 'America/New_York'])[pg_temp.pick(i, 4, 3)],
                          'weekend', i % 7 = 0, 'features', jsonb_build_array('boards', 'sprints')),
       now() - interval '900 days', now() - i * interval '1 hour'
FROM generate_series(1, 120) AS i,
     LATERAL (SELECT (ARRAY['amber', 'birch', 'cobalt', 'delta', 'ember', 'fjord', 'granite', 'harbor'])[pg_temp.pick(i, 1, 8)] AS first,
                     (ARRAY['analytics', 'foods', 'health', 'labs', 'logistics', 'media', 'robotics', 'works'])[pg_temp.pick(i, 2, 8)] AS second) AS word;

INSERT INTO app.users (email, full_name, password_hash, last_seen_at, created_at, updated_at)
SELECT lower(first || '.' || last) || i || '@example.com', first || ' ' || last,
       'scrypt:16384:8:1$' || md5(i::text),
       now() - pg_temp.draw(i, 3) * interval '40 days',
       now() - interval '880 days' + i * interval '6 hours', now() - pg_temp.draw(i, 4) * interval '40 days'
FROM generate_series(1, 3000) AS i,
     LATERAL (SELECT (ARRAY['Ada', 'Ben', 'Chloe', 'Dario', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kira', 'Liam'])[pg_temp.pick(i, 1, 12)] AS first,
                     (ARRAY['Adler', 'Brandt', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Hansen', 'Ivanova', 'Jansen'])[pg_temp.pick(i, 2, 10)] AS last) AS name;

INSERT INTO app.memberships (tenant_id, user_id, role, created_at, updated_at)
SELECT tenant_id, user_id, CASE WHEN user_id <= 120 THEN 'owner' ELSE 'member' END::app.member_role,
       now() - interval '700 days', now() - interval '70 days'
FROM (SELECT i AS user_id, CASE WHEN i <= 120 THEN i ELSE pg_temp.skewed(i, 5, 120) END AS tenant_id
      FROM generate_series(1, 3000) AS i
      UNION
      SELECT pg_temp.pick(i, 6, 3000), pg_temp.skewed(i, 7, 120) FROM generate_series(1, 600) AS i) AS member
ORDER BY tenant_id, user_id;
UPDATE app.memberships SET role = 'admin' WHERE role = 'member' AND user_id % 11 = 0;

-- The people of each organisation, to draw from.
CREATE TEMPORARY TABLE people AS
SELECT tenant_id, array_agg(user_id ORDER BY user_id) AS users, count(*) AS n
FROM app.memberships GROUP BY tenant_id;

INSERT INTO app.teams (tenant_id, name)
SELECT tenant, name
FROM generate_series(1, 120) AS tenant,
     unnest(ARRAY['Design', 'Platform', 'Growth']) WITH ORDINALITY AS team (name, position)
WHERE position = 1 OR tenant <= 80;

INSERT INTO app.team_members (tenant_id, team_id, user_id)
SELECT tenant_id, team.id, user_id
FROM app.teams AS team JOIN app.memberships AS member USING (tenant_id)
WHERE pg_temp.draw(team.id * 4000 + user_id, 8) < 0.4;

INSERT INTO app.invitations (tenant_id, email, invited_by, expires_at, accepted_at, created_at, updated_at)
SELECT tenant_id, 'guest' || i || '@example.org', users[1], made + interval '14 days',
       CASE WHEN i % 3 > 0 THEN made + interval '2 days' END, made, made
FROM generate_series(1, 900) AS i
     JOIN people ON people.tenant_id = pg_temp.skewed(i, 9, 120),
     LATERAL (SELECT now() - (900 - i) * interval '7 hours' AS made) AS moment;

INSERT INTO app.feature_flags (name, description, is_enabled)
SELECT 'feature_' || i, 'Guards feature ' || i, i % 4 = 0 FROM generate_series(1, 24) AS i;

INSERT INTO app.feature_flag_overrides (tenant_id, feature_flag_id, is_enabled)
SELECT tenant, flag, (tenant + flag) % 2 = 0
FROM generate_series(1, 120) AS tenant, generate_series(1, 24) AS flag
WHERE pg_temp.draw(tenant * 100 + flag, 10) < 0.25;

INSERT INTO app.api_keys (id, tenant_id, name, key_hash, scopes, expires_at, last_used_at, created_at, updated_at)
SELECT md5('api key ' || i)::uuid, pg_temp.skewed(i, 11, 120), 'Key ' || i, decode(md5('secret ' || i), 'hex'),
       CASE WHEN i % 2 = 0 THEN ARRAY['tasks:read'] ELSE ARRAY['tasks:read', 'tasks:write'] END,
       now() + interval '1 year', now() - pg_temp.draw(i, 12) * interval '10 days',
       now() - interval '100 days', now() - interval '100 days'
FROM generate_series(1, 400) AS i;

INSERT INTO app.oauth_tokens (tenant_id, provider, access_token)
SELECT tenant, provider, md5('access ' || tenant || provider)
FROM generate_series(1, 120) AS tenant, unnest(ARRAY['github', 'slack']) AS provider WHERE tenant % 3 > 0;

INSERT INTO app.announcements (tenant_id, body)
SELECT tenant, 'Welcome to the new board' FROM generate_series(1, 120) AS tenant;

INSERT INTO app.help_articles (parent_id, title, body)
SELECT CASE WHEN i > 10 THEN i % 10 + 1 END, 'How to do thing ' || i, repeat('Open the board and choose the menu. ', 5)
FROM generate_series(1, 300) AS i;
