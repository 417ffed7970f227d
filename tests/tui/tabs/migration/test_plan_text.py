"""A plan in the editors: its steps as texts, and the plan itself until somebody changes them."""

from __future__ import annotations

from pgplumb.migrate.plan import Plan, Step, Strategy
from pgplumb.tui.tabs.migration.plan_text import texts_of
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import opened
from tests.tui.tabs.migration.writing import known, tab_of

ADD = Step(
    "expand",
    "ALTER TABLE app.tasks ADD COLUMN a int;",
    "ALTER TABLE app.tasks DROP COLUMN a;",
    about="the column",
)
BUILD = Step(
    "expand",
    "CREATE INDEX CONCURRENTLY i ON app.tasks (a);",
    "DROP INDEX CONCURRENTLY app.i;",
    autocommit=True,
    gate="deploy code that writes a",
    lock_timeout="0",
)


def plan(*steps: Step) -> Plan:
    """A plan with one way."""
    return Plan("add_a", "Add a", (Strategy("online", "Online", steps, True),), "online")


def test_transactions_stand_between_begin_and_commit_and_the_way_back_is_the_other_way_round() -> None:
    up, down = texts_of(plan(ADD, BUILD))
    assert up == (
        "-- 1 expand: the column\n"
        "BEGIN;\nSET LOCAL lock_timeout = '2s';\nALTER TABLE app.tasks ADD COLUMN a int;\nCOMMIT;\n"
        "\n"
        "-- 2 expand\n-- before this runs: deploy code that writes a\n"
        "CREATE INDEX CONCURRENTLY i ON app.tasks (a);\n"
    )
    assert down is not None
    assert down.index("DROP INDEX") < down.index("BEGIN") < down.index("DROP COLUMN")


def test_a_plan_with_a_step_that_nothing_takes_back_has_no_down() -> None:
    lost = Step("contract", "DROP TABLE app.tasks;", None)
    assert texts_of(plan(ADD, lost))[1] is None


async def test_a_plan_is_kept_until_its_text_is_changed_and_is_there_again_when_the_change_is_undone() -> (
    None
):
    async with opened(demo_state()) as on:
        await on.press("5")
        tab, taken = tab_of(on), plan(ADD, BUILD)
        tab.take_plan(taken, "add a")
        await known(on)
        assert tab.plan is taken
        assert tab.bench.name_for_people == "add a"
        await on.press("e", "x")
        assert tab_of(on).plan is None
        await on.press("ctrl+z")
        assert tab.plan is taken
