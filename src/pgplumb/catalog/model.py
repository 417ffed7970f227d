"""The catalog as one immutable value: what the server's system catalogs say at one moment.

Shapes follow the system catalogs; mappings are keyed by oid. A new reading shares every record that did not
change with the one before, by identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pgplumb.catalog.relation import Constraint, Index, Relation
from pgplumb.catalog.unread import NOT_YET, Unread
from pgplumb.foundation.names import function_id, object_id


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema (pg_namespace)."""

    oid: int
    name: str
    owner: int
    acl: tuple[str, ...] | None
    extension: str | None = None
    comment: str | None = None

    @property
    def id(self) -> str:
        """`schema:public`."""
        return object_id("schema", self.name)


@dataclass(frozen=True, slots=True)
class Role:
    """A role (pg_roles: readable by everyone)."""

    oid: int
    name: str
    superuser: bool
    inherit: bool
    createrole: bool
    createdb: bool
    can_login: bool
    replication: bool
    bypass_rls: bool
    connection_limit: int
    """-1 without a limit."""
    valid_until: str | None
    comment: str | None = None

    @property
    def id(self) -> str:
        """`role:app`."""
        return object_id("role", self.name)

    @property
    def predefined(self) -> bool:
        """One of PostgreSQL's own roles (pg_monitor, ...)."""
        return self.name.startswith("pg_")


@dataclass(frozen=True, slots=True)
class Membership:
    """`member` has been granted `role` (pg_auth_members)."""

    role: int
    member: int
    admin: bool
    inherit: bool
    """The grant's own option on 16 and later, else the member's INHERIT attribute."""
    set_role: bool


@dataclass(frozen=True, slots=True)
class Type:
    """A type, domain, enum, range or composite (pg_type); rowtypes of relations are left out."""

    oid: int
    schema: str
    name: str
    kind: str
    """pg_type.typtype: b base, c composite, d domain, e enum, p pseudo, r range, m multirange."""
    category: str
    base: int
    """A domain's base type, else 0."""
    element: int
    """An array's element type, else 0."""
    typmod: int
    length: int
    align: str
    not_null: bool
    owner: int
    extension: str | None = None
    labels: tuple[str, ...] = ()
    """An enum's labels in order."""
    has_checks: bool = False
    """Whether a domain has CHECK constraints."""
    comment: str | None = None

    @property
    def id(self) -> str:
        """`type:public.status`."""
        return object_id("type", self.schema, self.name)


