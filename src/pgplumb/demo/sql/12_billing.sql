-- step 2: tables
-- Money: plans, subscriptions, invoices and what was paid.
SET ROLE app_owner;

CREATE TYPE billing.invoice_status AS ENUM ('draft', 'open', 'paid', 'void');

CREATE TABLE billing.currencies (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    minor_digits smallint NOT NULL DEFAULT 2,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT currencies_code_key UNIQUE (code),
    CONSTRAINT currencies_code_check CHECK (code ~ '^[A-Z]{3}$'),
    CONSTRAINT currencies_minor_digits_check CHECK (minor_digits BETWEEN 0 AND 4)
);

CREATE TABLE billing.plans (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    currency_id bigint NOT NULL,
    name text NOT NULL,
    seat_price numeric(12, 2) NOT NULL,
    is_public boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT plans_name_key UNIQUE (name),
    CONSTRAINT plans_seat_price_check CHECK (seat_price >= 0)
);

CREATE TABLE billing.subscriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    seats integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT subscriptions_seats_check CHECK (seats > 0),
    CONSTRAINT subscriptions_ended_at_check CHECK (started_at <= ended_at),
    CONSTRAINT subscriptions_tenant_id_tstzrange_excl
        EXCLUDE USING gist (tenant_id WITH OPERATOR (pg_catalog.=), tstzrange(started_at, ended_at) WITH &&)
);

CREATE TABLE billing.invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    currency_id bigint NOT NULL,
    number text NOT NULL,
    status billing.invoice_status NOT NULL DEFAULT 'draft',
    subtotal numeric(12, 2) NOT NULL,
    tax numeric(12, 2) NOT NULL,
    total numeric(12, 2) NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoices_tenant_id_id_key UNIQUE (tenant_id, id),
    CONSTRAINT invoices_tenant_id_number_key UNIQUE (tenant_id, number),
    CONSTRAINT invoices_subtotal_check CHECK (subtotal >= 0),
    CONSTRAINT invoices_tax_check CHECK (tax >= 0),
    CONSTRAINT invoices_total_check CHECK (total = subtotal + tax)
);

CREATE TABLE billing.invoice_lines (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    position smallint NOT NULL,
    description text NOT NULL,
    quantity numeric(12, 3) NOT NULL,
    unit_price numeric(12, 4) NOT NULL,
    amount numeric(12, 2) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invoice_lines_tenant_id_invoice_id_position_key UNIQUE (tenant_id, invoice_id, position),
    CONSTRAINT invoice_lines_quantity_check CHECK (quantity > 0),
    CONSTRAINT invoice_lines_unit_price_check CHECK (unit_price >= 0),
    CONSTRAINT invoice_lines_amount_check CHECK (amount >= 0)
);

CREATE TABLE billing.payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    amount numeric(12, 2) NOT NULL,
    provider_reference text NOT NULL,
    received_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_tenant_id_provider_reference_key UNIQUE (tenant_id, provider_reference),
    CONSTRAINT payments_amount_check CHECK (amount > 0)
);

CREATE TABLE billing.payment_methods (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    brand text NOT NULL,
    last_four text NOT NULL,
    expires_on date NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_methods_last_four_check CHECK (last_four ~ '^[0-9]{4}$')
);

CREATE TABLE billing.coupons (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    discount_amount numeric(12, 2) NOT NULL,
    redemptions_left integer NOT NULL DEFAULT 1,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT coupons_code_key UNIQUE (code),
    CONSTRAINT coupons_discount_amount_check CHECK (discount_amount > 0),
    CONSTRAINT coupons_redemptions_left_check CHECK (redemptions_left >= 0)
);

RESET ROLE;
