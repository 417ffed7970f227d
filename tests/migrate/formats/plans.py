"""Plans to export: one with every feature, on a small schema, with names and texts that tools trip over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pgplumb.migrate.formats import migration_format
from pgplumb.migrate.formats.parts.model import File, Format, Migration, Script
from pgplumb.migrate.formats.parts.statements import stretches
from pgplumb.migrate.plan import Batches, Plan, Step, Strategy
from pgplumb.sql.quote import quote_literal
from pgplumb.sql.split import Statement, split

WHEN = datetime(2026, 11, 21, 14, 30, 0, tzinfo=UTC)

LONG = "ö" * 31 + "x"
"""63 bytes."""

SCHEMA = f"""
CREATE TABLE owners (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, owner_id bigint NOT NULL, note text, "50% :off" text,
    "{LONG}" text);
INSERT INTO owners SELECT n, n % 7 FROM generate_series(1, 20) AS n;
INSERT INTO orders SELECT n, 1 + n % 20, 'n' || n FROM generate_series(1, 200) AS n;
"""

FUNCTION = r"""CREATE FUNCTION touch_order() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- A comment; with a semicolon, 100% of it, and "quotes".

    NEW.note := format('%s:%I', NEW.note, 'a:b') || E'\t\\:x' || '${x} {y} #{z} $1 \d \:name' || '''TRIPLE';
    RETURN NEW;
END;
$body$""".replace("TRIPLE", '"""')

TEXTS = (
    "%s %% %(x)s", ":x :'x' ::x \\:x \\\\:x a:b", "${x} #{x} {{x}} `x` $1 $$ $body$", "'''", '"""', "\\",
    "a\nSQL\nEOF\nGO\n/\n", ";\n;\n\n-- x;\n/* x */;\n", "x -- migrate:up\n+goose Up", "\t\r\n x", "äöü漢字\u00a0😀",
    "\\.\n\\q", "=begin\n__END__\n=end", "# coding: none", "--x\n  --y", "\\n \\t \\x41 \\u0041",
)  # fmt: skip
"""What must reach the server as it is."""

STEPS = (
    Step(
        "expand",
        "CREATE TABLE said (number int, text text);\n"
        + "".join(f"INSERT INTO said VALUES ({n}, {quote_literal(text)});\n" for n, text in enumerate(TEXTS)),
        "DROP TABLE said;\n",
        about="texts",
        reversible="shape",
    ),
    Step(
        "expand",
        'ALTER TABLE orders ADD COLUMN "Tenant "" id" bigint;\n'
        f"{FUNCTION};\n"
        "CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.note IS DISTINCT FROM NEW.note)\n"
        "    EXECUTE FUNCTION touch_order();\n"
        f"COMMENT ON COLUMN orders.\"50% :off\" IS 'äöü 漢字 :name %s %(x)s {{}} \\ $$ ''';\n"
        f"COMMENT ON COLUMN orders.\"{LONG}\" IS E'tab\\tnew\\nline';\n",
        f'COMMENT ON COLUMN orders."{LONG}" IS NULL;\n'
        'COMMENT ON COLUMN orders."50% :off" IS NULL;\n'
        "DROP TRIGGER touch ON orders;\nDROP FUNCTION touch_order();\n"
        'ALTER TABLE orders DROP COLUMN "Tenant "" id";\n',
        about="the column and its trigger",
    ),
    Step(
        "backfill",
        'UPDATE orders AS t SET "Tenant "" id" = o.tenant_id FROM owners AS o\n'
        '    WHERE o.id = t.owner_id AND t."Tenant "" id" IS NULL;\n',
        "",
        about="fill it",
        gate="deploy code that writes\nboth columns */ -- $$",
        batches=Batches(
            "public.orders",
            ("id",),
            '"Tenant "" id" = o.tenant_id',
            't."Tenant "" id" IS NULL',
            "public.owners AS o",
        ),
        lock_timeout="500ms",
    ),
    Step(
        "expand",
        'CREATE INDEX CONCURRENTLY orders_tenant ON orders ("Tenant "" id");\n'
        "CREATE INDEX CONCURRENTLY orders_note ON orders (note) WHERE note LIKE '50%:x%';\n",
        "DROP INDEX CONCURRENTLY orders_note;\nDROP INDEX CONCURRENTLY orders_tenant;\n",
        autocommit=True,
        about="build the indexes",
        waits_for="transactions older than the build, on any table",
        lock_timeout="0",
    ),
    Step(
        "expand",
        'ALTER TABLE orders ADD CONSTRAINT tenant_set CHECK ("Tenant "" id" IS NOT NULL) NOT VALID;\n',
        "ALTER TABLE orders DROP CONSTRAINT tenant_set;\n",
    ),
    Step(
        "validate",
        "ALTER TABLE orders VALIDATE CONSTRAINT tenant_set;\n",
        "",
        about="check the rows that are there",
        statement_timeout="1h",
    ),
)

PLAN = Plan(
    "20261121143000_tenant_of_orders",
    'Tenant of orders: "who\'s" row it is',
    (Strategy("online", "Online: column, backfill, index, check", STEPS, True),),
    "online",
)


def plan_of(*steps: Step, name: str = "20261121143000_a_change") -> Plan:
    """A plan of some steps."""
    return Plan(name, "A change", (Strategy("direct", "Direct", steps, True),), "direct")


def tool(name: str) -> Format:
    """A format by its name."""
    return migration_format(name)


def put(files: Iterable[File], folder: Path) -> Path:
    """Write files below a folder and return it."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.text.encode())
    return folder


def exported(name: str, plan: Plan, folder: Path) -> Path:
    """Export a plan into a folder as its tool would have it, after what is there."""
    found = tool(name)
    return put(found.write(plan, WHEN, found.state(folder)), folder)


Run = tuple[str, bool]
"""A statement, and whether it runs outside a transaction."""


def forward(plan: Plan) -> list[Run]:
    """What a plan runs."""
    return [run for step in plan.steps for run in _runs(step.up, step.autocommit)]


def back(plan: Plan) -> list[Run]:
    """What takes a plan back."""
    return [run for step in reversed(plan.steps) for run in _runs(step.down or "", step.autocommit)]


def _runs(text: str, autocommit: bool) -> list[Run]:
    found = stretches(text, autocommit)
    statements = [(split(text)[0], stretch.autocommit) for stretch in found for text in stretch.statements]
    return [(statement.text, mode) for statement, mode in statements if not _is_timeout(statement)]


def read_forward(migrations: Sequence[Migration]) -> list[Run]:
    """What migrations run, in order, without timeouts, which exporting adds."""
    return [run for migration in migrations for run in _without_timeouts(migration.up)]


def read_back(migrations: Sequence[Migration]) -> list[Run]:
    """What takes migrations back, the last first."""
    return [run for migration in reversed(migrations) for run in _without_timeouts(migration.down or ())]


def _without_timeouts(scripts: Sequence[Script]) -> list[Run]:
    return [
        (statement.text, script.autocommit)
        for script in scripts
        for statement in split(script.text)
        if not _is_timeout(statement)
    ]


def _is_timeout(statement: Statement) -> bool:
    return statement.kind in ("SET", "SET LOCAL", "RESET") and "_timeout" in statement.text
