"""Costs of a test database's policies in statements that a test says were seen."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.rls.cost.cost import PolicyCost, PolicyCosts
from pgplumb.rls.cost.find import policy_costs
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.statements import Statement
from tests.databases import Database
from tests.rls.judging import MEMBERS, SETTING, judged


class Costs:
    """What was found, by table and kind."""

    def __init__(self, database: Database, catalog: Catalog, found: PolicyCosts) -> None:
        self.database, self.catalog, self.found = database, catalog, found

    def of(self, table: str) -> dict[str, PolicyCost]:
        """Return the findings of a table of the schema public by kind."""
        return {one.kind: one for one in self.found.findings if one.table == f"public.{table}"}

    def name(self, oid: int) -> str:
        """Return the name of a table."""
        return self.catalog.relations[oid].name


def costed(
    database: Database,
    *queries: str,
    role: str = "app",
    rows: int = 10,
    identities: tuple[str, ...] = (SETTING, MEMBERS),
) -> Costs:
    """Return what policies cost in queries that a role ran, each as often as the others."""
    world = judged(database, identities=identities).judgement.world
    userid = next(r.oid for r in world.catalog.roles.values() if r.name == role)
    statements = [
        Statement(number, userid, role, 100, 1000.0, 10.0, 100 * rows, query=query)
        for number, query in enumerate(queries)
    ]
    with Twin.start(read_source(database.session())) as twin:
        found = policy_costs(twin, world, statements, 1000.0 * len(statements))
    return Costs(database, world.catalog, found)
