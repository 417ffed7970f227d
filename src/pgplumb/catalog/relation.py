"""Records of a relation and of all that belongs to one: immutable, slotted, by oid as the server has them.

Sources: pg_class, pg_attribute, pg_constraint, pg_index, pg_policy, pg_trigger, pg_rewrite, pg_sequence
(https://www.postgresql.org/docs/current/catalogs.html). One-letter codes are the catalogs' own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from pgplumb.catalog.unread import Text
from pgplumb.foundation.names import dotted, object_id

KINDS = {
    "r": "table",
    "p": "table",
    "v": "view",
    "m": "matview",
    "f": "foreign_table",
    "S": "sequence",
    "i": "index",
    "I": "index",
}
"""pg_class.relkind to the kind in an object identifier."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a relation (pg_attribute); dropped ones are not kept."""

    number: int
    name: str
    type_oid: int
    typmod: int
    not_null: bool
    has_default: bool
    identity: str
    """'' none, 'a' always, 'd' by default."""
    generated: str
    """'' none, 's' stored, 'v' virtual."""
    collation: int
    statistics_target: int
    """-1 where the database's default holds."""
    acl: tuple[str, ...] | None
    """aclitems as text; None means no column grants."""
    default: Text | None = None
    """The default's or the generation's expression."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """One row of pg_constraint. Valid NOT NULL rows of PostgreSQL 18 are not kept: see `Column.not_null`."""

    oid: int
    name: str
    relation: int
    kind: str
    """c check, f foreign key, p primary key, u unique, x exclusion, t trigger, n not null (unvalidated)."""
    columns: tuple[int, ...]
    """Column numbers of `relation`, in the constraint's order; empty where there are none."""
    foreign_relation: int
    foreign_columns: tuple[int, ...]
    on_delete: str
    """a no action, r restrict, c cascade, n set null, d set default; ' ' where it is no foreign key."""
    on_update: str
    match: str
    """f full, p partial, s simple."""
    set_columns: tuple[int, ...]
    """ON DELETE SET NULL (columns), PostgreSQL 15 and later; empty means all."""
    validated: bool
    enforced: bool
    deferrable: bool
    deferred: bool
    index: int
    """The index that backs a p, u or x constraint, or the one that a foreign key refers to."""
    parent: int
    """The constraint of the partitioned parent, 0 without one."""
    is_local: bool
    no_inherit: bool
    expression: Text | None = None
    """A check's condition, without the word CHECK."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """One index (pg_index with its pg_class row)."""

    oid: int
    name: str
    relation: int
    method: str
    """The access method's name: btree, hash, gin, gist, spgist, brin, ..."""
    is_unique: bool
    is_primary: bool
    is_exclusion: bool
    is_valid: bool
    is_ready: bool
    is_live: bool
    is_replica_identity: bool
    is_clustered: bool
    nulls_not_distinct: bool
    key_count: int
    """How many of `columns` are key columns; the rest are INCLUDE columns."""
    columns: tuple[int, ...]
    """Column numbers in index order; 0 stands for an expression."""
    opclasses: tuple[int, ...]
    collations: tuple[int, ...]
    options: tuple[int, ...]
    """Per key column: bit 0 DESC, bit 1 NULLS FIRST."""
    has_predicate: bool
    has_expressions: bool
    pages: int
    tuples: float
    is_partitioned: bool
    """relkind I: the index of a partitioned table."""
    parent: int
    """The index of the partitioned parent that this one is attached to, 0 without one."""
    tablespace: int
    storage_options: tuple[str, ...]
    predicate: Text | None = None
    expressions: Text | None = None
    """All expression columns, as `pg_get_expr(indexprs)` prints the list."""
    comment: str | None = None

    @property
    def key_columns(self) -> tuple[int, ...]:
        """Column numbers of the key, without INCLUDE columns; 0 stands for an expression."""
        return self.columns[: self.key_count]

    @property
    def included(self) -> tuple[int, ...]:
        """Column numbers of INCLUDE."""
        return self.columns[self.key_count :]

    @property
    def enforces(self) -> bool:
        """Whether it backs a rule about the data, so that it can never be called redundant or unused."""
        return self.is_unique or self.is_primary or self.is_exclusion


