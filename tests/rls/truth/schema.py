"""Random schemas with row security: tables, memberships, roles, grants, policies and doors out of a grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from random import Random

from tests.rls.truth.grammar import COLUMNS, Grammar
from tests.rls.truth.triggers import trigger
from tests.rls.truth.world import BLOCKED, MEMBERS, Session, World

_COMMANDS = ("ALL", "ALL", "ALL", "SELECT", "INSERT", "UPDATE", "DELETE")
_OTHERS = ("worker", "worker", "boss", "lead", "deputy", "intern", "audit", "auditor")
_BEHIND = {"intern": ("worker",), "audit": ("auditor",)}
_TO = ("PUBLIC", "PUBLIC", "PUBLIC", "web", "staff", "worker, boss", "lead, web", "audit, staff")
TRIGGERS = 0.08
"""How many of the tables have a trigger that meets rows before they are written."""
_OWNERS = ("postgres", "postgres", "postgres", "boss", "staff", "worker")


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    tenant: str | None
    values: tuple[str, ...]
    """As SQL."""


@dataclass(frozen=True, slots=True)
class Object:
    """Something that is read and written."""

    name: str
    """Without its schema; functions have no arguments."""
    base: str
    """The table whose rows it gives, by their ids."""
    variants: tuple[Row, ...] = ()
    """New rows that are tried, of `columns`. Empty for what takes no writing."""
    columns: tuple[str, ...] = ()
    """The columns on which any predicate of the schema can depend, whose row it is first."""


@dataclass(frozen=True, slots=True)
class Made:
    """One schema."""

    sql: str
    roles: tuple[str, ...]
    """Roles whose cells are looked at."""
    objects: tuple[Object, ...]
    """Tables, partitions, children, views and materialized views; each has an id."""
    functions: tuple[Object, ...]
    tenants: Mapping[str, str]
    """For each base the tenant of its row `r` as SQL."""
    sessions: tuple[Session, ...]
    identities: tuple[str, ...]
    paths: Mapping[str, str]
    """The path to the tenant of each table that has no tenant column."""
    policies: int


def make(seed: int) -> Made:
    """Return a schema; equal seeds give equal schemas."""
    random = Random(seed)
    return _Maker(random, World.random(random), Random(f"triggers {seed}")).make()


@dataclass
class _Table:
    name: str
    parent: str | None = None
    """The table that its rows lead to their tenant through."""
    nullable: bool = True
    partitioned: bool = False
    inherited: bool = False
    said: list[str] = field(default_factory=list)
    """Every predicate that reads its rows."""
    rows: list[Row] = field(default_factory=list)

    @property
    def whose(self) -> str:
        return "parent_id" if self.parent else "tenant_id"

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that predicates read, whose row it is first."""
        text = " ".join(self.said)
        found = [c for c in COLUMNS if re.search(rf"\b{c}\b", text) or (c == "status" and self.partitioned)]
        return (self.whose, *found)


