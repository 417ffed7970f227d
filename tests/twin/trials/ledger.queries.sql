SELECT * FROM entries WHERE bank_id = 2 AND account_no = 7 ORDER BY booked_on DESC, seq DESC LIMIT 20
SELECT * FROM entries WHERE bank_id = $1 AND account_no = $2 AND booked_on >= $3
SELECT count(*) FROM entries WHERE cleared_at IS NULL
SELECT count(*) FROM entries WHERE cleared_at IS NULL AND booked_on > date '2024-03-01'
SELECT * FROM entries WHERE cleared_at > '2024-01-10' AND cleared_at < '2024-01-11'
SELECT max(cleared_at) FROM entries
SELECT min(booked_on), max(booked_on) FROM entries
SELECT kind, sum(amount) FROM entries GROUP BY kind ORDER BY 2 DESC
SELECT kind, month_, sum(amount) FROM entries WHERE kind = 'fee' GROUP BY kind, month_
SELECT bank_id, account_no, kind, count(*) FROM entries GROUP BY 1, 2, 3
SELECT extract(year FROM booked_on), count(*) FROM entries WHERE amount > 0 GROUP BY 1
SELECT * FROM entries WHERE size_ BETWEEN 10 AND 11
SELECT * FROM entries WHERE size_ > 999.5
SELECT * FROM entries WHERE reversal_of = 12000
SELECT e.*, r.seq FROM entries e JOIN entries r ON r.seq = e.reversal_of WHERE e.reversal_of IS NOT NULL
SELECT * FROM entries WHERE lower(memo) = 'memo 17' AND memo IS NOT NULL
SELECT * FROM entries WHERE lower(memo) LIKE 'memo 1%'
SELECT * FROM entries WHERE memo = 'memo 17'
SELECT * FROM entries WHERE hash = '\x00'
SELECT count(*) FROM entries WHERE batch BETWEEN 1050 AND 1055
SELECT count(*) FROM entries WHERE ref.month_of(booked_on) = date '2024-02-01' AND kind = 'debit'
SELECT * FROM entries WHERE took > interval '80 seconds' LIMIT 10
SELECT * FROM accounts WHERE owner = md5('77')::uuid
SELECT * FROM accounts WHERE tags @> ARRAY['vip', 'r3']
SELECT * FROM accounts WHERE tags && ARRAY['frozen']
SELECT * FROM accounts WHERE closed_on IS NOT NULL AND closed_on < '2020-02-01'
SELECT * FROM accounts WHERE ref.slug(iban) = 'de000000000000000077'
SELECT bank_id, currency, count(*) FROM accounts GROUP BY bank_id, currency
SELECT * FROM accounts WHERE bank_id = 2 AND currency = 'EUR' AND limit_ > 500
SELECT a.iban, sum(e.amount) FROM accounts a JOIN entries e USING (bank_id, account_no) WHERE a.currency = 'CHF' GROUP BY a.iban
SELECT a.iban, b.name, e.amount FROM ref.banks b JOIN accounts a USING (bank_id) JOIN entries e USING (bank_id, account_no) WHERE b.bic = 'XXXXXXXXBK7' AND e.booked_on = '2023-06-01'
SELECT * FROM open_entries WHERE booked_on = '2023-05-05'
SELECT bank, count(*) FROM euro GROUP BY bank
SELECT * FROM euro WHERE bank_id = 5 ORDER BY booked_on LIMIT 3
SELECT r.rate FROM ref.rates r WHERE r.currency = 'USD' AND r.valid @> date '2023-07-07'
SELECT e.seq, e.amount * r.rate FROM open_entries e JOIN ref.rates r ON r.currency = e.currency AND r.valid @> e.booked_on
SELECT * FROM monthly WHERE bank_id = 4 AND month_ = '2023-03-01'
SELECT bank_id, sum(total) OVER (PARTITION BY bank_id ORDER BY month_) FROM monthly
SELECT DISTINCT ON (bank_id, account_no) bank_id, account_no, booked_on, amount FROM entries ORDER BY bank_id, account_no, booked_on DESC
SELECT DISTINCT kind FROM entries
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY account_no ORDER BY booked_on DESC) AS n FROM entries WHERE bank_id = 9) s WHERE n <= 3
SELECT bank_id, kind, sum(amount) FROM entries GROUP BY GROUPING SETS ((bank_id), (kind), ())
SELECT bank_id, kind, sum(amount) FROM entries GROUP BY ROLLUP (bank_id, kind)
WITH big AS MATERIALIZED (SELECT * FROM entries WHERE size_ > 990) SELECT a.iban, big.amount FROM big JOIN accounts a USING (bank_id, account_no) WHERE a.closed_on IS NULL
WITH RECURSIVE t AS (SELECT bank_id, account_no, parent_no FROM accounts WHERE account_no = 200 UNION SELECT a.bank_id, a.account_no, a.parent_no FROM accounts a JOIN t ON a.parent_no = t.account_no AND a.account_no <> t.account_no) SELECT count(*) FROM t
SELECT a.iban, l.amount FROM accounts a CROSS JOIN LATERAL (SELECT amount FROM entries e WHERE e.bank_id = a.bank_id AND e.account_no = a.account_no ORDER BY booked_on DESC LIMIT 1) l WHERE a.currency = 'JPY'
SELECT iban FROM accounts WHERE closed_on IS NULL UNION SELECT lower(memo) FROM entries WHERE memo IS NOT NULL
SELECT iban FROM accounts a WHERE EXISTS (SELECT FROM entries e WHERE e.bank_id = a.bank_id AND e.account_no = a.account_no AND e.kind = 'interest')
SELECT iban FROM accounts a WHERE NOT EXISTS (SELECT FROM balances b WHERE b.bank_id = a.bank_id AND b.account_no = a.account_no)
SELECT * FROM balances WHERE on_ = '2024-01-15' AND bank_id = 3
SELECT on_, sum(balance) FROM balances GROUP BY on_
SELECT * FROM audit WHERE what @> '{"op": "D", "table": "t4"}'
SELECT * FROM audit WHERE what ->> 'table' = 't3' AND what ->> 'op' = 'U' ORDER BY at DESC LIMIT 5
SELECT * FROM audit WHERE at > timestamptz '2024-01-20' - interval '1 hour' ORDER BY at DESC
SELECT who, count(*) FILTER (WHERE what ->> 'op' = 'I') FROM audit GROUP BY who
SELECT * FROM emptied WHERE id = 5
SELECT count(*) FROM fresh f JOIN emptied e USING (id)
SELECT * FROM fresh WHERE id BETWEEN 5 AND 500
SELECT * FROM never
SELECT count(*) FROM imports WHERE line % 2 = 0
UPDATE entries SET cleared_at = now() WHERE bank_id = 3 AND account_no = 10 AND cleared_at IS NULL
DELETE FROM audit WHERE at < '2024-01-02'
INSERT INTO balances SELECT bank_id, account_no, date '2025-01-01', sum(amount) FROM entries GROUP BY 1, 2 ON CONFLICT DO NOTHING
SELECT b.name, a.currency, m.kind, sum(m.total), count(DISTINCT a.owner) FROM ref.banks b JOIN accounts a USING (bank_id) JOIN monthly m USING (bank_id) JOIN entries e ON e.bank_id = a.bank_id AND e.account_no = a.account_no JOIN batches t ON t.batch = e.batch LEFT JOIN ref.rates r ON r.currency = a.currency AND r.valid @> e.booked_on WHERE t.state = 'open' GROUP BY 1, 2, 3
SELECT t.state, count(*) FROM entries e JOIN batches t USING (batch) WHERE t.made > '2023-01-05' GROUP BY 1
SELECT * FROM entries WHERE (bank_id, account_no) IN ((2, 1), (5, 22), (10, 333))
SELECT * FROM entries WHERE booked_on = ANY ('{2023-01-05,2023-02-05}'::date[]) AND bank_id = 7
SELECT * FROM entries ORDER BY amount DESC, seq LIMIT 7
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM entries WHERE kind = 'credit'
