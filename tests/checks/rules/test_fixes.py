"""Every fix that a rule offers is SQL that runs, and afterwards the rule does not find the object any more."""

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
from tests.checks.rules.schema_cases import Case, CaseDatabase

CATEGORIES = ("indexes", "keys", "naming", "normal_form", "types")


def all_cases() -> list[Case]:
    """Return the cases of these categories."""
    here = Path(__file__).parent
    modules = [f"{c}.{path.stem}" for c in CATEGORIES for path in sorted((here / c).glob("test_*.py"))]
    found = [getattr(import_module(f"{__package__}.{name}"), "CASES", ()) for name in modules]
    return [case for cases in found for case in cases]


@pytest.fixture
def cases(server: EmbeddedServer) -> CaseDatabase:
    return CaseDatabase(server, [case for case in all_cases() if case.fails])


def test_every_fix_runs_and_makes_its_finding_go_away(cases: CaseDatabase) -> None:
    try:
        catalog = gather(cases.database.session(), Profile()).catalog
        promised: dict[str, set[str]] = {}
        for case in cases.built:
            for finding in cases.run(case).findings:
                if finding.fix is not None:
                    change = intent(finding.fix.intent).write(Fields(finding.fix.fields), catalog)
                    for statement in split(change.up):
                        cases.database.execute(statement.text)
                    promised.setdefault(case.id, set()).add(finding.object)
        assert len(promised) > 40
        cases.database.execute("ANALYZE")
        cases.read()
        kept = {case.id: {f.object for f in cases.run(case).findings} for case in cases.built}
        broken = {case: left for case, objects in promised.items() if (left := objects & kept[case])}
        assert broken == {}
    finally:
        cases.close()
