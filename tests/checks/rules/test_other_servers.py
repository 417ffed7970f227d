"""The same cases on the other server versions that this machine has."""

from __future__ import annotations

import pytest

from tests.checks.rules.schema_cases import CaseDatabase
from tests.checks.rules.test_fixes import all_cases
from tests.conftest import Clusters, majors


@pytest.mark.long
@pytest.mark.parametrize("major", [m for m in majors() if m != 18])
def test_rules_answer_alike_on_other_versions(major: int, clusters: Clusters) -> None:
    cases = CaseDatabase(clusters.get(major), all_cases())
    try:
        for case in cases.built:
            cases.confirm(case)
    finally:
        cases.close()
