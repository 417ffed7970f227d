-- What is hard to make again. Parts between `-- from N` and `-- end` are for that major version and later, those
-- after `-- below N` for older ones. Run in an empty database of a server whose roles may exist already.
DO $$ BEGIN CREATE ROLE "Owner Of.Things" NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "select" LOGIN BYPASSRLS NOINHERIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE hard_admin SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT "Owner Of.Things" TO "select" WITH ADMIN OPTION;
GRANT pg_monitor, pg_read_server_files TO "select";

CREATE SCHEMA "Odd.Schema ""x""" AUTHORIZATION "Owner Of.Things";
CREATE SCHEMA größe;
CREATE SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION btree_gist SCHEMA ext;
CREATE EXTENSION btree_gin SCHEMA ext;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "select";

-- types
CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok', 'happy');
ALTER TYPE public.mood ADD VALUE 'so\so' BEFORE 'happy';
CREATE TYPE public.pair AS (a int, b text COLLATE "C", gone int, c public.mood[]);
ALTER TYPE public.pair DROP ATTRIBUTE gone;
CREATE FUNCTION public.is_even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n % 2 = 0';
CREATE DOMAIN public.even AS int DEFAULT 2 NOT NULL CONSTRAINT even_check CHECK (public.is_even(VALUE));
CREATE DOMAIN public.small_even AS public.even CONSTRAINT small CHECK (VALUE < 100);
ALTER DOMAIN public.small_even ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;
CREATE DOMAIN public.pairs AS public.pair[];
CREATE FUNCTION public.mood_diff(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 - $2';
CREATE TYPE public.float_range AS RANGE (subtype = float8, subtype_diff = public.mood_diff);
CREATE TYPE public.text_range AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
-- from 14
CREATE TYPE public.time_span AS RANGE (subtype = time, multirange_type_name = public.time_spans);
-- end
CREATE COLLATION public.ours FROM "C";
GRANT USAGE ON TYPE public.mood TO "select";
REVOKE USAGE ON TYPE public.pair FROM PUBLIC;
COMMENT ON TYPE public.mood IS 'how it''s going';
COMMENT ON COLUMN public.pair.b IS 'the \ second';
COMMENT ON CONSTRAINT even_check ON DOMAIN public.even IS 'really';

-- functions that tables need, and functions that need tables
CREATE FUNCTION public.normal(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 3
  AS $f$ BEGIN RETURN lower(t); END $f$;
CREATE SEQUENCE public."Seq" AS smallint INCREMENT BY 5 MINVALUE -10 MAXVALUE 500 START WITH 5 CACHE 7 CYCLE;

CREATE TABLE public."Table" (
  gone1 int,
  id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public."Table_numbers" START WITH 100 INCREMENT BY 3 CACHE 5),
  "select" text COLLATE "C" DEFAULT 'x''y' NOT NULL,
  gone2 text,
  "with.dot" numeric(10, 3) DEFAULT 1.5,
  "with ""quotes""" public.even,
  serial serial,
  own int DEFAULT nextval('public."Seq"'),
  m public.mood[] DEFAULT ARRAY['sad'::public.mood],
  p public.pair,
  größe text,
  doubled int GENERATED ALWAYS AS (length("select") * 2) STORED,
  stamps timestamptz(3)[] DEFAULT '{}',
  iv interval year to month,
  bits bit varying(7),
  c10 character(10),
  trigram ext.citext,
  h ext.hstore DEFAULT ''::ext.hstore,
  CONSTRAINT "Check" CHECK (id > 0 AND "select" <> ''),
  CONSTRAINT no_inherit CHECK (serial > 0) NO INHERIT
) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_vacuum_scale_factor = 0.5);
ALTER TABLE public."Table" DROP COLUMN gone1, DROP COLUMN gone2;
ALTER TABLE public."Table" OWNER TO "Owner Of.Things";
ALTER TABLE public."Table" ALTER COLUMN "select" SET STORAGE EXTERNAL, ALTER COLUMN "select" SET STATISTICS 777,
  ALTER COLUMN id SET (n_distinct = -0.5, n_distinct_inherited = 12), ALTER COLUMN größe SET STORAGE MAIN;
