"""Every fix that a rule on access, time or places offers is SQL that runs, and it makes its finding go away.

Settings and roles belong to the whole cluster and to other tests: fixes of theirs are tested with the intents.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from pgplumb.checks.gather import gather
from pgplumb.foundation.profile import Profile
from pgplumb.migrate.change import Fields
from pgplumb.migrate.intents import intent
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.sql.split import split
from tests.checks.rules.roles import roles
from tests.checks.rules.schema_cases import Case, CaseDatabase

__all__ = ["roles"]

CATEGORIES = ("documentation", "lifecycle", "partitioning", "privileges", "sequences", "tenancy", "vacuum")
CLUSTER_WIDE = ("alter-role", "alter-role-setting", "alter-system-setting")


def failing_cases() -> list[Case]:
    """Return the cases that find something."""
    here = Path(__file__).parent
    modules = [f"{c}.{path.stem}" for c in CATEGORIES for path in sorted((here / c).glob("test_*.py"))]
    found = [getattr(import_module(f"{__package__}.{name}"), "CASES", ()) for name in modules]
    return [case for cases in found for case in cases if case.fails]


@pytest.mark.long
@pytest.mark.usefixtures("roles")
def test_every_fix_runs_and_makes_its_finding_go_away(server: EmbeddedServer) -> None:
    cases = CaseDatabase(server, failing_cases())
    try:
        session = cases.database.session()
        catalog = gather(session, Profile()).catalog
        promised: dict[str, set[str]] = {}
        for case in cases.built:
            findings = cases.run(case).findings
            unfixed = {f.object for f in findings if f.fix is None or f.fix.intent in CLUSTER_WIDE}
            done: set[str] = set()
            for finding in findings:
                if finding.fix is None or finding.object in unfixed:
                    continue
                if finding.fix.intent in done:
                    catalog = gather(session, Profile()).catalog
                change = intent(finding.fix.intent).write(Fields(finding.fix.fields), catalog)
                for statement in split(change.up):
                    cases.database.execute(statement.text)
                done.add(finding.fix.intent)
                promised.setdefault(case.id, set()).add(finding.object)
        assert len(promised) > 30
        cases.database.execute("ANALYZE; SELECT pg_stat_force_next_flush()")
        cases.read()
        kept = {case.id: {f.object for f in cases.run(case).findings} for case in cases.built}
        broken = {case: left for case, objects in promised.items() if (left := objects & kept[case])}
        assert broken == {}
    finally:
        cases.close()
