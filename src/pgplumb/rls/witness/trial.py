"""One gate on many made-up rows in one made-up session: the question to the server, as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.rls.gates import sql_of
from pgplumb.rls.prover.gate import Gate
from pgplumb.rls.witness.candidates import Values, bounded, rows
from pgplumb.rls.witness.columns import Casts, can_be_made_up, cast_of, run_nothing
from pgplumb.rls.witness.predicate import Predicate
from pgplumb.rls.witness.whose import Whose
from pgplumb.sql.quote import quote_identifier, quote_literal

Settings = Mapping[str, str | None]
"""A session: settings and what they are; None was never set."""


Row = Mapping[str, str | None]
"""A made-up row, by column; None is NULL."""
Shared = tuple[str | None, ...]
"""What rows of several trials have in common, in the order of `Trial.shared`."""
Seen = Mapping[Shared, Row | None]
"""What one gate let through in one session: by what rows share, each with a row of another tenant; None without one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A gate made ready to be tried."""

    gate: Gate
    relation: Relation
    predicate: Predicate
    whose: Whose
    columns: tuple[Values, ...]
    identities: tuple[Predicate, ...]
    """Expressions of the session that are evaluated beside it."""
    called: tuple[Predicate, ...]
    """Those that call functions of users: evaluated where the predicate is too."""
    whole: bool
    """Whether these are all that say whose a session is, each as one value."""
    checks: tuple[Predicate, ...]
    """CHECK constraints, which a row that is there or comes in holds to."""
    caller: str
    runs_nothing: bool
    """Whether making up its columns calls no function of users."""
    own: tuple[str, ...] = ()
    """Tenants whose rows are the session's own, besides what the identities say."""
    shared: tuple[str, ...] = ()
    """Columns in which its row is the same as the row of the trial beside it."""

    @property
    def harmless(self) -> bool:
        """Whether it may be evaluated unasked."""
        return self.runs_nothing and all(p.harmless and p.readable for p in (self.predicate, *self.checks))

    def can_be(self, session: Settings) -> bool:
        """Whether it does not raise for want of a setting."""
        wanted = self.predicate.demanded.union(*(c.demanded for c in self.checks))
        return all(session.get(name) is not None for name in wanted)

    def question(self, session: Settings, *, inlined: bool) -> str:
        """Return the statement. `inlined` puts the session's settings into the text; else they are set before."""

        def text(predicate: Predicate) -> str:
            return predicate.with_settings(session, self.caller) if inlined else predicate.text

        tenant = self.whose.sql
        own = [
            f"({tenant} IS NULL OR {tenant}::text IS DISTINCT FROM ({i.with_settings(session, self.caller)})::text)"
            for i in self.identities
        ]
        if self.own:
            theirs = ", ".join(map(quote_literal, self.own))
            own.append(f"({tenant}::text = ANY (ARRAY[{theirs}]::text[])) IS NOT TRUE")
        spoken = [value for value in session.values() if value]
        if not inlined:
            own += [
                f"({tenant} IS NULL OR {tenant}::text IS DISTINCT FROM ({i.text})::text)" for i in self.called
            ]
        if self.whole and not (inlined and self.called):
            # What else a token says is not whose the session is.
            spoken = [value for value in spoken if not value.startswith("{")]
        if spoken:
            said = ", ".join(map(quote_literal, spoken))
            own.append(
                f"NOT EXISTS (SELECT 1 FROM unnest(ARRAY[{said}]::text[]) AS own(value)"
                f" WHERE {tenant}::text <> '' AND strpos(own.value, {tenant}::text) > 0)"
            )
        passes = [f"({text(self.predicate)}) IS TRUE", *(f"({text(c)}) IS NOT FALSE" for c in self.checks)]
        names = [quote_identifier(v.column) for v in self.columns]
        made = ", ".join(
            f"(v{n}.x::{v.type}) AS {quote_identifier(v.column)}" for n, v in enumerate(self.columns)
        )
        source = " CROSS JOIN ".join(f"unnest({_array(v)}) AS v{n}(x)" for n, v in enumerate(self.columns))
        return (
            "SELECT shared, (array_agg(to_jsonb(row_of)) FILTER (WHERE passes AND away))[1]"
            f" FROM (SELECT {' AND '.join(passes)} AS passes, {' AND '.join(own) or 'true'} AS away,"
            f" {_texts(names)} AS row_of, to_jsonb({_texts(map(quote_identifier, self.shared))}) AS shared"
            f" FROM (SELECT {made} FROM {source}) AS {quote_identifier(self.relation.name)}) AS tried"
            " GROUP BY shared HAVING bool_or(passes)"
        )

    def seen(self, answer: Iterable[tuple[Sequence[str | None], Sequence[str | None] | None]]) -> Seen:
        """Return the answer to the question."""
        names = [v.column for v in self.columns]
        return {
            tuple(shared): None if row is None else dict(zip(names, row, strict=True))
            for shared, row in answer
        }


