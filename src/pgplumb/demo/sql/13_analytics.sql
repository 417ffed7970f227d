-- step 2: partitions
-- Measurements. Events are partitioned by month, with months ahead and a DEFAULT partition that stays empty;
-- page views were partitioned once and the job that made partitions has stopped.
SET ROLE app_owner;

CREATE TABLE analytics.events (
    tenant_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    id bigint NOT NULL,
    actor_id bigint NOT NULL,
    name text NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, occurred_at, id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE analytics.page_events (
    tenant_id bigint NOT NULL,
    viewed_at timestamptz NOT NULL,
    id bigint NOT NULL,
    path text NOT NULL,
    duration_ms integer NOT NULL,
    PRIMARY KEY (tenant_id, viewed_at, id),
    CONSTRAINT page_events_duration_ms_check CHECK (duration_ms >= 0)
) PARTITION BY RANGE (viewed_at);

CREATE TABLE analytics.metric_samples (
    tenant_id bigint NOT NULL,
    sampled_at timestamptz NOT NULL,
    metric text NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (tenant_id, sampled_at, metric)
) PARTITION BY RANGE (sampled_at);

DO $partitions$
DECLARE
    this_month date := date_trunc('month', now() AT TIME ZONE 'UTC');
    month date;
    n integer;
BEGIN
    FOR n IN -4 .. 3 LOOP
        month := this_month + make_interval(months => n);
        EXECUTE format('CREATE TABLE analytics.%I PARTITION OF analytics.events FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, '"events_y"YYYY"m"MM'),
                       month || ' 00:00+00', (month + interval '1 month')::date || ' 00:00+00');
    END LOOP;
    -- The month before last is missing, and so is this month.
    FOREACH n IN ARRAY ARRAY[-4, -3, -1] LOOP
        month := this_month + make_interval(months => n);
        EXECUTE format('CREATE TABLE analytics.%I PARTITION OF analytics.page_events FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, '"page_events_y"YYYY"m"MM'),
                       month || ' 00:00+00', (month + interval '1 month')::date || ' 00:00+00');
    END LOOP;
    FOR n IN -1 .. 2 LOOP
        month := date_trunc('year', this_month) + make_interval(months => 6 * n);
        EXECUTE format('CREATE TABLE analytics.%I PARTITION OF analytics.metric_samples FOR VALUES FROM (%L) TO (%L)',
                       to_char(month, '"metric_samples_y"YYYY"m"MM'),
                       month || ' 00:00+00', (month + interval '6 months')::date || ' 00:00+00');
    END LOOP;
END
$partitions$;

CREATE TABLE analytics.events_default PARTITION OF analytics.events DEFAULT;
CREATE TABLE analytics.page_events_default PARTITION OF analytics.page_events DEFAULT;
CREATE TABLE analytics.metric_samples_default PARTITION OF analytics.metric_samples DEFAULT;

CREATE TABLE analytics.daily_usage (
    tenant_id bigint NOT NULL,
    used_on date NOT NULL,
    metric text NOT NULL,
    used bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, used_on, metric),
    CONSTRAINT daily_usage_used_check CHECK (used >= 0)
);

RESET ROLE;
