"""A large, deterministic schema with the flaws that real ones have; `bench.manifest` counts them.

50, 1,000 or 10,000 tables in up to 20 schemas: foreign keys, three or four indexes a table, row-level security on
half of them, partitions, views, functions, triggers, comments, grants. No rows: catalogs are what is measured.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from pgplumb.sql.quote import quote_identifier, quote_qualified


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of what."""

    tables: int
    schemas: int
    parents: int
    parts: int
    views: int
    functions: int
    triggers: int


SIZES = {
    "S": Size(50, 3, 2, 4, 10, 10, 5),
    "M": Size(1_000, 20, 20, 10, 100, 100, 50),
    "L": Size(10_000, 20, 200, 10, 300, 200, 100),
}

SCHEMAS = tuple(
    """
    public billing catalog crm inventory orders shipping identity audit analytics support search media messaging
    payments pricing reports scheduling tenancy workflow
    """.split()  # noqa: SIM905
)
NOUNS = tuple(
    """
    account address agent asset batch booking campaign carrier cart case channel charge claim comment contact
    contract coupon customer device document event export feature file invoice item job lead ledger line location
    member message metric note offer order package payment plan policy product profile project quote refund
    region report review role rule session shipment sku store subscription tag task team tenant ticket transfer
    user vendor visit wallet warehouse webhook
    """.split()  # noqa: SIM905
)
SUFFIXES = ("", "_history", "_item", "_link", "_log", "_state", "_meta", "_version", "_queue", "_summary")
ROLES = ("anon", "authenticated", "service_role", "app_owner")

COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("name", "text", "", 9),
    ("status", "public.status_kind", "'new'", 6),
    ("created_at", "timestamptz", "now()", 10),
    ("updated_at", "timestamptz", "now()", 8),
    ("deleted_at", "timestamptz", "", 4),
    ("amount", "numeric(12,2)", "0", 6),
    ("quantity", "integer", "1", 5),
    ("is_active", "boolean", "true", 6),
    ("payload", "jsonb", "'{}'", 5),
    ("external_id", "uuid", "gen_random_uuid()", 4),
    ("code", "varchar(32)", "", 5),
    ("description", "text", "", 5),
    ("tags", "text[]", "", 3),
    ("due_on", "date", "", 3),
    ("ip", "inet", "", 2),
    ("legacy_at", "timestamp", "", 2),
    ("raw", "json", "", 1),
    ("total", "money", "", 1),
    ("score", "double precision", "", 3),
    ("country", "char(2)", "", 2),
    ("digest", "bytea", "", 1),
    ("position", "smallint", "0", 2),
    ("email", "text", "", 4),
    ("currency", "varchar(3)", "'EUR'", 3),
    ("ref_no", "bigint", "", 3),
)
"""Name, type, default and how often."""

FLAWED_TYPES = {"timestamp": "timestamp_without_tz", "json": "json_not_jsonb", "money": "money_type"}
UNINDEXABLE = ("payload", "raw", "tags", "total", "digest")


@dataclass(frozen=True, slots=True)
class Table:
    """A table that later ones may refer to."""

    schema: str
    name: str
    key: str | None
    columns: tuple[str, ...]

    @property
    def sql(self) -> str:
        """Its name for SQL."""
        return quote_qualified(self.schema, self.name)


