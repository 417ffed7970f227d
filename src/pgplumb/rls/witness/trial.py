"""One gate on many made-up rows in one made-up session: the question to the server, as SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.type_names import type_name
from pgplumb.catalog.unread import Unread
from pgplumb.rls.gates import sql_of
from pgplumb.rls.prover.gate import Gate
from pgplumb.rls.witness.candidates import Values, rows
from pgplumb.rls.witness.predicate import Predicate, quoted

Settings = Mapping[str, str | None]
"""A session: settings and what they are; None was never set."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one gate let through in one session."""

    passes: bool
    """Whether any row passes."""
    foreign: Mapping[str, str | None] | None
    """A row of another tenant that passes, by column; None where there is none."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A gate made ready to be tried."""

    gate: Gate
    relation: Relation
    predicate: Predicate
    tenant: str
    columns: tuple[Values, ...]
    identities: tuple[Predicate, ...]
    """Expressions of the session that are evaluated beside it."""
    checks: tuple[Predicate, ...]
    """CHECK constraints, which a row that is there or comes in holds to."""
    caller: str

    @property
    def harmless(self) -> bool:
        """Whether it may be evaluated unasked."""
        return self.predicate.harmless and self.predicate.readable

    def question(self, session: Settings, *, inlined: bool) -> str:
        """Return the statement. `inlined` puts the session's settings into the text; else they are set before."""

        def text(predicate: Predicate) -> str:
            return predicate.with_settings(session, self.caller) if inlined else predicate.text

        tenant = _name(self.tenant)
        own = [f"{tenant}::text IS DISTINCT FROM ({text(identity)})::text" for identity in self.identities]
        spoken = [value for value in session.values() if value]
        if spoken:
            own.append(
                f"NOT EXISTS (SELECT 1 FROM unnest(ARRAY[{', '.join(map(quoted, spoken))}]::text[]) AS own(value)"
                f" WHERE {tenant}::text <> '' AND strpos(own.value, {tenant}::text) > 0)"
            )
        passes = [f"({text(self.predicate)}) IS TRUE", *(f"({text(c)}) IS NOT FALSE" for c in self.checks)]
        names = [_name(v.column) for v in self.columns]
        made = ", ".join(f"v{n}.x::{v.type} AS {_name(v.column)}" for n, v in enumerate(self.columns))
        source = " CROSS JOIN ".join(f"unnest({_array(v)}) AS v{n}(x)" for n, v in enumerate(self.columns))
        return (
            "SELECT coalesce(bool_or(passes), false), (array_agg(to_jsonb(row_of)) FILTER (WHERE passes AND away))[1]"
            f" FROM (SELECT {' AND '.join(passes)} AS passes, {' AND '.join(own) or 'true'} AS away,"
            f" ARRAY[{', '.join(f'{name}::text' for name in names)}]::text[] AS row_of"
            f" FROM (SELECT {made} FROM {source}) AS {_name(self.relation.name)}) AS tried"
        )

    def seen(self, passes: bool, row: Sequence[str | None] | None) -> Seen:
        """Return the answer to the question."""
        return Seen(
            passes, None if row is None else dict(zip((v.column for v in self.columns), row, strict=True))
        )


def trial(catalog: Catalog, gate: Gate, tenant: str, identities: Sequence[str], caller: str) -> Trial | None:
    """Return a gate made ready; None where no row can be made up for it."""
    relation = catalog.relations[gate.relation]
    column = relation.column_named(tenant)
    if column is None or _bound_by_partition(catalog, relation):
        return None
    predicate = Predicate(sql_of(gate.permissive, gate.restrictive))
    checks = tuple(
        Predicate(c.expression)
        for c in relation.constraints
        if c.kind == "c" and isinstance(c.expression, str) and Predicate(c.expression).harmless
    )
    known = tuple(Predicate(text) for text in identities if not text.lstrip().startswith("members("))
    known = tuple(identity for identity in known if identity.harmless and identity.readable)
    used = set(predicate.names([c.name for c in relation.columns])) | {tenant}
    columns = [c for c in relation.columns if c.name in used]
    held = tuple(c for c in checks if set(c.names([x.name for x in relation.columns])) <= used)
    types = {c.name: _type(catalog, c) for c in columns}
    values = rows(catalog, columns, tenant, (predicate, *held), types)
    return Trial(gate, relation, predicate, tenant, values, known, held, caller)


def _bound_by_partition(catalog: Catalog, relation: Relation) -> bool:
    """Whether only some rows can stand in it, for a reason that is not evaluated here."""
    return relation.is_partition and not isinstance(relation.partition_bound, Unread)


def _type(catalog: Catalog, column: Column) -> str:
    return type_name(catalog.types, column.type_oid, column.typmod)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _array(values: Values) -> str:
    inside = ", ".join("NULL" if value is None else quoted(value) for value in values.values)
    return f"ARRAY[{inside or 'NULL'}]::text[]"