@dataclass(frozen=True, slots=True)
class DynamicBody:
    """The text of a function that says EXECUTE."""

    arguments: tuple[str, ...]
    """Their names in order, '' for one without."""
    text: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function, procedure, aggregate or window function (pg_proc)."""

    oid: int
    schema: str
    name: str
    arguments: tuple[int, ...]
    argument_types: tuple[str, ...]
    """typnames of the arguments."""
    kind: str
    """f function, p procedure, a aggregate, w window."""
    language: str
    language_trusted: bool
    owner: int
    security_definer: bool
    volatility: str
    """i immutable, s stable, v volatile."""
    leakproof: bool
    parallel: str
    returns: int
    returns_set: bool
    config: tuple[str, ...]
    """SET clauses: "search_path=''"."""
    acl: tuple[str, ...] | None
    """None means the default: EXECUTE for PUBLIC."""
    sql_body: bool
    """Whether the body is BEGIN ATOMIC (PostgreSQL 14 and later)."""
    extension: str | None = None
    comment: str | None = None
    dynamic: DynamicBody | None = None
    """Of functions in plpgsql that say EXECUTE: what they run may be built while they run."""

    @property
    def id(self) -> str:
        """`function:public.f(int4,text)`."""
        return function_id(self.schema, self.name, self.argument_types)


@dataclass(frozen=True, slots=True)
class Extension:
    """An installed extension."""

    oid: int
    name: str
    schema: str
    version: str
    default_version: str | None
    """What ALTER EXTENSION UPDATE would install; None where the server's files lack it."""
    relocatable: bool
    owner: int
    comment: str | None = None

    @property
    def id(self) -> str:
        """`extension:pg_trgm`."""
        return object_id("extension", self.name)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of pg_settings."""

    name: str
    value: str | None
    """In `unit`; None where the role may not see it."""
    unit: str | None
    source: str
    boot_value: str | None
    reset_value: str | None
    pending_restart: bool
    context: str

    @property
    def id(self) -> str:
        """`setting:work_mem`."""
        return object_id("setting", self.name)


@dataclass(frozen=True, slots=True)
class SettingOverride:
    """ALTER ROLE ... [IN DATABASE ...] SET or ALTER DATABASE ... SET (pg_db_role_setting)."""

    database: int
    """0 for every database."""
    role: int
    """0 for every role."""
    settings: tuple[str, ...]
    """"name=value"."""


@dataclass(frozen=True, slots=True)
class DefaultPrivilege:
    """ALTER DEFAULT PRIVILEGES (pg_default_acl)."""

    role: int
    schema: int
    """0 for every schema."""
    kind: str
    """r relation, S sequence, f function, T type, n schema."""
    acl: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatisticsObject:
    """CREATE STATISTICS (pg_statistic_ext)."""

    oid: int
    schema: str
    name: str
    relation: int
    columns: tuple[int, ...]
    kinds: tuple[str, ...]
    owner: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication and the tables it publishes."""

    oid: int
    name: str
    owner: int
    all_tables: bool
    inserts: bool
    updates: bool
    deletes: bool
    truncates: bool
    relations: tuple[int, ...] = ()
    schemas: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """`publication:p`."""
        return object_id("publication", self.name)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of this database (pg_subscription; readable columns alone)."""

    oid: int
    name: str
    owner: int
    enabled: bool


@dataclass(frozen=True, slots=True)
class Opclass:
    """An operator class: its method, name and whether it is the default of its type."""

    oid: int
    method: str
    schema: str
    name: str
    input_type: int
    default: bool


@dataclass(frozen=True, slots=True)
class Collation:
    """A collation and the version it was made with."""

    oid: int
    schema: str
    name: str
    provider: str
    deterministic: bool
    version: str | None
    actual_version: str | None


@dataclass(frozen=True, slots=True)
class Database:
    """The database that was read (pg_database)."""

    oid: int
    name: str
    owner: int
    encoding: str
    collate: str
    ctype: str
    connection_limit: int
    acl: tuple[str, ...] | None
    frozen_age: int
    multixact_age: int
    collation_version: str | None
    """What the database was created with; None where the server does not record it (before 15)."""
    actual_collation_version: str | None
    comment: str | None = None

    @property
    def id(self) -> str:
        """`database:shop`."""
        return object_id("database", self.name)


def name_order(relation: Relation) -> tuple[str, str]:
    """Sort relations by schema and name."""
    return relation.schema, relation.name


def key_order(pair: tuple[Relation, Constraint]) -> tuple[str, str, str]:
    """Sort foreign keys by their table, then by name."""
    return pair[0].schema, pair[0].name, pair[1].name


def is_rules_table(relation: Relation) -> bool:
    """Whether it is a table as rules speak of them: no partition, no extension's, no temporary one."""
    return (
        relation.kind in "rp"
        and not relation.is_partition
        and relation.extension is None
        and relation.persistence != "t"
    )


def is_exposed(relation: Relation) -> bool:
    """Whether somebody may query it: partitions and views too, but nothing of an extension."""
    return relation.kind != "S" and relation.extension is None and relation.persistence != "t"