@dataclass
class _Maker:
    random: Random
    world: World
    chance: Random
    """What decides of triggers."""
    sql: list[str] = field(default_factory=list)
    tables: dict[str, _Table] = field(default_factory=dict)
    doors: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    direct: dict[str, str] = field(default_factory=dict)
    """Partitions and children, by name, with the table that they belong to."""
    policies: int = 0
    last: list[str] = field(default_factory=list)
    """What is made when the rows are there."""

    def make(self) -> Made:
        random = self.random
        self.grammar = Grammar(self.world)
        self.roles = ("web", *sorted(random.sample(sorted(set(_OTHERS)), 2), key=_OTHERS.index))
        self.granted = tuple(
            dict.fromkeys((*self.roles, "staff", *(b for r in self.roles for b in _BEHIND.get(r, ()))))
        )
        self._basis()
        self._table(self._form("t0"))
        if random.random() < 0.55:
            plain = not (self.tables["t0"].partitioned or self.tables["t0"].inherited)
            child = plain and random.random() < 0.55
            self._table(_Table("c0", "t0") if child else self._form("t1"))
        filled = [self._filled(table) for table in self.tables.values()]
        for table in list(self.tables.values()):
            self._doors(table)
            if table.parent is None and self.chance.random() < TRIGGERS:
                last = trigger(self.chance, self.world, table.name)
                self._reads(table, last[0])
                self.last += last
        # What doors ask decides which rows there must be.
        for place, table in zip(filled, self.tables.values(), strict=True):
            self.sql[place] = self._rows(table)
        return self._made()

    def _made(self) -> Made:
        names = {**{name: name for name in self.tables}, **self.direct, **self.doors}
        objects = []
        for name, base in names.items():
            root = self.tables[self.direct.get(base, base)]
            variants = () if name.startswith("m_") else tuple(self._variants(root))
            objects.append(Object(name, name if name in self.direct else base, variants, root.read))
        text = ";\n".join((*self.sql, *self.last))
        tenants = {
            name: "r.tenant_id::text"
            if self.tables[root].parent is None
            else f"(SELECT o.tenant FROM pg_temp.rows o WHERE o.base = '{self.tables[root].parent}'"
            " AND o.id = r.parent_id)"
            for name, root in {**{n: n for n in self.tables}, **self.direct}.items()
        }
        sessions = self.world.sessions(text)
        paths = {}
        for table in self.tables.values():
            if table.parent is not None:
                paths[f"app.{table.name}"] = f"parent_id -> app.{table.parent}.tenant_id"
                sessions += self._thefts(table.parent)
        return Made(
            text,
            self.roles,
            tuple(objects),
            tuple(Object(name, base) for name, base in self.functions.items()),
            tenants,
            tuple(sessions),
            self.world.identities,
            paths,
            self.policies,
        )

    def _form(self, name: str) -> _Table:
        chance = self.random.random()
        nullable = self.random.random() < 0.5
        return _Table(name, nullable=nullable, partitioned=chance < 0.1, inherited=0.1 <= chance < 0.2)

    def _basis(self) -> None:
        random = self.random
        self.sql += self.world.basis()
        granted = ", ".join(self.granted)
        if random.random() < 0.5:
            self.sql.append(f"INSERT INTO {BLOCKED} VALUES ({self.world.literal(random.randrange(2))})")
        if random.random() < 0.93:
            self.sql.append(f"GRANT SELECT ON {MEMBERS} TO {', '.join(self.roles)}")
        if random.random() < 0.9:
            self.sql.append(f"GRANT SELECT ON {BLOCKED} TO {granted}")
        if random.random() < 0.15:
            what = random.choice(("INSERT", "UPDATE", "INSERT, UPDATE, DELETE"))
            self.sql.append(f"GRANT {what} ON {MEMBERS} TO web")
        if random.random() < 0.3:
            own = f"user_id = {self.world.user}" if random.random() < 0.8 else "true"
            self.sql += [
                f"ALTER TABLE {MEMBERS} ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY own ON {MEMBERS} FOR SELECT USING ({own})",
            ]
            self.policies += 1

    def _table(self, table: _Table) -> None:
        name = table.name
        self.tables[name] = table
        whose = "parent_id int" if table.parent else f"tenant_id {self.world.kind}"
        if not table.nullable:
            whose += " NOT NULL"
        elif table.parent:
            whose += f" REFERENCES {table.parent}"
        key = "PRIMARY KEY (id, status)" if table.partitioned else "PRIMARY KEY (id)"
        self.sql.append(
            f"CREATE TABLE {name} (id int, {whose}, owner_id {self.world.user_kind}, is_public boolean,"
            f" status text, note text, {key}){' PARTITION BY LIST (status)' if table.partitioned else ''}"
        )
        if table.partitioned:
            for status in ("live", "draft"):
                self.direct[f"{name}_{status}"] = name
                self.sql.append(
                    f"CREATE TABLE {name}_{status} PARTITION OF {name} FOR VALUES IN ('{status}')"
                )
        if table.inherited:
            self.direct[f"{name}_kid"] = name
            self.sql.append(f"CREATE TABLE {name}_kid (PRIMARY KEY (id)) INHERITS ({name})")
        self._secured(table, name)
        for child, root in self.direct.items():
            if root == name:
                self._secured(table, child)

    def _secured(self, table: _Table, name: str) -> None:
        """Give a relation its owner, grants and policies."""
        random = self.random
        direct = name != table.name
        owner = random.choice(_OWNERS)
        if owner != "postgres":
            self.sql.append(f"ALTER TABLE {name} OWNER TO {owner}")
        for role in self.granted:
            if not direct or random.random() < 0.5:
                self._granted(table, name, role)
        if random.random() < (0.7 if direct else 0.93):
            self.sql.append(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        if random.random() < 0.6:
            self.sql.append(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        for number in range(random.choice((0, 1, 1) if direct else (0, 1, 1, 2, 2, 2, 3, 4))):
            self._policy(table, name, number)

    def _granted(self, table: _Table, name: str, role: str) -> None:
        random = self.random
        held = [c for c in ("SELECT", "INSERT", "UPDATE", "DELETE") if random.random() < 0.6]
        if random.random() < 0.12:
            columns = (table.whose, *COLUMNS)
            held = [c if c == "DELETE" else f"{c} ({', '.join(self._some(columns, c))})" for c in held]
        if held:
            self.sql.append(f"GRANT {', '.join(held)} ON {name} TO {role}")

    def _some(self, columns: Sequence[str], command: str) -> list[str]:
        found = [c for c in columns if self.random.random() < 0.5]
        return found or ["note"] if command == "UPDATE" else ["id", *found]

    def _policy(self, table: _Table, name: str, number: int) -> None:
        random = self.random
        command = random.choice(_COMMANDS)
        kind = "RESTRICTIVE" if number and random.random() < 0.3 else "PERMISSIVE"
        text = f"CREATE POLICY p{number} ON {name} AS {kind} FOR {command} TO {random.choice(_TO)}"
        if command != "INSERT":
            text += f" USING ({self._predicate(table, name)})"
        if command == "INSERT" or (command in ("ALL", "UPDATE") and random.random() < 0.4):
            text += f" WITH CHECK ({self._predicate(table, name)})"
        self.sql.append(text)
        self.policies += 1

    def _predicate(self, table: _Table, name: str) -> str:
        said = self.grammar.predicate(self.random, name, table.parent)
        self._reads(table, said)
        return said

    def _reads(self, table: _Table, text: str) -> None:
        table.said.append(text)
        if table.parent is not None:
            self.tables[table.parent].said.append(text)

    def _filled(self, table: _Table) -> int:
        self.sql.append(table.name)
        return len(self.sql) - 1

    def _rows(self, table: _Table) -> str:
        table.rows = self._variants(table)
        columns = ", ".join(("id", *table.read))
        found = []
        for number, row in enumerate(table.rows, start=1):
            found.append(f"({', '.join((str(number), *row.values))})")
        text = f"INSERT INTO {table.name} ({columns}) VALUES {', '.join(found)}"
        if table.inherited:
            again = f"SELECT id + 1000, {columns[4:]} FROM ONLY {table.name}"
            text += f";\nINSERT INTO {table.name}_kid ({columns}) {again}"
        return text

    def _variants(self, table: _Table) -> list[Row]:
        """Return all rows that predicates can tell apart."""
        owners = tuple(f"'{user}'" for user in self.world.users)
        beside = list(product(*(COLUMNS[c] or owners for c in table.read[1:])))
        return [Row(tenant, (whose, *rest)) for tenant, whose in self._whose(table) for rest in beside]

    def _whose(self, table: _Table) -> list[tuple[str | None, str]]:
        """Return what leads to each tenant, to none as well where that may be."""
        if table.parent is not None:
            rows = self.tables[table.parent].rows
            return [(None, "NULL"), *((row.tenant, str(n)) for n, row in enumerate(rows, start=1))]
        found = [(self.world.tenants[n], self.world.literal(n)) for n in (1, 0)]
        return [*found, *([(None, "NULL")] if table.nullable else [])]

    def _thefts(self, parent: str) -> list[Session]:
        """Return sessions whose role makes the parents of others its own tenant's first."""
        through = [parent, *(door for door in (f"v_{parent}", f"w_{parent}") if door in self.doors)]
        found = []
        for session in self.world.sessions(""):
            if session.name not in ("a", "user only b"):
                continue
            sets = [f"tenant_id = '{session.own[0]}'"]
            for row in self._variants(self.tables[parent]):
                if row.tenant in session.own:
                    values = zip(self.tables[parent].read, row.values, strict=True)
                    sets.append(", ".join(f"{c} = {v}" for c, v in values))
            taken = []
            for name in through:
                done = ", ".join(_quoted(f"UPDATE app.{name} SET {said}") for said in sets)
                taken.append(f"pg_temp.first_of(ARRAY[{done}])::int")
            before = f"{' + '.join(taken)} > 0"
            found.append(replace(session, name=f"theft, {session.name}", before=before, spared=parent))
        before = "pg_temp.take()"
        return [*found, replace(found[0], name="theft while nothing was set", before=before)]

    def _doors(self, table: _Table) -> None:
        random, name = self.random, table.name
        if random.random() < 0.45:
            wheres = ["", "", " WHERE is_public", " WHERE status = 'live'"]
            if table.parent is None:
                wheres.append(f" WHERE tenant_id = {self.world.tenant}")
            self._view(f"v_{name}", table, f"SELECT * FROM {name}{random.choice(wheres)}", options=True)
            if random.random() < 0.35:
                where = random.choice(("", " WHERE is_public", " WHERE owner_id IS NOT NULL"))
                self._view(f"w_{name}", table, f"SELECT * FROM v_{name}{where}", options=True)
        if random.random() < 0.15:
            where = random.choice(("", f" WHERE m.user_id = {self.world.user}"))
            if table.parent is None:
                query = f"SELECT t.* FROM {name} t JOIN {MEMBERS} m ON m.tenant_id = t.tenant_id{where}"
            else:
                other = random.choice(("", f" WHERE p.tenant_id = {self.world.tenant}"))
                query = f"SELECT c.* FROM {name} c JOIN {table.parent} p ON p.id = c.parent_id{other}"
            self._view(f"j_{name}", table, query, options=False)
        if random.random() < 0.1:
            self.doors[f"m_{name}"] = name
            self.sql += [
                f"CREATE MATERIALIZED VIEW m_{name} AS SELECT * FROM {name}",
                f"GRANT SELECT ON m_{name} TO web",
            ]
        if random.random() < 0.25:
            self._function(table)

    def _view(self, view: str, table: _Table, query: str, *, options: bool) -> None:
        random = self.random
        self._reads(table, query)
        said = " WITH (security_invoker = true)" if random.random() < 0.5 else ""
        check = random.choice((" WITH LOCAL CHECK OPTION", " WITH CASCADED CHECK OPTION"))
        last = check if options and random.random() < 0.15 else ""
        self.sql.append(f"CREATE VIEW {view}{said} AS {query}{last}")
        owner = random.choice(("postgres", "staff", "boss"))
        if owner != "postgres":
            self.sql.append(f"ALTER VIEW {view} OWNER TO {owner}")
        what = random.choice(("SELECT", "SELECT, INSERT, UPDATE, DELETE"))
        self.sql.append(f"GRANT {what} ON {view} TO {', '.join(self.roles[:2])}")
        self.doors[view] = table.name

    def _function(self, table: _Table) -> None:
        random, name = self.random, table.name
        where = "" if table.parent else random.choice(("", f" WHERE tenant_id = {self.world.tenant}"))
        body = f"SELECT * FROM app.{name}{where}"
        language = random.choice(("sql", "plpgsql"))
        text = body if language == "sql" else f"BEGIN RETURN QUERY {body}; END"
        self.sql.append(
            f"CREATE FUNCTION f_{name}() RETURNS SETOF {name} LANGUAGE {language} STABLE SECURITY DEFINER"
            f" SET search_path = app, pg_temp AS $$ {text} $$"
        )
        if random.random() < 0.3:
            self.sql.append(f"REVOKE EXECUTE ON FUNCTION f_{name}() FROM PUBLIC")
        owner = random.choice(("postgres", "postgres", "staff"))
        if owner != "postgres":
            self.sql.append(f"ALTER FUNCTION f_{name}() OWNER TO {owner}")
        self.functions[f"f_{name}"] = name


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