@dataclass(frozen=True, slots=True)
class Policy:
    """One row-level security policy (pg_policy)."""

    oid: int
    name: str
    relation: int
    command: str
    """r SELECT, a INSERT, w UPDATE, d DELETE, * ALL."""
    permissive: bool
    roles: tuple[int, ...]
    """Role oids; 0 is PUBLIC."""
    has_using: bool
    has_check: bool
    using: Text | None = None
    check: Text | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger. Internal ones are kept only where they are disabled."""

    oid: int
    name: str
    relation: int
    function: int
    enabled: str
    """O origin, D disabled, R replica, A always."""
    type_bits: int
    """pg_trigger.tgtype."""
    internal: bool
    constraint: int
    parent: int
    has_condition: bool
    columns: tuple[int, ...] = ()
    comment: str | None = None

    @property
    def timing(self) -> str:
        """BEFORE, AFTER or INSTEAD OF."""
        return "INSTEAD OF" if self.type_bits & 64 else "BEFORE" if self.type_bits & 2 else "AFTER"

    @property
    def for_each_row(self) -> bool:
        """FOR EACH ROW, else FOR EACH STATEMENT."""
        return bool(self.type_bits & 1)

    @property
    def events(self) -> tuple[str, ...]:
        """Of INSERT, DELETE, UPDATE, TRUNCATE."""
        names = ((4, "INSERT"), (8, "DELETE"), (16, "UPDATE"), (32, "TRUNCATE"))
        return tuple(name for bit, name in names if self.type_bits & bit)


@dataclass(frozen=True, slots=True)
class RewriteRule:
    """A rule made by CREATE RULE; the `_RETURN` rules of views are not kept."""

    oid: int
    name: str
    relation: int
    event: str
    """1 SELECT, 2 UPDATE, 3 INSERT, 4 DELETE."""
    instead: bool
    enabled: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """What pg_sequence says of a sequence; its last value is a statistic."""

    type_oid: int
    start: int
    minimum: int
    maximum: int
    increment: int
    cycle: bool
    cache: int
    owner_relation: int
    """The table whose column owns it, 0 without one."""
    owner_column: int
    internal: bool
    """Whether it belongs to an identity column."""


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """How a partitioned table is divided (pg_partitioned_table)."""

    strategy: str
    """r range, l list, h hash."""
    columns: tuple[int, ...]
    """Column numbers; 0 stands for an expression."""
    default_partition: int


class Parts(Protocol):
    """Gives the parts of relations by oid, decoding them when asked."""

    def columns(self, relation: int, /) -> tuple[Column, ...]:
        """Columns in order of their number."""
        ...

    def constraints(self, relation: int, /) -> tuple[Constraint, ...]:
        """Constraints by name."""
        ...

    def indexes(self, relation: int, /) -> tuple[Index, ...]:
        """Indexes by name."""
        ...

    def policies(self, relation: int, /) -> tuple[Policy, ...]:
        """Policies by name."""
        ...

    def triggers(self, relation: int, /) -> tuple[Trigger, ...]:
        """Triggers by name."""
        ...

    def rules(self, relation: int, /) -> tuple[RewriteRule, ...]:
        """Rewrite rules by name."""
        ...


class NoParts:
    """The parts of a relation that has none, or of which none are known."""

    def columns(self, relation: int, /) -> tuple[Column, ...]:
        """No columns."""
        return ()

    def constraints(self, relation: int, /) -> tuple[Constraint, ...]:
        """No constraints."""
        return ()

    def indexes(self, relation: int, /) -> tuple[Index, ...]:
        """No indexes."""
        return ()

    def policies(self, relation: int, /) -> tuple[Policy, ...]:
        """No policies."""
        return ()

    def triggers(self, relation: int, /) -> tuple[Trigger, ...]:
        """No triggers."""
        return ()

    def rules(self, relation: int, /) -> tuple[RewriteRule, ...]:
        """No rules."""
        return ()


NO_PARTS = NoParts()


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A table, partitioned table, view, materialized view, foreign table or sequence with all its parts.

    The parts are decoded on first use. Two records of one relation are the same object exactly as long as
    nothing about it was read again: identity is what the incremental checks compare.
    """

    oid: int
    schema: str
    name: str
    kind: str
    """pg_class.relkind: r, p, v, m, f, S."""
    owner: int
    persistence: str
    """p permanent, u unlogged, t temporary."""
    pages: int
    """pg_class.relpages: an estimate from the last VACUUM or ANALYZE."""
    tuples: float
    """pg_class.reltuples; -1 means never analysed."""
    all_visible: int
    row_security: bool
    force_row_security: bool
    is_partition: bool
    parents: tuple[int, ...]
    """Inheritance parents, or the one partitioned table that it is a partition of."""
    replica_identity: str
    """d default, n nothing, f full, i index."""
    options: tuple[str, ...]
    """reloptions: "fillfactor=90"."""
    acl: tuple[str, ...] | None
    """aclitems as text; None means the owner's default privileges alone."""
    access_method: str
    tablespace: int
    attribute_count: int
    """pg_class.relnatts: dropped columns count."""
    toast: int
    frozen_age: int
    """Transactions since relfrozenxid; 0 where there is none."""
    multixact_age: int
    extension: str | None
    """The extension that owns it."""
    comment: str | None
    depends_on: tuple[int, ...]
    """For views: relations that its query reads."""
    partition_key: PartitionKey | None
    partition_bound: Text | None
    """FOR VALUES ..., as the server prints it; None where it is no partition."""
    sequence: Sequence | None
    foreign_server: str | None
    _parts: Parts = NO_PARTS
    """Where columns and the rest come from."""
    _columns: tuple[Column, ...] | None = None
    _constraints: tuple[Constraint, ...] | None = None
    _indexes: tuple[Index, ...] | None = None
    _policies: tuple[Policy, ...] | None = None
    _triggers: tuple[Trigger, ...] | None = None
    _rules: tuple[RewriteRule, ...] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns in order of their number."""
        found = self._columns
        if found is None:
            found = self._parts.columns(self.oid)
            object.__setattr__(self, "_columns", found)
        return found

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """Constraints by name."""
        found = self._constraints
        if found is None:
            found = self._parts.constraints(self.oid)
            object.__setattr__(self, "_constraints", found)
        return found

    @property
    def indexes(self) -> tuple[Index, ...]:
        """Indexes by name."""
        found = self._indexes
        if found is None:
            found = self._parts.indexes(self.oid)
            object.__setattr__(self, "_indexes", found)
        return found

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Policies by name."""
        found = self._policies
        if found is None:
            found = self._parts.policies(self.oid)
            object.__setattr__(self, "_policies", found)
        return found

    def with_policies(self, policies: tuple[Policy, ...]) -> Relation:
        """Return the relation as it would be with other policies."""
        return replace(self, _policies=policies)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Triggers by name."""
        found = self._triggers
        if found is None:
            found = self._parts.triggers(self.oid)
            object.__setattr__(self, "_triggers", found)
        return found

    @property
    def rules(self) -> tuple[RewriteRule, ...]:
        """Rewrite rules by name."""
        found = self._rules
        if found is None:
            found = self._parts.rules(self.oid)
            object.__setattr__(self, "_rules", found)
        return found

    def let_go(self) -> None:
        """Hold on to no reading any more: for a record whose parts are all decoded."""
        object.__setattr__(self, "_parts", NO_PARTS)

    @property
    def qualified(self) -> str:
        """`schema.name`, quoted where needed."""
        return dotted(self.schema, self.name)

    @property
    def id(self) -> str:
        """The object identifier: `table:public.orders`."""
        return object_id(KINDS[self.kind], self.schema, self.name)

    @property
    def is_table(self) -> bool:
        """An ordinary or partitioned table."""
        return self.kind in "rp"

    @property
    def primary_key(self) -> Constraint | None:
        """The primary key, if it has one."""
        return next((c for c in self.constraints if c.kind == "p"), None)

    @property
    def foreign_keys(self) -> Iterator[Constraint]:
        """The foreign keys that this table declares."""
        return (c for c in self.constraints if c.kind == "f")

    def column(self, number: int) -> Column | None:
        """Return the column with a number; None for expressions (0), system columns and unknown ones."""
        columns = self.columns
        # Without dropped columns before it, column n is the nth.
        if 0 < number <= len(columns) and columns[number - 1].number == number:
            return columns[number - 1]
        return next((c for c in columns if c.number == number), None)

    def column_named(self, name: str) -> Column | None:
        """Return the column with a name."""
        return next((c for c in self.columns if c.name == name), None)

    def column_names(self, numbers: tuple[int, ...]) -> tuple[str, ...]:
        """Return the names of columns; an expression reads "(expression)"."""
        found = (self.column(n) for n in numbers)
        return tuple("(expression)" if c is None else c.name for c in found)

    def column_id(self, column: Column) -> str:
        """`column:public.orders.total`."""
        return object_id("column", self.schema, self.name, column.name)

    def constraint_id(self, constraint: Constraint) -> str:
        """`fk:public.orders.name` for foreign keys, `constraint:...` for every other."""
        kind = "fk" if constraint.kind == "f" else "constraint"
        return object_id(kind, self.schema, self.name, constraint.name)

    def index_id(self, index: Index) -> str:
        """`index:public.orders_pkey`: an index lives in its table's schema."""
        return object_id("index", self.schema, index.name)

    def policy_id(self, policy: Policy) -> str:
        """`policy:public.orders.name`."""
        return object_id("policy", self.schema, self.name, policy.name)

    def trigger_id(self, trigger: Trigger) -> str:
        """`trigger:public.orders.name`."""
        return object_id("trigger", self.schema, self.name, trigger.name)

    def option(self, name: str) -> str | None:
        """Return a storage option's value (reloptions), or None where it is not set."""
        prefix = name + "="
        return next((o[len(prefix) :] for o in self.options if o.startswith(prefix)), None)
