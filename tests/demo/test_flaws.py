"""Every flaw of the manifest is in the catalogs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Category, Status
from tests.demo.flaws import flaws, identifier, queries
from tests.demo.sample import Sample

OF_THE_SERVER = (Category.SETTINGS, Category.AVAILABILITY)
"""Their answers depend on the machine and on the day."""

LEFTOVER = """
SELECT indisvalid, indislive FROM pg_index
WHERE indexrelid = 'app.idx_attachments_tenant_id_checksum'::regclass
"""


@pytest.fixture
def broken(sample: Sample) -> Iterator[dict[str, set[str]]]:
    """What breaks each rule, by the queries of flaws.sql."""
    with sample.connection.transaction(force_rollback=True):
        sample.connection.execute(queries()["setup"].encode())
        yield {
            rule: {identifier(kind, parts) for kind, parts in sample.rows(query)}
            for rule, query in queries().items()
            if rule != "setup"
        }


def test_every_flaw_is_there(sample: Sample, broken: dict[str, set[str]]) -> None:
    resting = [flaw for flaw in flaws(sample.major) if not flaw.live]
    assert [flaw for flaw in resting if flaw.object not in broken[flaw.rule]] == []


def test_every_flaw_is_of_a_rule_that_there_is() -> None:
    ids = {rule.id for rule in all_rules()}
    assert sorted({flaw.rule for flaw in flaws()} - ids) == []


def test_every_category_has_flaws() -> None:
    category = {rule.id: rule.category for rule in all_rules()}
    assert {category[flaw.rule] for flaw in flaws()} == set(Category)


def test_no_flaw_is_named_twice() -> None:
    named = [(flaw.rule, flaw.object) for flaw in flaws()]
    assert len(named) == len(set(named))


def test_the_checklist_finds_the_flaws_and_nothing_else(sample: Sample) -> None:
    here = [r for r in sample.at_rest.results if r.rule.category not in OF_THE_SERVER]
    found = {(r.rule.id, finding.object) for r in here for finding in r.findings}
    rules = {r.rule.id for r in here}
    wanted = {(f.rule, f.object) for f in flaws(sample.major) if not f.live and f.rule in rules}
    assert found == wanted


def test_every_category_but_connections_has_passes_and_failures_at_rest(sample: Sample) -> None:
    for category in set(Category) - {Category.CONNECTIONS}:
        answers = {r.status for r in sample.at_rest.results if r.rule.category is category}
        assert {Status.PASS, Status.FAIL} <= answers, category


def test_an_invalid_index_is_the_leftover_of_a_failed_build(sample: Sample) -> None:
    assert sample.rows(LEFTOVER) == [(False, True)]


def test_views_ask_as_the_caller_where_the_server_can(sample: Sample) -> None:
    asking = sample.one("SELECT count(*) FROM pg_class WHERE reloptions && ARRAY['security_invoker=on']")
    assert (asking > 0) == (sample.major >= 15)
