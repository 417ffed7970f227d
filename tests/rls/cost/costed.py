"""Costs of a test database's policies in statements that a test says were seen."""

from __future__ import annotations

from pgplumb.rls.cost.cost import PolicyCost, PolicyCosts
from pgplumb.rls.cost.find import policy_costs
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.statements import Statement
from tests.databases import Database
from tests.rls.judging import MEMBERS, SETTING, judged


class Costs:
    """What was found, by table and kind."""

    def __init__(self, found: PolicyCosts) -> None:
        self.found = found

    def of(self, table: str) -> dict[str, PolicyCost]:
        """Return the findings of a table of the schema public by kind."""
        return {one.kind: one for one in self.found.findings if one.table == f"public.{table}"}


def costed(database: Database, *queries: str, role: str = "app", rows: int = 10) -> Costs:
    """Return what policies cost in queries that a role ran, each as often as the others."""
    judgement = judged(database, identities=(SETTING, MEMBERS)).judgement
    userid = next(r.oid for r in judgement.matrix.catalog.roles.values() if r.name == role)
    statements = [
        Statement(number, userid, role, 100, 1000.0, 10.0, 100 * rows, query=query)
        for number, query in enumerate(queries)
    ]
    with Twin.start(read_source(database.session())) as twin:
        total = 1000.0 * len(statements)
        return Costs(policy_costs(twin, judgement.world, statements, total))
