"""A text that somebody wrote becomes a plan that does the same, step by step."""

from __future__ import annotations

import pytest

from pgplumb.migrate.by_hand import NoPlan, plan_of

MIXED = """
SET lock_timeout = '500ms';
ALTER TABLE a ADD COLUMN x int;
CREATE INDEX CONCURRENTLY i ON a (x);
BEGIN;
SET LOCAL statement_timeout = '3s';
ALTER TABLE a ADD CHECK (x > 0) NOT VALID;
ALTER TABLE a RENAME TO b;
COMMIT;
"""


def test_statement_by_statement_each_is_a_step_and_a_transaction_is_one() -> None:
    steps = plan_of("mixed", MIXED, None, "autocommit").steps
    assert [step.autocommit for step in steps] == [False, True, False]
    assert "RENAME" in steps[2].up
    assert "BEGIN" not in steps[2].up


def test_timeouts_of_the_text_are_those_of_its_steps_and_a_concurrent_build_is_never_given_up() -> None:
    first, build, last = plan_of("mixed", MIXED, None, "autocommit").steps
    assert first.lock_timeout == last.lock_timeout == "500ms"
    assert build.lock_timeout == "0"
    assert (first.statement_timeout, last.statement_timeout) == ("0", "3s")
    assert "SET" not in first.up


def test_without_timeouts_of_its_own_no_step_waits_for_its_lock_for_ever() -> None:
    (step,) = plan_of("", "ALTER TABLE a ADD COLUMN x int;", None, "autocommit").steps
    assert step.lock_timeout == "2s"


def test_as_a_transaction_all_of_it_is_one_step() -> None:
    plan = plan_of("two", "ALTER TABLE a ADD x int; ALTER TABLE b ADD x int;", None, "transaction")
    (step,) = plan.steps
    assert not step.autocommit
    assert step.down == "ALTER TABLE b DROP COLUMN x;\nALTER TABLE a DROP COLUMN x;"


def test_other_settings_go_with_each_statement_or_it_is_refused() -> None:
    (step,) = plan_of("", "SET search_path = app; ALTER TABLE a ADD x int;", None, "autocommit").steps
    assert step.up.startswith("SET search_path = app;")
    with pytest.raises(NoPlan, match="names with their schemas"):
        plan_of("", "SET search_path = app; CREATE INDEX CONCURRENTLY i ON a (x);", None, "autocommit")


def test_what_is_proposed_stands_beside_its_step_and_what_has_no_way_back_says_so() -> None:
    text = "ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1;"
    add, fill = plan_of("", text, None, "autocommit").steps
    assert add.down == "ALTER TABLE a DROP COLUMN x;"
    assert fill.down is None


def test_a_way_back_that_a_person_wrote_is_taken_last_and_whole() -> None:
    text = "ALTER TABLE a ADD COLUMN x int; ALTER TABLE a ADD COLUMN y int;"
    plan = plan_of("", text, "ALTER TABLE a DROP COLUMN y; ALTER TABLE a DROP COLUMN x;", "autocommit")
    assert [step.down for step in plan.steps] == [
        "ALTER TABLE a DROP COLUMN y;\nALTER TABLE a DROP COLUMN x;",
        "",
    ]
    assert plan.strategy.down is not None


def test_the_same_text_is_the_same_plan_and_another_is_another() -> None:
    one = plan_of("n", "ALTER TABLE a ADD x int;", None, "autocommit").id
    assert one == plan_of("n", "ALTER TABLE a ADD x int;", None, "autocommit").id
    assert one != plan_of("n", "ALTER TABLE a ADD y int;", None, "autocommit").id


@pytest.mark.parametrize("text", ["", "-- nothing", "BEGIN; COMMIT;", "SET lock_timeout = 0;"])
def test_a_text_that_does_nothing_is_no_plan(text: str) -> None:
    with pytest.raises(NoPlan):
        plan_of("", text, None, "autocommit")
