-- The worst UPDATE by each row alone and each of the rows that predicates can tell apart: what observe.sql finds with
-- far fewer statements. Run it after observe.sql.
CREATE FUNCTION pg_temp.one_at_a_time(t pg_temp.tries, base text, tenant text, own text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  k int; n int; found_ text; worst text := 'nothing';
BEGIN
  FOR k IN SELECT id FROM pg_temp.rows x WHERE x.base = one_at_a_time.base LOOP
    BEGIN
      EXECUTE format('DELETE FROM app.%I WHERE id <> $1', base) USING k;
      FOR n IN 1 .. cardinality(t.statements) LOOP
        found_ := pg_temp.attempt(t.role, '', t.statements[n], base, tenant, own, k);
        worst := CASE WHEN found_ = 'leaks' OR (found_ = 'passes' AND worst <> 'leaks') THEN found_ ELSE worst END;
      END LOOP;
      RAISE EXCEPTION 'undo';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
  END LOOP;
  RETURN worst;
END $$;
