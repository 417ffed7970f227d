"""What the RLS tab says in words: who can do what to whose rows, by which grant, and which key helps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.model import Membership
from pgplumb.rls.probe import Probe, summaries
from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.tui.place import Place
from pgplumb.tui.tabs.rls_facts import look
from pgplumb.tui.tabs.rls_fix import fix_of
from pgplumb.tui.tabs.rls_grants import granted
from pgplumb.tui.tabs.rls_next import next_keys
from pgplumb.tui.tabs.rls_probed import not_looked, summary
from pgplumb.tui.tabs.rls_role_names import RoleNames
from pgplumb.tui.tabs.rls_words import sentence
from pgplumb.tui.verdicts import Probed, Verdicts
from pgplumb.tui.widgets.ink import text_of
from tests.tui.saved import demo_state, demo_verdicts
from tests.tui.screens.test_main import opened
from tests.tui.tabs.test_rls import TICKETS, cell_of, choose, detail_of, tab_of, until


def said(*cells: Cell) -> str:
    found = sentence(cells, look(demo_verdicts(), cells[0]))
    return found.text if found else ""


def test_a_verdict_is_one_sentence_of_who_can_do_what_to_whose_rows() -> None:
    every = [cell_of("app.checklist_items", "web", c) for c in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    assert said(*every) == "web can read, add, change and remove rows of every tenant"
    assert said(cell_of("app.tasks", "web", "SELECT")) == "web can read rows of its own tenant alone"
    suspected = cell_of("app.support_tickets", "web", "SELECT")
    assert said(suspected) == "web can probably read rows of other tenants; none was seen yet"
    assert said(replace(suspected, suspected=False, verdict=Verdict.PARTIAL)) == (
        "web can read some rows of other tenants"
    )
    assert said(cell_of("billing.plans", "web", "SELECT")).startswith("whether web can read")
    assert said(cell_of("app.tasks", "web", "TRUNCATE")) == ""


def test_a_grant_is_named_with_the_membership_that_brings_it() -> None:
    matrix = demo_verdicts().judgement.matrix
    catalog = matrix.catalog
    by_name = {role.name: role for role in catalog.roles.values()}
    tickets = catalog.by_name["app", "support_tickets"]
    assert granted(catalog, tickets, by_name["web"], ("UPDATE",)) == "granted to app_user, inherited"
    assert granted(catalog, tickets, by_name["app_user"], ("UPDATE",)) == ""
    assert granted(catalog, tickets, by_name["app_owner"], ("UPDATE",)) == "it is the owner"
    assert granted(catalog, tickets, by_name["migrator"], ("UPDATE",)) == "app_owner is the owner, inherited"
    further = Membership(by_name["web"].oid, by_name["worker"].oid, False, True, True)
    longer = replace(catalog, memberships=(*catalog.memberships, further))
    assert granted(longer, tickets, by_name["worker"], ("UPDATE",)) == (
        "granted to app_user, inherited through web"
    )
    kept_apart = replace(catalog, memberships=tuple(replace(m, inherit=False) for m in catalog.memberships))
    assert granted(kept_apart, tickets, by_name["web"], ("UPDATE",)) == ""


@pytest.mark.parametrize(
    ("name", "role", "command", "wanted"),
    [
        ("app.support_tickets", "web", "UPDATE", "f narrow support_tickets_update   a accept"),
        ("app.saved_filters", "web", "SELECT", "f turn row security on and force it   p probe"),
        ("billing.plans", "web", "SELECT", "T see whose rows are whose"),
        ("billing.payment_methods", "app_owner", "DELETE", "f force row security   a accept"),
        ("app.tasks", "web", "SELECT", ""),
        ("app.tasks", "web", "TRUNCATE", ""),
    ],
)  # fmt: skip
def test_what_can_be_done_stands_below_the_reasons(name: str, role: str, command: str, wanted: str) -> None:
    verdicts = demo_verdicts()
    relation = verdicts.judgement.matrix.catalog.by_name[tuple(name.split("."))]  # type: ignore[index]
    shown = text_of(next_keys(verdicts, relation, cell_of(name, role, command)))
    assert shown.removeprefix("   next").strip() == wanted


def test_no_policy_is_offered_for_a_role_that_none_binds() -> None:
    verdicts = demo_verdicts()
    table = verdicts.judgement.matrix.catalog.by_name["app", "saved_filters"]
    for role, what in (("postgres", "is a superuser"), ("app_admin", "has BYPASSRLS")):
        cell = cell_of("app.saved_filters", role, "SELECT")
        found = fix_of(verdicts, table, cell)
        assert isinstance(found, str)
        assert what in found
        assert "let applications log in as another" in text_of(next_keys(verdicts, table, cell))


async def test_the_key_bar_names_what_can_be_done_about_an_object_and_about_a_role() -> None:
    async with opened(demo_state(), size=(160, 40)) as on:
        await on.main.visit(TICKETS)
        await until(on.pilot, lambda: "x roles" in on.text.splitlines()[-1])
        bar = on.text.splitlines()[-1]
        assert bar.index("f fix") < bar.index("x roles") < bar.index("a accept")
        await on.press("x")
        await until(on.pilot, lambda: "a accept" not in on.text.splitlines()[-1])
        assert "p probe" not in on.text.splitlines()[-1]
        await on.press("x")
        await until(on.pilot, lambda: "a accept" in on.text.splitlines()[-1])


async def test_what_is_accepted_is_shown_before_a_reason_is_typed() -> None:
    async with opened(demo_state(), size=(120, 40)) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        await on.press("enter")
        table = tab_of(on).detail.table
        row = next(r for r in table.view.rows if r.item.branch and "chat" in r.item.branch.text)
        table.move_to((row.item.key, row.number))
        await on.press("a")
        await until(on.pilot, lambda: "rows of other tenants that pass by" in on.text)
        assert "SELECT by web" in on.text
        assert "channel = 'chat'::app.ticket_channel" in on.text


async def test_what_comes_in_above_is_in_sight_while_nobody_moved_the_cursor_of_the_detail() -> None:
    async with opened(replace(demo_state(), verdicts=None), size=(120, 40)) as on:
        await on.main.visit(TICKETS)
        await until(on.pilot, lambda: "support_tickets_update" in detail_of(on))
        await on.post(demo_state())
        await until(on.pilot, lambda: "web can change rows of every tenant" in detail_of(on))
        table = tab_of(on).detail.table
        assert table.row is not None
        assert table.row.item.cells


def test_roles_whose_names_begin_alike_are_told_apart_in_a_narrow_column() -> None:
    roles = [f"application_role_{n}" for n in range(3)]
    names = RoleNames([*roles, "reporting_of_ours", "\x1b[31m_and_what_follows", "\x1b[31m_and_what_else"])
    assert [names.within(role, 9) for role in roles] == ["…n_role_0", "…n_role_1", "…n_role_2"]
    assert names.within("reporting_of_ours", 9) == "reportin…"
    assert names.within("application_role_0", 18) == "application_role_0"
    assert "\x1b" not in names.within("\x1b[31m_and_what_follows", 12)


def look_of(role: str, *, foreign: bool = False, error: str | None = None) -> Probe:
    return Probe("app.tasks", role, "7", "tenant", foreign, error)


def test_why_nobody_looked_is_said_once_with_the_roles_that_it_holds_for() -> None:
    refused = [
        look_of(f"app_{n}", error=f'cannot act as app_{n}: permission denied to set role "app_{n}"')
        for n in range(6)
    ]
    assert list(not_looked([look_of("web"), *refused, refused[0]])) == [
        "not looked as app_0, app_1, app_2, app_3 and 2 more: cannot act as it: permission denied to set role it"
    ]


def test_a_look_that_saw_nothing_says_as_how_many_roles_and_never_that_all_is_well() -> None:
    refused = look_of("worker", error="no SELECT")
    tried = Probed((), (), None, (look_of("web"), refused))
    assert summary(tried, "app.tasks") == (
        "app.tasks: no foreign row was seen as 1 role, 1 role not tried: see the detail"
    )
    assert summary(Probed((), (), None, (refused,)), "app.tasks") == "app.tasks was not looked at: no SELECT"


async def test_what_a_look_saw_is_one_line_a_role() -> None:
    oid = cell_of("app.tasks", "web", "SELECT").relation or 0
    seen = (replace(look_of("web"), tenant=one, foreign_row_seen=True) for one in ("7", "8"))
    probes = (*seen, look_of("worker", error="canceled"))
    look = Probed(tuple(summaries(probes)), (), None, probes)
    verdicts = Verdicts(demo_verdicts().judgement, probed={oid: look}).prepare()
    async with opened(replace(demo_state(), verdicts=verdicts), size=(160, 50)) as on:
        await on.main.visit(Place("rls", "table:app.tasks"))
        wanted = "✗ web: a row of another tenant was seen by tenant 7, by tenant 8"
        await until(on.pilot, lambda: wanted in detail_of(on).splitlines())
        assert "? not looked as worker: canceled" in detail_of(on).splitlines()


async def test_a_section_is_brought_to_the_top_of_a_small_detail() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        await on.press("enter", "tab", "tab")
        lines = on.text.splitlines()
        at = next(y for y, text in enumerate(lines) if text.startswith("▌"))
        assert lines[at - 1].strip() == "policies"
        assert lines[at - 2].strip().startswith("← web →")