ALTER TABLE public."Table" ADD CONSTRAINT late CHECK ("with.dot" > 0) NOT VALID;
ALTER TABLE public."Table" ADD PRIMARY KEY (id) INCLUDE ("select") WITH (fillfactor = 80);
ALTER TABLE public."Table" ADD CONSTRAINT "uniq" UNIQUE ("select", serial) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public."Table" ADD CONSTRAINT excl EXCLUDE USING gist (own WITH =, "with.dot" WITH <>) WHERE (own > 3);
-- from 14
ALTER TABLE public."Table" ALTER COLUMN "select" SET COMPRESSION pglz;
-- end
ALTER SEQUENCE public."Seq" OWNER TO "Owner Of.Things";
ALTER SEQUENCE public."Seq" OWNED BY public."Table".own;
COMMENT ON TABLE public."Table" IS E'line one\nline ''two''';
COMMENT ON COLUMN public."Table"."with.dot" IS 'dotted';
COMMENT ON CONSTRAINT "Check" ON public."Table" IS 'checked';
GRANT SELECT, UPDATE ("select", größe) ON public."Table" TO "select" WITH GRANT OPTION;
GRANT INSERT ON public."Table" TO PUBLIC;
GRANT USAGE ON SEQUENCE public."Seq" TO "select";

CREATE INDEX ON public."Table" ("select" text_pattern_ops DESC NULLS LAST, lower(größe) COLLATE "C") INCLUDE (own) WHERE own IS NOT NULL;
CREATE INDEX "Trigram Index" ON public."Table" USING gin ("select" ext.gin_trgm_ops, (größe) ext.gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX gist_sig ON public."Table" USING gist ("select" ext.gist_trgm_ops (siglen = 32));
CREATE INDEX brin_i ON public."Table" USING brin (id, own) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX hash_i ON public."Table" USING hash (größe);
CREATE INDEX spgist_i ON public."Table" USING spgist ("select");
CREATE INDEX expr_stats ON public."Table" ((own + serial), (public.normal(größe)));
ALTER INDEX public.expr_stats ALTER COLUMN 2 SET STATISTICS 55;
CREATE UNIQUE INDEX for_replica ON public."Table" (serial, "select");
ALTER TABLE public."Table" ALTER COLUMN serial SET NOT NULL, REPLICA IDENTITY USING INDEX for_replica;
CLUSTER public."Table" USING for_replica;
CREATE INDEX broken ON public."Table" (own);
UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = 'public.broken'::regclass;
COMMENT ON INDEX public.broken IS 'broken';
-- from 15
CREATE UNIQUE INDEX nulls_equal ON public."Table" (own) NULLS NOT DISTINCT;
-- end
CREATE STATISTICS public.stats_a (ndistinct, dependencies) ON "select", größe FROM public."Table";
CREATE STATISTICS public."Stats B" (mcv) ON own, serial FROM public."Table";
ALTER STATISTICS public."Stats B" SET STATISTICS 300;
COMMENT ON STATISTICS public."Stats B" IS 'b';
-- from 14
CREATE STATISTICS public.stats_expr ON (lower(größe)), own FROM public."Table";
-- end

CREATE TABLE public.a_table_whose_name_is_exactly_sixty_three_bytes_long_for_sure__ (
  a_column_whose_name_is_exactly_sixty_three_bytes_long_for_sure_ int PRIMARY KEY);
CREATE TABLE public.no_columns ();
CREATE UNLOGGED TABLE public.unlogged (id int REFERENCES public.a_table_whose_name_is_exactly_sixty_three_bytes_long_for_sure__ ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE);
CREATE TABLE public.typed OF public.pair (a WITH OPTIONS DEFAULT 4, CONSTRAINT typed_check CHECK (a > 0));
CREATE TABLE public.row_typed (id int, other public."Table", others public."Table"[]);

-- cycles and self references
CREATE TABLE public.chicken (id int PRIMARY KEY, egg int, mother int CONSTRAINT mother REFERENCES public.chicken);
CREATE TABLE public.egg (id int PRIMARY KEY, layer int NOT NULL CONSTRAINT layer REFERENCES public.chicken MATCH FULL);
ALTER TABLE public.chicken ADD CONSTRAINT hatched FOREIGN KEY (egg) REFERENCES public.egg DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.chicken ADD CONSTRAINT not_valid FOREIGN KEY (id) REFERENCES public.egg NOT VALID;
-- from 15
CREATE TABLE public.nest (tenant int, id int, egg int, PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, egg) REFERENCES public.nest (tenant, id) ON DELETE SET NULL (egg));
-- end