@dataclass(frozen=True)
class Catalog:
    """Everything that was read, by oid. Not slotted: it keeps a few derived look-ups."""

    read_at: datetime
    server_version: int
    """server_version_num: 180006."""
    server_version_text: str
    database: Database
    current_role: int
    """The role that read it."""
    is_standby: bool
    schemas: Mapping[int, Schema] = field(default_factory=dict)
    roles: Mapping[int, Role] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    relations: Mapping[int, Relation] = field(default_factory=dict)
    """Tables, partitions, views, materialized views, foreign tables and sequences made by users."""
    functions: Mapping[int, Function] = field(default_factory=dict)
    types: Mapping[int, Type] = field(default_factory=dict)
    """Built-in types included: columns refer to them."""
    extensions: Mapping[int, Extension] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    setting_overrides: tuple[SettingOverride, ...] = ()
    default_privileges: tuple[DefaultPrivilege, ...] = ()
    statistics_objects: tuple[StatisticsObject, ...] = ()
    publications: Mapping[int, Publication] = field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] | Unread = ()
    opclasses: Mapping[int, Opclass] = field(default_factory=dict)
    collations: Mapping[int, Collation] = field(default_factory=dict)
    reserved_words: frozenset[str] = frozenset()
    """pg_get_keywords() of catcode R and T: names that need quotes everywhere."""
    expressions: Unread | None = NOT_YET
    """Why deparsed expressions are missing as a whole; None once they were read."""
    hidden: Mapping[str, Unread] = field(default_factory=dict)
    """Groups of `catalog/queries` that the role may not read, by name, with the reason: here they stand empty."""

    @cached_property
    def tables(self) -> tuple[Relation, ...]:
        """Tables as rules speak of them, by name: no partitions, none that an extension owns."""
        return tuple(sorted(filter(is_rules_table, self.relations.values()), key=name_order))

    @cached_property
    def exposed(self) -> tuple[Relation, ...]:
        """Every relation that somebody may query, by name: partitions and views too, but nothing of an extension."""
        return tuple(sorted(filter(is_exposed, self.relations.values()), key=name_order))

    @cached_property
    def referencing(self) -> Mapping[int, tuple[tuple[Relation, Constraint], ...]]:
        """For each referenced relation, the foreign keys that point at it with their tables, by name."""
        found: dict[int, list[tuple[Relation, Constraint]]] = {}
        for relation in self.relations.values():
            if relation.kind in "rp":
                for key in relation.foreign_keys:
                    found.setdefault(key.foreign_relation, []).append((relation, key))
        return {oid: tuple(sorted(keys, key=key_order)) for oid, keys in found.items()}

    @cached_property
    def children(self) -> Mapping[int, tuple[Relation, ...]]:
        """Partitions and inheritance children of each relation, by name."""
        found: dict[int, list[Relation]] = {}
        for relation in self.relations.values():
            for parent in relation.parents:
                found.setdefault(parent, []).append(relation)
        return {o: tuple(sorted(c, key=name_order)) for o, c in found.items()}

    @cached_property
    def dependents(self) -> Mapping[int, tuple[Relation, ...]]:
        """Views and materialized views that read each relation, by name."""
        found: dict[int, list[Relation]] = {}
        for relation in self.relations.values():
            for used in relation.depends_on:
                found.setdefault(used, []).append(relation)
        return {o: tuple(sorted(c, key=name_order)) for o, c in found.items()}

    @cached_property
    def owned_sequences(self) -> Mapping[int, tuple[Relation, ...]]:
        """Sequences that belong to columns of each table, by name."""
        found: dict[int, list[Relation]] = {}
        for relation in self.relations.values():
            if relation.sequence is not None and relation.sequence.owner_relation:
                found.setdefault(relation.sequence.owner_relation, []).append(relation)
        return {o: tuple(sorted(c, key=name_order)) for o, c in found.items()}

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], Relation]:
        """Relations by schema and name."""
        return {(r.schema, r.name): r for r in self.relations.values()}

    @cached_property
    def indexes(self) -> Mapping[tuple[str, str], tuple[Relation, Index]]:
        """Every index with its relation, by schema and name."""
        return {(r.schema, i.name): (r, i) for r in self.relations.values() for i in r.indexes}

    @cached_property
    def derived(self) -> dict[object, object]:
        """What rooms above worked out from this catalog: see `pgplumb.catalog.derived`."""
        return {}

    def root(self, relation: Relation) -> Relation:
        """Return the topmost partitioned table above a partition, or the relation itself."""
        while relation.is_partition and relation.parents and relation.parents[0] in self.relations:
            relation = self.relations[relation.parents[0]]
        return relation

    def role_name(self, oid: int) -> str:
        """Return a role's name; PUBLIC for 0, the oid where the role is gone."""
        if oid == 0:
            return "PUBLIC"
        role = self.roles.get(oid)
        return role.name if role else str(oid)

    def setting(self, name: str) -> str | None:
        """Return a setting's value in its unit, or None where the server lacks or hides it."""
        found = self.settings.get(name)
        return found.value if found else None

    def user_functions(self) -> Iterator[Function]:
        """Functions that no extension owns, by name."""
        ordered = sorted(self.functions.values(), key=lambda f: (f.schema, f.name, f.argument_types))
        return (f for f in ordered if f.extension is None)