class Generator:
    """Writes the statements, object by object."""

    def __init__(self, size: Size, seed: int = 7) -> None:
        self.size = size
        self.flaws: Counter[str] = Counter()
        self.tables: list[Table] = []
        self._random = random.Random(seed)
        self._taken: set[tuple[str, str]] = set()

    def statements(self) -> Iterator[str]:
        """Give one text for each object."""
        yield self._prologue()
        parents = [True] * self.size.parents
        ordinary = self.size.tables - self.size.parents * (1 + self.size.parts)
        plan = [False] * ordinary + parents
        self._random.shuffle(plan)
        for is_parent in plan:
            yield self._table(is_parent)
        yield from self._views()
        yield from self._functions_and_triggers()
        rows = ", ".join(f"('{key}', {count})" for key, count in sorted(self.flaws.items()))
        yield f"INSERT INTO bench.manifest VALUES {rows};"

    def _prologue(self) -> str:
        schemas = SCHEMAS[: self.size.schemas]
        roles = "".join(
            f"DO $$ BEGIN CREATE ROLE {r} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"
            for r in ROLES
        )
        return roles + "\n".join(
            [
                "CREATE SCHEMA bench; CREATE TABLE bench.manifest (key text PRIMARY KEY, value int NOT NULL);",
                "CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS"
                " $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;",
                "CREATE TYPE public.status_kind AS ENUM ('new', 'open', 'held', 'done', 'void');",
                *(f"CREATE SCHEMA {quote_identifier(s)};" for s in schemas[1:]),
                *(f"GRANT USAGE ON SCHEMA {quote_identifier(s)} TO anon, authenticated;" for s in schemas),
            ]
        )

    def _table(self, is_parent: bool) -> str:
        draw = self._random
        schema, name = self._fresh()
        key, definitions = self._key(is_parent)
        foreign, foreign_columns = self._foreign_keys(name)
        definitions += foreign_columns.values()
        columns = []
        for column, kind, default, _ in self._columns():
            columns.append(column)
            text = f"{quote_identifier(column)} {kind}" + (" NOT NULL" if draw.random() < 0.45 else "")
            definitions.append(text + (f" DEFAULT {default}" if default and draw.random() < 0.7 else ""))
            if kind in FLAWED_TYPES:
                self.flaws[FLAWED_TYPES[kind]] += 1
        definitions.append("CHECK (amount >= 0)" if "amount" in columns else "CHECK (id IS NOT NULL)")
        table = Table(schema, name, None if is_parent else key, tuple(columns))
        tail = " PARTITION BY RANGE (logged_at)" if is_parent else ""
        out = [f"CREATE TABLE {table.sql} ({', '.join(definitions + foreign)}){tail};"]
        out += self._indexes(table, tuple(foreign_columns))
        out += self._comments(table)
        out.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.sql} TO authenticated;")
        out += self._security(table)
        self.tables.append(table)
        self.flaws["tables"] += 1
        if is_parent:
            out += self._partitions(table)
        return "\n".join(out)

    def _fresh(self) -> tuple[str, str]:
        schema = self._random.choice(SCHEMAS[: self.size.schemas])
        name = self._random.choice(NOUNS) + self._random.choice(SUFFIXES)
        while (schema, name) in self._taken:
            name = f"{self._random.choice(NOUNS)}_{name}"[:55]
        self._taken.add((schema, name))
        return schema, name

    def _key(self, is_parent: bool) -> tuple[str | None, list[str]]:
        if is_parent:
            logged = "logged_at timestamptz NOT NULL DEFAULT now()"
            return "bigint", ["id bigint NOT NULL", logged, "PRIMARY KEY (id, logged_at)"]
        key = self._random.choices(["bigint", "uuid", "integer", None], weights=[70, 20, 8, 2])[0]
        self.flaws["int4_pk"] += key == "integer"
        self.flaws["no_pk"] += key is None
        definition = {
            "bigint": "id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            "uuid": "id uuid PRIMARY KEY DEFAULT gen_random_uuid()",
            "integer": "id serial PRIMARY KEY",
            None: "id bigint",
        }
        return key, [definition[key]]

    def _foreign_keys(self, name: str) -> tuple[list[str], dict[str, str]]:
        """Return constraints, and the definition of each referencing column by its name."""
        targets = [t for t in self.tables if t.key][-400:]
        if len(targets) < 4:
            return [], {}
        constraints: list[str] = []
        columns: dict[str, str] = {}
        for target in (self._random.choice(targets) for _ in range(2)):
            column = f"{target.name}_id"[:55]
            column += "2" if column in columns else ""
            columns[column] = f"{quote_identifier(column)} {target.key}" + (
                " NOT NULL" * (self._random.random() < 0.5)
            )
            rule = self._random.choice(["", " ON DELETE CASCADE", " ON DELETE SET NULL", ""])
            constraint = quote_identifier(f"fk_{name}_{column}"[:60])
            constraints.append(
                f"CONSTRAINT {constraint} FOREIGN KEY ({quote_identifier(column)}) REFERENCES {target.sql} (id){rule}"
            )
            self.flaws["foreign_keys"] += 1
        return constraints, columns

    def _columns(self) -> list[tuple[str, str, str, int]]:
        wanted = max(4, min(len(COLUMNS), round(self._random.gauss(9, 3))))
        pool = list(COLUMNS)
        chosen = []
        for _ in range(wanted):
            column = self._random.choices(pool, weights=[c[3] for c in pool])[0]
            pool.remove(column)
            chosen.append(column)
        return chosen

    def _indexes(self, table: Table, foreign: tuple[str, ...]) -> list[str]:
        """Return about two indexes: on foreign keys, or partial, gin, on expressions; never two alike by accident."""
        out, wanted = [], 2
        for column in foreign:
            if self._random.random() < 0.6:
                out.append(f"({quote_identifier(column)})")
                wanted -= 1
            else:
                self.flaws["unindexed_foreign_keys"] += 1
        plain = [c for c in table.columns if c not in UNINDEXABLE]
        for _ in range(20):
            if wanted <= 0:
                break
            made = self._index(table, plain)
            if made not in out:
                out.append(made)
                wanted -= 1
        statements = [f"CREATE INDEX ON {table.sql} {definition};" for definition in out]
        if self._random.random() < 0.03:
            statements += [f"CREATE INDEX ON {table.sql} (id, {quote_identifier(plain[0])});"] * 2
            self.flaws["duplicate_index_pairs"] += 1
        return statements

    def _index(self, table: Table, plain: list[str]) -> str:
        at = self._random.random()
        if "payload" in table.columns and at < 0.2:
            return "USING gin (payload)"
        if "deleted_at" in table.columns and at < 0.4:
            return f"({quote_identifier(plain[0])}) WHERE deleted_at IS NULL"
        if "email" in table.columns and at < 0.6:
            return "(lower(email))"
        some = self._random.sample(plain, min(len(plain), self._random.choice([1, 2, 2])))
        return f"({', '.join(map(quote_identifier, some))})"

    def _comments(self, table: Table) -> list[str]:
        out = []
        if self._random.random() < 0.6:
            out.append(
                f"COMMENT ON TABLE {table.sql} IS '{table.name} records; team {self._random.randrange(40)}';"
            )
        for column in table.columns:
            if self._random.random() < 0.25:
                out.append(f"COMMENT ON COLUMN {table.sql}.{quote_identifier(column)} IS 'the {column}';")
        return out

    def _security(self, table: Table) -> list[str]:
        at = self._random.random()
        read = quote_identifier(f"{table.name[:40]}_read")
        if at >= 0.53:
            return []
        if at >= 0.5:
            self.flaws["policy_but_rls_disabled"] += 1
            return [f"CREATE POLICY {read} ON {table.sql} FOR SELECT TO anon USING (true);"]
        self.flaws["rls_enabled"] += 1
        out = [f"ALTER TABLE {table.sql} ENABLE ROW LEVEL SECURITY;"]
        if at < 0.02:
            self.flaws["rls_enabled_no_policy"] += 1
            return out
        own = "id = (SELECT auth.uid())" if table.key == "uuid" else "id IS NOT NULL"
        write = quote_identifier(f"{table.name[:40]}_write")
        out.append(f"CREATE POLICY {read} ON {table.sql} FOR SELECT TO authenticated USING ({own});")
        out.append(f"CREATE POLICY {write} ON {table.sql} TO service_role USING (true) WITH CHECK (true);")
        return out

    def _partitions(self, parent: Table) -> list[str]:
        out = []
        for number in range(self.size.parts):
            low, high = (f"{2024 + n // 12}-{1 + n % 12:02d}-01" for n in (number, number + 1))
            name = f"{parent.name}_{low[:7].replace('-', '_')}"
            self._taken.add((parent.schema, name))
            partition = quote_qualified(parent.schema, name)
            out.append(
                f"CREATE TABLE {partition} PARTITION OF {parent.sql} FOR VALUES FROM ('{low}') TO ('{high}');"
            )
            self.flaws["tables"] += 1
        return out

    def _views(self) -> Iterator[str]:
        for number in range(self.size.views):
            table = self._random.choice(self.tables)
            name = quote_qualified(table.schema, f"v_{table.name}_{number}"[:60])
            columns = ", ".join(f"t.{quote_identifier(c)}" for c in table.columns[:6])
            kind = "MATERIALIZED VIEW" if number % 15 == 14 else "VIEW"
            yield f"CREATE {kind} {name} AS SELECT t.id, {columns} FROM {table.sql} t WHERE t.id IS NOT NULL;"

    def _functions_and_triggers(self) -> Iterator[str]:
        touching = []
        for number in range(self.size.functions):
            schema = self._random.choice(SCHEMAS[: self.size.schemas])
            options = " SECURITY DEFINER" if self._random.random() < 0.2 else ""
            options += " SET search_path = ''" if self._random.random() < 0.4 else ""
            if number % 2:
                touching.append(quote_qualified(schema, f"touch_{number}"))
                body = "BEGIN NEW.updated_at := pg_catalog.now(); RETURN NEW; END"
                yield f"CREATE FUNCTION {touching[-1]}() RETURNS trigger LANGUAGE plpgsql{options} AS $$ {body} $$;"
            else:
                name = quote_qualified(schema, f"calc_{number}")
                yield f"CREATE FUNCTION {name}(a bigint) RETURNS bigint LANGUAGE sql STABLE{options} AS $$ SELECT a $$;"
        stamped = [t for t in self.tables if "updated_at" in t.columns]
        for number in range(self.size.triggers):
            table, function = self._random.choice(stamped), self._random.choice(touching)
            yield (
                f"CREATE TRIGGER touch_row_{number} BEFORE UPDATE ON {table.sql}"
                f" FOR EACH ROW EXECUTE FUNCTION {function}();"
            )


def build(conninfo: str, size: str, seed: int = 7) -> Counter[str]:
    """Make the schema in an empty database, with fresh statistics of the catalogs; return the counted flaws."""
    generator = Generator(SIZES[size], seed)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning; SET check_function_bodies = off")
        batch: list[str] = []
        for text in generator.statements():
            batch.append(text)
            if len(batch) == 100:
                connection.execute(("BEGIN;\n" + "\n".join(batch) + "\nCOMMIT;").encode())
                batch.clear()
        connection.execute(("BEGIN;\n" + "\n".join(batch) + "\nCOMMIT;").encode())
        connection.execute("VACUUM (ANALYZE)")
    return generator.flaws
