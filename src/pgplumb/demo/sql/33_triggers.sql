-- step 1: triggers
-- Triggers: updated_at where there is one, the audit trail on what matters.
SET ROLE app_owner;

DO $triggers$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN
        SELECT attrelid FROM pg_attribute
        WHERE attname = 'updated_at' AND attnum > 0
          AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace IN
                           ('app'::regnamespace, 'billing'::regnamespace, 'analytics'::regnamespace))
          AND attrelid <> 'app.support_tickets'::regclass
        ORDER BY attrelid
    LOOP
        EXECUTE format('CREATE TRIGGER touch_updated_at BEFORE UPDATE ON %s'
                       ' FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at()', relation);
    END LOOP;
    FOREACH relation IN ARRAY ARRAY[
        'app.users', 'app.memberships', 'app.projects', 'app.api_keys', 'app.oauth_tokens', 'billing.subscriptions',
        'billing.invoices', 'billing.payments', 'billing.payment_methods'
    ]::regclass[] LOOP
        EXECUTE format('CREATE TRIGGER audit_row AFTER INSERT OR UPDATE OR DELETE ON %s'
                       ' FOR EACH ROW EXECUTE FUNCTION app.write_audit()', relation);
        EXECUTE format('CREATE TRIGGER audit_truncate AFTER TRUNCATE ON %s'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION app.write_audit()', relation);
    END LOOP;
END
$triggers$;

RESET ROLE;
