"""What a plan says of its way back is what comes out when it is tried: exact, the shape alone, or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.intents import intent_names
from pgplumb.migrate.rehearsal.workshop import Workshop
from tests.conftest import each_major, sampled
from tests.migrate.intents.cases import Case
from tests.migrate.intents.downs import ALL, downs, workshop


@pytest.fixture(scope="module", params=each_major())
def place(request: pytest.FixtureRequest) -> Iterator[tuple[Workshop, Catalog]]:
    asked = set(_asked(request))
    # Not those that are left out of this run: a smaller server is proved in sooner.
    cases = [case for case in ALL if case.id in asked and case.since <= request.param]
    with workshop(cases, request.param) as made:
        yield made


def _asked(request: pytest.FixtureRequest) -> Iterator[str]:
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec"):
            case = item.callspec.params["case"]
            assert isinstance(case, Case)
            yield case.id


@pytest.mark.parametrize("case", sampled(ALL, 16), ids=lambda case: case.id)
def test_a_plan_says_of_its_way_back_what_the_proof_finds(
    place: tuple[Workshop, Catalog], case: Case
) -> None:
    if case.since * 10000 > place[1].server_version:
        pytest.skip(f"came with PostgreSQL {case.since}")
    tried = list(downs(*place, case))
    assert tried
    for down in tried:
        assert down.agrees, str(down)
        assert down.proof.verdict == "exact" or down.proof.why


def test_every_intent_is_tried() -> None:
    assert {case.intent for case in ALL} == set(intent_names())
