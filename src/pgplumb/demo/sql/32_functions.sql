-- step 1: functions
-- Functions. Those that run with their owner's rights pin search_path and are not for PUBLIC.
SET ROLE app_owner;

CREATE FUNCTION app.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION app.touch_updated_at() IS 'Trigger: keeps updated_at.';

-- Written for row triggers and for TRUNCATE, which has no row and so no tenant but the session''s.
CREATE FUNCTION app.write_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    new_row jsonb := '{}';
    old_row jsonb := '{}';
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        new_row := to_jsonb(NEW);
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        old_row := to_jsonb(OLD);
    END IF;
    INSERT INTO app.audit_log (tenant_id, actor, object_name, action, changes)
    SELECT coalesce(new_row ->> 'tenant_id', old_row ->> 'tenant_id', current_setting('app.tenant_id'))::bigint,
           session_user, TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_OP,
           coalesce(jsonb_object_agg(key, value) FILTER (WHERE old_row -> key IS DISTINCT FROM value), '{}')
    FROM jsonb_each(new_row || CASE WHEN TG_OP = 'DELETE' THEN old_row ELSE '{}' END);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION app.write_audit() IS 'Trigger: writes changed fields to app.audit_log with the rights of the owner.';
REVOKE EXECUTE ON FUNCTION app.write_audit() FROM PUBLIC;

CREATE FUNCTION app.current_tenant_id() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$;
COMMENT ON FUNCTION app.current_tenant_id() IS 'The organisation of the session: app.tenant_id, NULL where it is not set.';

CREATE FUNCTION app.search_tasks(words text, most integer DEFAULT 20)
    RETURNS TABLE (task_id bigint, title text, rank real)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
    SELECT id, title, ts_rank(search, websearch_to_tsquery('english', words))
    FROM app.tasks
    WHERE search @@ websearch_to_tsquery('english', words)
    ORDER BY 3 DESC
    LIMIT most
$$;
COMMENT ON FUNCTION app.search_tasks(text, integer) IS 'Full-text search in the tasks that the caller may see.';

CREATE FUNCTION billing.member_count(of_tenant bigint) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$
    SELECT count(*) FROM app.memberships
    WHERE tenant_id = of_tenant AND of_tenant = nullif(current_setting('app.tenant_id', true), '')::bigint
$$;
COMMENT ON FUNCTION billing.member_count(bigint) IS 'Seats in use in the organisation of the session.';
REVOKE EXECUTE ON FUNCTION billing.member_count(bigint) FROM PUBLIC;

-- No search_path, open to everybody, runs as its owner.
CREATE FUNCTION app.merge_users(keep bigint, drop_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER AS
$$
BEGIN
    UPDATE sessions SET user_id = keep WHERE user_id = drop_id;
    DELETE FROM users WHERE id = drop_id;
END
$$;

RESET ROLE;