-- inheritance: several parents, local and inherited columns, columns in another order
CREATE TABLE public.parent_a (id int NOT NULL, note text DEFAULT 'a', CONSTRAINT positive CHECK (id > 0));
CREATE TABLE public.parent_b (id int NOT NULL, extra text, dropped int);
CREATE TABLE public.child_ab (own_column int, note text DEFAULT 'child') INHERITS (public.parent_a, public.parent_b);
ALTER TABLE public.parent_b DROP COLUMN dropped;
CREATE TABLE public.joined (extra text, local int, id int NOT NULL, note text, CONSTRAINT positive CHECK (id > 0));
ALTER TABLE public.joined INHERIT public.parent_b;
ALTER TABLE public.joined INHERIT public.parent_a;
CREATE TABLE public.grandchild () INHERITS (public.child_ab);
ALTER TABLE public.parent_a ADD COLUMN later int DEFAULT 7;
CREATE INDEX ON public.child_ab (extra);

-- partitions of every kind
CREATE TABLE public.measure (gone int, at date NOT NULL, region text COLLATE "C" NOT NULL, n int DEFAULT 0, id bigint,
  CONSTRAINT n_positive CHECK (n >= 0)) PARTITION BY RANGE (at, lower(region) COLLATE "C");
ALTER TABLE public.measure DROP COLUMN gone;
CREATE TABLE public.measure_2024 PARTITION OF public.measure FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MINVALUE);
CREATE TABLE public.measure_2025 (id bigint, n int DEFAULT 5, dropped int, region text COLLATE "C" NOT NULL, at date NOT NULL,
  CONSTRAINT n_positive CHECK (n >= 0), CONSTRAINT of_its_own CHECK (id > 0)) PARTITION BY LIST (region);
