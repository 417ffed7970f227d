"""Cells of tables, partitions, children and foreign tables named directly."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pgplumb.catalog.model import Role
from pgplumb.catalog.relation import KINDS, Relation
from pgplumb.foundation.names import part
from pgplumb.rls.access import AccessMatrix, Binding
from pgplumb.rls.columns_read import column_it_may_not_read
from pgplumb.rls.draft import Draft
from pgplumb.rls.filled import default_of
from pgplumb.rls.gatekeeper import Gatekeeper
from pgplumb.rls.guards import left_alone, rule_over, sets_before, trigger_over
from pgplumb.rls.prover.gate import Clause
from pgplumb.rls.surface import Surface
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.verdict import Verdict
from pgplumb.sql.quote import quote_identifier

NO_TENANT = "no tenant column"


@dataclass(frozen=True, slots=True)
class TableJudge:
    """Drafts of one matrix."""

    matrix: AccessMatrix
    surface: Surface
    tenants: TenantMap
    keeper: Gatekeeper
    assumed: tuple[str, ...] = ()

    def table(self, relation: Relation, role: Role, command: str) -> Draft:
        """Return the draft of one cell."""
        holding = self.matrix.holding(relation.oid, role.oid, command)
        draft = Draft(
            relation.qualified,
            KINDS[relation.kind],
            role.name,
            command,
            relation.oid,
            (holding.reason,),
            writes=relation.oid if command in ("INSERT", "UPDATE") else None,
        )
        if holding.allowed is None:
            return replace(draft, verdict=Verdict.UNPROVED)
        if not holding.allowed:
            return replace(draft, verdict=Verdict.DENIED)
        binding = self.matrix.binding(relation, role.oid, command)
        return self.bound(draft, relation, role.oid, command, binding, holding.columns_only)

    def bound(
        self,
        draft: Draft,
        relation: Relation,
        role: int,
        command: str,
        binding: Binding,
        columns_only: bool,
        caller: int = 0,
        narrow: tuple[Clause, ...] = (),
        narrow_check: tuple[Clause, ...] = (),
        fixed: frozenset[str] = frozenset(),
    ) -> Draft:
        """Return a draft with the verdict of a statement that is allowed: `draft` says what is known before.

        `narrow` and `narrow_check` are a view's demands of rows that are there and of new ones; `fixed` are
        columns that an UPDATE cannot write, whatever the privileges.
        """
        reasons = (*draft.reasons, *binding.reasons)
        policies = tuple(p.name for p in (*binding.permissive, *binding.restrictive))
        bypassed = binding.bypass is not None
        draft = replace(draft, reasons=reasons, policies=policies, unbound=bypassed)
        path = self.tenants.path_of.get(relation.oid)
        if not bypassed and not binding.permissive:
            return replace(draft, verdict=Verdict.DENIED)
        if path is None:
            why = (NO_TENANT, *reasons)
            unproved = replace(draft, verdict=Verdict.UNPROVED, reasons=why)
            return self._with_predicates(unproved, command, binding)
        if command == "TRUNCATE":
            return replace(draft, verdict=Verdict.OPEN)
        rule = rule_over(relation, command)
        if rule is not None:
            return replace(draft, verdict=Verdict.UNPROVED, reasons=(*reasons, f"not proved: {rule}"))
        column = path.first
        asked = "" if bypassed else self.keeper.composed(command, binding).get("check", "")
        asked = " ".join((asked, *(clause.expression for clause in narrow_check)))
        touched = {c.name for c in relation.columns if relation.triggers and _named(c.name, asked)}
        doubt = trigger_over(relation, command, frozenset({column, *touched}), self.surface)
        if columns_only:
            fixed |= self._not_writable(relation, role, command)
        if fixed and command == "UPDATE":
            fixed = left_alone(relation, command, fixed, self.surface)
        if fixed and command == "INSERT":
            lacking, left_out = self._left_out(relation, fixed)
            if lacking is not None:
                return replace(draft, verdict=Verdict.DENIED, reasons=(*reasons, lacking))
            narrow_check += tuple(
                known for name, known in left_out.items() if name == column or _named(name, asked)
            )
            told = column in left_out
            doubt = doubt or self._needing(relation, fixed)
            if column in fixed and not told:
                doubt = (
                    doubt
                    or f"the tenant of a new row is the default of {column}, which the statement leaves out"
                )
        stays = command == "UPDATE" and column in fixed
        open_anyway = bypassed and not (narrow or narrow_check or stays)
        if open_anyway and doubt is None:
            return replace(draft, verdict=Verdict.OPEN)
        passed = self.keeper.passed(
            relation,
            role,
            command,
            binding,
            caller,
            narrow,
            narrow_check,
            fixed if command == "UPDATE" else frozenset(),
        )
        if passed.fails is not None:
            return replace(
                draft,
                verdict=Verdict.DENIED,
                reasons=(*reasons, passed.fails),
                using=passed.using,
                check=passed.check,
                fails=True,
            )
        clauses = (c for g in passed.part.gates for c in (*g.gate.permissive, *g.gate.restrictive))
        lacks = column_it_may_not_read(self.matrix, self.surface, role, (c.expression for c in clauses))
        return replace(
            draft,
            parts=(passed.part,),
            doubt=f"not proved: {doubt}" if doubt else None,
            may_fail=passed.may_fail or lacks,
            using=None if bypassed and not narrow else passed.using,
            check=None if bypassed and not narrow_check else passed.check,
            assumptions=self.assumed if not bypassed else (),
            unbounded=sets_before(relation, command, self.surface, self.keeper.world),
        )

    def _not_writable(self, relation: Relation, role: int, command: str) -> frozenset[str]:
        """Return the columns that a role may not write which holds its privilege on some columns only."""
        return frozenset(
            column.name
            for column in relation.columns
            if not self.surface.may_write(relation.oid, role, column.name, command)
        )

    def _needing(self, relation: Relation, left: frozenset[str]) -> str | None:
        """Say which column that a new row needs, and that is left out, only a trigger could fill."""
        for column in relation.columns:
            filled = column.has_default or column.identity or column.generated
            if column.name in left and column.not_null and not filled:
                return f"a new row needs {relation.qualified}.{part(column.name)}, which only a trigger could fill"
        return None

    def _left_out(self, relation: Relation, left: frozenset[str]) -> tuple[str | None, dict[str, Clause]]:
        """Return why no row can come in without some columns, and what is known of them in one that does."""
        left = frozenset().union(
            *(left_alone(relation, "INSERT", frozenset({name}), self.surface) for name in left)
        )
        found: dict[str, Clause] = {}
        for column in relation.columns:
            type_ = self.matrix.catalog.types.get(column.type_oid)
            if column.identity or column.generated or type_ is None or type_.kind == "d":
                continue
            if column.name not in left:
                continue
            if column.has_default:
                value = default_of(column, self.tenants.identities)
                if value is not None:
                    same = f"(NOT (({value}) IS DISTINCT FROM {quote_identifier(column.name)}))"
                    found[column.name] = Clause("", same)
                continue
            if column.not_null:
                name = f"{relation.qualified}.{part(column.name)}"
                return f"a new row needs {name}, which the statement leaves out: it fails", {}
            found[column.name] = Clause("", f"({quote_identifier(column.name)} IS NULL)")
        return None, found

    def _with_predicates(self, draft: Draft, command: str, binding: Binding) -> Draft:
        """Add the effective predicates of a cell that is not proved."""
        if binding.bypass is not None or command == "TRUNCATE":
            return draft
        found = self.keeper.composed(command, binding)
        return replace(draft, using=found.get("using"), check=found.get("check"))


def _named(column: str, text: str) -> bool:
    """Whether an expression may speak of a column."""
    return re.search(rf"(?<!\w){re.escape(quote_identifier(column))}(?!\w)", text) is not None
