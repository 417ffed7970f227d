"""Plans to apply, and a table that counts how often each of its rows was changed."""

from __future__ import annotations

from pgplumb.migrate.plan import Batches, Plan, Step, Strategy

ROWS = 50_000

TABLE = f"""
    CREATE TABLE public.orders (id bigint PRIMARY KEY, amount int NOT NULL, touched int NOT NULL DEFAULT 0);
    INSERT INTO public.orders SELECT i, i % 97, 0 FROM generate_series(1, {ROWS}) i;
    CREATE FUNCTION public.count_update() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.touched := OLD.touched + 1; RETURN NEW; END $$;
    CREATE TRIGGER counted BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.count_update();
    ANALYZE public.orders;
"""


def plan(*steps: Step, name: str = "test") -> Plan:
    """Return a plan of some steps."""
    return Plan(name, "A test", (Strategy("online", "Online", steps, online=True),), "online")


ADD = Step(
    "expand",
    "ALTER TABLE public.orders ADD COLUMN cents bigint;",
    "ALTER TABLE public.orders DROP COLUMN cents;",
    about="add the column",
)
FILL = Step(
    "backfill",
    "UPDATE public.orders SET cents = amount * 100 WHERE cents IS NULL;",
    "",
    batches=Batches("public.orders", ("id",), "cents = t.amount * 100", "t.cents IS NULL"),
    about="fill the column",
)
INDEX = Step(
    "expand",
    "CREATE INDEX CONCURRENTLY orders_cents ON public.orders (cents);",
    "DROP INDEX CONCURRENTLY public.orders_cents;",
    autocommit=True,
    lock_timeout="0",
    about="build the index",
)
CHECK = Step(
    "validate",
    "ALTER TABLE public.orders ADD CONSTRAINT cents_set CHECK (cents IS NOT NULL) NOT VALID;",
    "ALTER TABLE public.orders DROP CONSTRAINT cents_set;",
    about="promise",
)
VALIDATE = Step(
    "validate",
    "ALTER TABLE public.orders VALIDATE CONSTRAINT cents_set;",
    "",
    about="check the rows",
)
SWITCH = Step(
    "switch",
    "ALTER TABLE public.orders RENAME COLUMN amount TO whole;"
    " ALTER TABLE public.orders RENAME COLUMN cents TO amount;",
    "ALTER TABLE public.orders RENAME COLUMN amount TO cents;"
    " ALTER TABLE public.orders RENAME COLUMN whole TO amount;",
    about="swap the names",
)
WHOLE = plan(ADD, FILL, INDEX, CHECK, VALIDATE, SWITCH, name="whole")
"""Every kind of step: transactions, a backfill, a concurrent build, a validation, a switch."""