ALTER TABLE public.measure_2025 DROP COLUMN dropped;
ALTER TABLE public.measure ATTACH PARTITION public.measure_2025 FOR VALUES FROM ('2025-01-01', MINVALUE) TO ('2026-01-01', MINVALUE);
CREATE TABLE public.measure_2025_north PARTITION OF public.measure_2025 FOR VALUES IN ('north', 'it''s', NULL) PARTITION BY HASH (id);
CREATE TABLE public."measure_2025_North_0" PARTITION OF public.measure_2025_north FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (fillfactor = 50);
CREATE UNLOGGED TABLE public."measure_2025_North_1" PARTITION OF public.measure_2025_north FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE public.measure_2025_rest PARTITION OF public.measure_2025 DEFAULT;
CREATE TABLE public.measure_rest PARTITION OF public.measure DEFAULT;
CREATE INDEX measure_n ON public.measure (n);
CREATE INDEX measure_half ON ONLY public.measure (id);
CREATE INDEX measure_half_2024 ON public.measure_2024 (id);
ALTER INDEX public.measure_half ATTACH PARTITION public.measure_half_2024;
CREATE INDEX only_here ON public.measure_2024 (lower(region));
CREATE TABLE public.keyed (id int, at date, ref int REFERENCES public.chicken, PRIMARY KEY (id, at), UNIQUE (at, id)) PARTITION BY RANGE (at);
CREATE TABLE public.keyed_1 PARTITION OF public.keyed FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE public.keyed_2 (at date NOT NULL, id int NOT NULL, ref int, CONSTRAINT other_name PRIMARY KEY (id, at));
ALTER TABLE public.keyed ATTACH PARTITION public.keyed_2 FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
CREATE TABLE public.to_keyed (id int, at date, FOREIGN KEY (id, at) REFERENCES public.keyed ON DELETE CASCADE);
ALTER TABLE public.keyed ADD FOREIGN KEY (id, at) REFERENCES public.keyed;
CREATE TABLE public.by_expression (d jsonb) PARTITION BY LIST ((d ->> 'kind'));
CREATE TABLE public.by_expression_x PARTITION OF public.by_expression FOR VALUES IN ('x');
-- from 17
CREATE TABLE public.identified (id int GENERATED BY DEFAULT AS IDENTITY, at date) PARTITION BY RANGE (at);
CREATE TABLE public.identified_1 PARTITION OF public.identified FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- end
-- from 18
CREATE TABLE public.virtual (id int, v int GENERATED ALWAYS AS (id * 2) VIRTUAL, w int GENERATED ALWAYS AS (id + 1) STORED);
ALTER TABLE public.virtual ADD CONSTRAINT named_not_null NOT NULL id;
CREATE TABLE public.heir () INHERITS (public.virtual);
ALTER TABLE public.chicken ADD CONSTRAINT unenforced FOREIGN KEY (mother) REFERENCES public.egg NOT ENFORCED;
ALTER TABLE public.chicken ADD CONSTRAINT unenforced_check CHECK (id > 7) NOT ENFORCED;
ALTER TABLE public.chicken ADD CONSTRAINT unvalidated NOT NULL egg NOT VALID;
CREATE TABLE public.local_only (id int CONSTRAINT mine NOT NULL NO INHERIT);
CREATE TABLE public.booking (room int, during daterange, CONSTRAINT booking_key PRIMARY KEY (room, during WITHOUT OVERLAPS));
CREATE TABLE public.guest (room int, during daterange, name text,
  CONSTRAINT guest_in FOREIGN KEY (room, PERIOD during) REFERENCES public.booking (room, PERIOD during));
-- end

