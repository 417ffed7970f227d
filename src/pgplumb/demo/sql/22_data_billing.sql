-- step 15: invoices
-- Rows: three years of monthly invoices.
INSERT INTO billing.currencies (code, name) VALUES ('EUR', 'Euro'), ('GBP', 'Pound sterling'), ('USD', 'US dollar');

INSERT INTO billing.plans (currency_id, name, seat_price)
VALUES (1, 'Free', 0), (1, 'Team', 8), (1, 'Business', 14.5), (1, 'Enterprise', 29), (3, 'Enterprise US', 32);

INSERT INTO billing.subscriptions (tenant_id, plan_id, seats, started_at, ended_at)
SELECT tenant, 2 + tenant % 4, 5 + pg_temp.pick(tenant, 81, 60), now() - interval '3 years', now() - interval '1 year'
FROM generate_series(1, 120) AS tenant
UNION ALL
SELECT tenant, 2 + (tenant + 1) % 4, 8 + pg_temp.pick(tenant, 82, 80), now() - interval '1 year', NULL
FROM generate_series(1, 120) AS tenant;

INSERT INTO billing.invoices (tenant_id, subscription_id, currency_id, number, status, subtotal, tax, total, issued_on, due_on)
SELECT tenant_id, id, currency_id, to_char(issued, '"R"YYYYMM-') || tenant_id,
       CASE WHEN issued > current_date - 40 THEN 'open' ELSE 'paid' END::billing.invoice_status,
       net, round(net * 0.19, 2), net + round(net * 0.19, 2), issued, issued + 14
FROM (SELECT subscription.*, plan.currency_id, (subscription.seats * plan.seat_price)::numeric(12, 2) AS net,
             (date_trunc('month', started_at) + month * interval '1 month')::date AS issued
      FROM billing.subscriptions AS subscription
           JOIN billing.plans AS plan ON plan.id = subscription.plan_id,
           generate_series(0, 23) AS month
      WHERE started_at + month * interval '1 month' < coalesce(ended_at, now() + interval '1 day')) AS due
ORDER BY issued, tenant_id;

INSERT INTO billing.invoice_lines (tenant_id, invoice_id, position, description, quantity, unit_price, amount)
SELECT tenant_id, id, position, (ARRAY['Seats', 'Storage', 'Support', 'Automation runs'])[position],
       position * 2, subtotal / 8, round(subtotal / 4 * position, 2)
FROM billing.invoices, generate_series(1, 4) AS position
ORDER BY id, position;

INSERT INTO billing.payments (tenant_id, invoice_id, amount, provider_reference, received_at)
SELECT tenant_id, id, total, 'ch_' || md5(id::text), issued_on + interval '9 days'
FROM billing.invoices WHERE status = 'paid' AND total > 0;

INSERT INTO billing.payment_methods (tenant_id, brand, last_four, expires_on, is_default)
SELECT tenant, (ARRAY['visa', 'mastercard', 'amex'])[pg_temp.pick(tenant, 83, 3)],
       lpad((pg_temp.pick(tenant, 84, 9999))::text, 4, '0'), current_date + 500, true
FROM generate_series(1, 120) AS tenant;

INSERT INTO billing.coupons (code, discount_amount, redemptions_left, expires_at)
SELECT 'SPRING' || i, 5 * i, 100, now() + i * interval '30 days' FROM generate_series(1, 20) AS i;
