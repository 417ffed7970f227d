"""Makes gates ready to be tried: which functions they call, whose their rows are, what a partition holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Relation
from pgplumb.rls.draft import Part
from pgplumb.rls.prover.gate import Gate
from pgplumb.rls.tenant_map import TenantPath
from pgplumb.rls.witness.asking import LOCK_MS, TIMEOUT_MS
from pgplumb.rls.witness.columns import Casts, harmless_enums
from pgplumb.rls.witness.predicate import Predicate
from pgplumb.rls.witness.trial import Trial, beside, trial
from pgplumb.rls.witness.whose import Whose, keys_of
from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.rls.judgement import Judgement
    from pgplumb.server.session import Session

MOST_BODIES = 30
"""How many bodies of functions one gate's values are taken from."""
_CALL = re.compile(r"(?:(\w+)\s*\.\s*)?(\w+)\s*\(")
_BOUND = query_file("pgplumb.rls", "partition_constraint")


@dataclass(slots=True)
class Maker:
    """What is known beside the gates; what was asked once is kept."""

    session: Session
    judgement: Judgement
    asked: bool
    """Whether tables may be read: keys of parents."""
    casts: Casts
    enums: frozenset[str] = frozenset()
    """Types of users whose input runs nothing."""
    _whose: dict[TenantPath, Whose] = field(default_factory=dict)
    _bounds: dict[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.enums = harmless_enums(self.judgement.matrix.catalog, self.casts)

    def trials(self, part: Part) -> tuple[Trial, ...] | None:
        """Return the gates of one statement; None where one of them cannot be tried."""
        made = []
        for proved in part.gates:
            gate = proved.gate
            if gate.relation not in self.judgement.tenants.path_of:
                return None
            ready = self.trial(gate, self.judgement.tenants.identities)
            if ready is None or (gate.caller not in (0, gate.role) and not ready.harmless):
                return None
            made.append(ready)
        return beside(made, part.fixed)

    def trial(self, gate: Gate, identities: Sequence[str]) -> Trial | None:
        """Return one gate; None where no row can be made up for it."""
        catalog = self.judgement.matrix.catalog
        relation = catalog.relations[gate.relation]
        bound = self._bound(relation) if relation.is_partition else "true"
        if bound is None:
            return None
        caller = catalog.role_name(gate.caller or gate.role)
        whose = self.whose(self.judgement.tenants.path_of[gate.relation])
        return trial(
            catalog, gate, whose, identities, caller, self.casts, self.enums, self.bodies(gate), bound
        )

    def bodies(self, gate: Gate) -> tuple[Predicate, ...]:
        """Return the bodies of functions of users that a gate calls, and that they call."""
        waiting = [clause.expression for clause in (*gate.permissive, *gate.restrictive)]
        by_name = self.judgement.surface.by_name
        found: dict[str, None] = {}
        while waiting and len(found) < MOST_BODIES:
            text = waiting.pop()
            for schema, name in _CALL.findall(text):
                named = [
                    f for key, fs in by_name.items() if key[1] == name and schema in ("", key[0]) for f in fs
                ]
                for facts in named:
                    if facts.body is not None and facts.body not in found:
                        found[facts.body] = None
                        waiting.append(facts.body)
        return tuple(map(Predicate, found))

    def whose(self, path: TenantPath) -> Whose:
        """Return how a row says its tenant: parents that are there are read where reading tables was asked for."""
        if path not in self._whose:
            keys = keys_of(self.session, self.judgement.matrix.catalog, path) if self.asked else ()
            self._whose[path] = Whose(path.first, keys if path.hops else None)
        return self._whose[path]

    def _bound(self, relation: Relation) -> str | None:
        """Return what every row of a partition holds to; None where that cannot be read now."""
        if relation.oid not in self._bounds:
            try:
                with self.session.unit(TIMEOUT_MS, LOCK_MS) as unit:
                    ((text,),) = unit.query(_BOUND, {"relation": relation.oid})
            except QueryError as error:
                if error.cancelled:
                    raise
                text = None
            self._bounds[relation.oid] = text
        return self._bounds[relation.oid]