-- functions with parsed bodies, of rows, in other languages, with odd arguments
CREATE FUNCTION public.takes_row(t public."Table") RETURNS SETOF public.egg LANGUAGE sql STABLE ROWS 17 AS 'SELECT * FROM public.egg WHERE id = (t).own';
-- from 14
CREATE FUNCTION public.parsed(x int DEFAULT 3, OUT y bigint) LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM public.egg WHERE id > x; END;
CREATE PROCEDURE public.proc(INOUT a int, OUT c int, b text DEFAULT 'it''s') LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS 'BEGIN c := 1; END';
-- end
CREATE FUNCTION public.variadic_one(VARIADIC a text[] DEFAULT '{}', OUT b int, OUT c int) LANGUAGE plpgsql LEAKPROOF IMMUTABLE SET work_mem = '8MB' AS 'BEGIN b := 1; c := 2; END';
CREATE FUNCTION public.table_of(n int) RETURNS TABLE (a int, "B c" text) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION public.poly(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION public.ghost() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM public.does_not_exist_yet' SET check_function_bodies = off;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION public.sums(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 + coalesce($2, 0)';
CREATE FUNCTION public.unsums(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 - coalesce($2, 0)';
CREATE AGGREGATE public.total(numeric) (SFUNC = public.sums, STYPE = numeric, INITCOND = '0', MSFUNC = public.sums, MINVFUNC = public.unsums, MSTYPE = numeric, MINITCOND = '0', COMBINEFUNC = public.sums, PARALLEL = SAFE);
CREATE FUNCTION public.count_up(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE AGGREGATE public.rows_of(*) (SFUNC = public.count_up, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE public.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
GRANT EXECUTE ON FUNCTION public.total(numeric) TO "select";
REVOKE ALL ON FUNCTION public.touch() FROM PUBLIC;
ALTER FUNCTION public.touch() OWNER TO "Owner Of.Things";
COMMENT ON AGGREGATE public.rows_of(*) IS 'counts';
COMMENT ON FUNCTION public.normal(text) IS 'lower';

-- operators, classes, casts
CREATE FUNCTION public.near(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 3';
CREATE OPERATOR public.~~~ (FUNCTION = public.near, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(public.~~~), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR public.!!! (FUNCTION = public.is_even, RIGHTARG = int);
CREATE FUNCTION public.reverse_cmp(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT -bttextcmp($1, $2)';
CREATE OPERATOR CLASS public.reverse_ops FOR TYPE text USING btree AS
  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 public.reverse_cmp(text, text);
CREATE OPERATOR FAMILY public.loose USING btree;
ALTER OPERATOR FAMILY public.loose USING btree ADD OPERATOR 1 < (int4, int8), FUNCTION 1 (int4, int8) btint48cmp(int4, int8);
CREATE INDEX reversed ON public.egg ((id::text) public.reverse_ops);
CREATE FUNCTION public.mood_rank(public.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (public.mood AS int) WITH FUNCTION public.mood_rank(public.mood) AS ASSIGNMENT;
CREATE CAST (public.pair AS text) WITH INOUT;
CREATE CAST (bigint AS public.mood) WITH INOUT;

-- text search
CREATE TEXT SEARCH DICTIONARY public.words (TEMPLATE = pg_catalog.simple, STOPWORDS = 'english', ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION public.search (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION public.search ALTER MAPPING FOR asciiword, word WITH public.words, english_stem;
CREATE INDEX search_i ON public."Table" USING gin (to_tsvector('public.search', "select"));

-- views
CREATE VIEW public.v1 AS SELECT id, "select" AS renamed, größe FROM public."Table" WHERE id::int OPERATOR(public.~~~) 4;
CREATE VIEW "Odd.Schema ""x""".v2 WITH (security_barrier) AS SELECT v.renamed, count(*) AS n FROM public.v1 v GROUP BY 1;
CREATE VIEW public.v3 AS SELECT id, n_total FROM (SELECT c.id, c.egg, public.total(c.mother) AS n_total FROM public.chicken c GROUP BY c.id) x;
CREATE VIEW public.by_key AS SELECT c.id, c.egg, c.mother, count(*) FROM public.chicken c JOIN public.egg e ON e.id = c.egg GROUP BY c.id;
CREATE RECURSIVE VIEW public.line (id, depth) AS SELECT id, 1 FROM public.chicken UNION ALL SELECT c.id, l.depth + 1 FROM public.chicken c JOIN line l ON c.mother = l.id;
CREATE VIEW public.checked AS SELECT * FROM public.chicken WHERE id > 0 WITH CASCADED CHECK OPTION;
ALTER VIEW public.checked ALTER COLUMN egg SET DEFAULT 12;
CREATE VIEW public.odd_names AS SELECT 1 AS "select", 2 AS "A.b", 3 AS "q""q";
ALTER VIEW public.odd_names RENAME COLUMN "A.b" TO "C.d";
ALTER VIEW public.odd_names OWNER TO "Owner Of.Things";
CREATE VIEW public.late_view AS SELECT 1 AS x;
CREATE TABLE public.later_table (x int);
CREATE OR REPLACE VIEW public.late_view AS SELECT x FROM public.later_table;
-- from 15
CREATE VIEW public.invoker WITH (security_invoker = true, check_option = local) AS SELECT * FROM public.egg WHERE id < 100;
-- end
CREATE MATERIALIZED VIEW public.mat WITH (fillfactor = 60) AS SELECT * FROM public.v1 WITH DATA;
CREATE UNIQUE INDEX mat_id ON public.mat (id);
ALTER MATERIALIZED VIEW public.mat ALTER COLUMN renamed SET STATISTICS 44;
CREATE MATERIALIZED VIEW public.mat_empty AS SELECT m.id FROM public.mat m WITH NO DATA;
CREATE VIEW public.on_mat AS SELECT * FROM public.mat_empty;
COMMENT ON VIEW public.v1 IS 'first';
COMMENT ON MATERIALIZED VIEW public.mat IS 'mat';
COMMENT ON COLUMN public.v1.renamed IS 'renamed';
GRANT SELECT (renamed) ON public.v1 TO "select";

-- rules, triggers, policies
CREATE RULE ins AS ON INSERT TO public.v1 DO INSTEAD INSERT INTO public.egg VALUES (NEW.id::int, 1);
CREATE RULE "Quiet" AS ON DELETE TO public.chicken WHERE OLD.id > 5 DO ALSO (DELETE FROM public.egg WHERE id = OLD.egg; UPDATE public.chicken SET egg = NULL WHERE mother = OLD.id);
ALTER TABLE public.chicken DISABLE RULE "Quiet";
CREATE TRIGGER before_it BEFORE INSERT OR UPDATE OF "select", größe ON public."Table" FOR EACH ROW WHEN (NEW.own > 3) EXECUTE FUNCTION public.touch('arg', 'it''s');
CREATE CONSTRAINT TRIGGER deferred AFTER UPDATE ON public.egg FROM public.chicken DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE TRIGGER on_all AFTER INSERT ON public.keyed FOR EACH ROW EXECUTE FUNCTION public.touch();
ALTER TABLE public.keyed_2 DISABLE TRIGGER on_all;
CREATE TRIGGER transition AFTER UPDATE ON public.chicken REFERENCING OLD TABLE AS was NEW TABLE AS "is" FOR EACH STATEMENT EXECUTE FUNCTION public.touch();
ALTER TABLE public.chicken ENABLE ALWAYS TRIGGER transition;
CREATE TRIGGER instead INSTEAD OF INSERT ON public.v3 FOR EACH ROW EXECUTE FUNCTION public.touch();
COMMENT ON TRIGGER transition ON public.chicken IS 'moves';
ALTER TABLE public.chicken ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.egg ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Mine" ON public.chicken AS RESTRICTIVE FOR UPDATE TO "select", "Owner Of.Things" USING (id IN (SELECT layer FROM public.egg)) WITH CHECK (id > 0);
CREATE POLICY reads ON public.egg FOR SELECT USING (layer = (current_setting('app.layer', true))::int);
COMMENT ON POLICY "Mine" ON public.chicken IS 'mine';
ALTER TABLE public.egg REPLICA IDENTITY FULL;

-- foreign tables, publications, default privileges
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER "Far Away" FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE public.far (id int NOT NULL, t text) SERVER "Far Away";
CREATE PUBLICATION part FOR TABLE public.egg, ONLY public.parent_a WITH (publish = 'insert, update');
CREATE PUBLICATION everything FOR ALL TABLES;
-- from 15
CREATE PUBLICATION filtered FOR TABLE public.chicken (id, egg) WHERE (id > 3);
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA größe, TABLE public.egg;
-- end
ALTER DEFAULT PRIVILEGES FOR ROLE "Owner Of.Things" IN SCHEMA public GRANT SELECT ON TABLES TO "select";
ALTER DEFAULT PRIVILEGES FOR ROLE "Owner Of.Things" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "Owner Of.Things" GRANT USAGE ON TYPES TO "select" WITH GRANT OPTION;
COMMENT ON SCHEMA größe IS 'umlauts';
COMMENT ON SCHEMA public IS 'our public';