def beside(trials: Sequence[Trial], fixed: frozenset[str]) -> tuple[Trial, ...]:
    """Return trials of the old and the new row of one statement, which are the same in columns that it cannot write."""
    if len(trials) < 2:
        return tuple(trials)
    values = [{v.column: v.values for v in t.columns} for t in trials]
    shared = tuple(name for name in values[0] if name in fixed and all(name in each for each in values))
    both = {name: tuple(dict.fromkeys(value for each in values for value in each[name])) for name in shared}
    return tuple(
        replace(
            t,
            shared=shared,
            columns=bounded(
                [replace(v, values=both.get(v.column, v.values)) for v in t.columns], t.whose.column
            ),
        )
        for t in trials
    )


def trial(
    catalog: Catalog,
    gate: Gate,
    whose: Whose,
    identities: Sequence[str],
    caller: str,
    casts: Casts,
    enums: frozenset[str],
    bodies: tuple[Predicate, ...] = (),
    bound: str = "true",
) -> Trial | None:
    """Return a gate made ready; None where no row can be made up for it, or where it would not say what a real one
    shows. `bound` is what every row of a partition holds to."""
    relation = catalog.relations[gate.relation]
    if relation.column_named(whose.column) is None:
        return None
    predicate = Predicate(sql_of(gate.permissive, gate.restrictive), enums)
    known = tuple(Predicate(text) for text in identities if " where " not in text)
    whole = len(known) == len(identities) and all(map(_one_value, known))
    called = tuple(i for i in known if i.readable and not i.harmless)
    known = tuple(identity for identity in known if identity.harmless and identity.readable)
    whole = whole and len(known) + len(called) == len(identities)
    # Of which parent a row is matters where the predicate asks for it.
    told = frozenset() if whose.keys == () else frozenset({whose.column})
    held = Predicate(bound, enums)
    names = frozenset((*predicate.names(_names(relation)), *held.names(_names(relation))))
    used, checks = _bound(relation, names | told, enums)
    if not told and whose.column in used:
        return None
    columns = [c for c in relation.columns if c.name in used]
    checks = (held, *checks) if checks is not None and bound != "true" else checks
    if checks is None or not can_be_made_up(columns) or not all(p.fair for p in (predicate, *checks)):
        return None
    types = {c.name: cast_of(catalog, c) for c in columns}
    values = rows(catalog, columns, whose, (predicate, *checks, *bodies), types)
    if not all(v.values for v in values):
        return None
    ready = run_nothing(catalog, columns, casts)
    return Trial(gate, relation, predicate, whose, values, known, called, whole, checks, caller, ready)


def _one_value(identity: Predicate) -> bool:
    """Whether an identity is one text, number or uuid, not a list of them."""
    return "->>" in identity.text or identity.text.strip().endswith("auth.uid()")


def _bound(
    relation: Relation, used: frozenset[str], enums: frozenset[str]
) -> tuple[frozenset[str], tuple[Predicate, ...] | None]:
    """Return the columns that are used and those that CHECK constraints tie to them, and these constraints; None
    for them where one was not read."""
    held: dict[int, Predicate] = {}
    grown = True
    while grown:
        grown = False
        for check in relation.constraints:
            if check.kind != "c" or not check.enforced or check.oid in held:
                continue
            if not isinstance(check.expression, str):
                return used, None
            predicate = Predicate(check.expression, enums)
            names = frozenset(predicate.names(_names(relation)))
            if names & used:
                held[check.oid] = predicate
                used |= names
                grown = True
    return used, tuple(held.values())


def _names(relation: Relation) -> tuple[str, ...]:
    return tuple(c.name for c in relation.columns)


def _texts(names: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(f'{name}::text' for name in names)}]::text[]"


def _array(values: Values) -> str:
    inside = ", ".join("NULL" if value is None else quote_literal(value) for value in values.values)
    return f"ARRAY[{inside or 'NULL'}]::text[]"
