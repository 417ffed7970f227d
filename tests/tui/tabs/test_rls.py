"""The RLS tab: verdicts of the sample database and of a live one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from pgplumb.catalog.locked import LockHolder
from pgplumb.catalog.names import Name
from pgplumb.catalog.unread import Unread
from pgplumb.cli.writers.rls_answer import RlsAnswer
from pgplumb.foundation.config import Config
from pgplumb.foundation.profile import AcceptedBranch, Profile, load_profile
from pgplumb.rls.access import COMMANDS, AccessMatrix
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.probe import Probe, summaries
from pgplumb.rls.remedy import judged_with
from pgplumb.rls.verdict import Cell, Ground, Verdict
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.live.looked_at import kept
from pgplumb.tui.place import Place
from pgplumb.tui.requests import ReadProfile, SeekWitness
from pgplumb.tui.screens.accept import AcceptScreen
from pgplumb.tui.screens.main import MainScreen
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.rls import RlsTab
from pgplumb.tui.tabs.rls_facts import LOOKS, SUSPECTED, Look
from pgplumb.tui.tabs.rls_fix import fix_of
from pgplumb.tui.tabs.rls_rows import RlsRow, rows_of
from pgplumb.tui.tabs.rls_table import NARROWEST
from pgplumb.tui.tabs.rls_verdict import groups
from pgplumb.tui.verdicts import Probed, Verdicts
from pgplumb.tui.widgets.ink import text_of
from tests.databases import Database
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state, demo_verdicts
from tests.tui.screens.test_main import FULL, Opened, opened

SIZES = [(80, 24), (120, 40), pytest.param((200, 50), marks=pytest.mark.long)]
TICKETS = Place("rls", "table:app.support_tickets")


def tab_of(on: Opened) -> RlsTab:
    tab = on.main.tab
    assert isinstance(tab, RlsTab)
    return tab


def access() -> AccessMatrix:
    return demo_verdicts().judgement.matrix


def cell_of(name: str, role: str, command: str) -> Cell:
    return next(
        c for c in demo_verdicts().judgement.cells if (c.object, c.role, c.command) == (name, role, command)
    )


def row_of(on: Opened, name: str) -> str:
    """The line of the list that begins with a name, without the checklist beside it."""
    found = next(text for text in on.text.splitlines() if text[2:].startswith(f"{name} "))
    return found.split("│")[0]


def detail_of(on: Opened) -> str:
    return "\n".join(text_of(row.line).strip() for row in tab_of(on).detail.table.view.rows)


async def choose(on: Opened, role: str) -> None:
    """Go through the columns until a role is chosen."""
    while tab_of(on).table.role is None or tab_of(on).table.role.name != role:  # type: ignore[union-attr]
        before = tab_of(on).table.role_number
        await on.press("right")
        assert tab_of(on).table.role_number != before, f"no column for {role}"
    await until(on.pilot, await_detail(tab_of(on)))


# The letters


async def test_a_cell_has_the_letter_of_its_verdict() -> None:
    verdicts = demo_verdicts()
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "?!?!O - -" in row_of(on, "app.support_tickets")
        shown = 0
        for row in tab_of(on).table.view.rows:
            for role in verdicts.roles:
                column = next(c for c in tab_of(on).table.columns if c.name == f"role {role.oid}")
                text = text_of(column.cell(row)).ljust(10)
                for cell in row.cells[role.name]:
                    at = 2 * COMMANDS.index(cell.command) if cell.command in COMMANDS else 2
                    look = SUSPECTED if cell.suspected else LOOKS[cell.verdict]
                    assert text[at : at + 2].strip() == look.letter, (row.qualified, role.name, text)
                    shown += 1
        assert shown > 2000


def test_nothing_but_a_proof_is_drawn_as_a_pass() -> None:
    looks: dict[str, Look] = {**{v.value: look for v, look in LOOKS.items()}, "suspected": SUSPECTED}
    assert set(LOOKS) == set(Verdict)
    assert len({look.letter for look in looks.values()}) == len(looks)
    assert [v for v, look in looks.items() if look.ink == "pass"] == ["isolated"]


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_heading_counts_the_cells_of_the_roles_that_have_a_column(size: tuple[int, int]) -> None:
    verdicts = demo_verdicts()
    bound = {role.name for role in verdicts.roles}
    counts = Counter(c.verdict for c in verdicts.judgement.cells if c.role in bound)
    async with opened(demo_state(), size=size) as on:
        await on.press("3")
        heading = next(text for text in on.text.splitlines() if " cells " in text)
        assert f"{counts.total():,} cells" in heading
        for verdict in (Verdict.ISOLATED, Verdict.OPEN, Verdict.DENIED, Verdict.UNPROVED):
            assert f"{counts[verdict]:,}" in heading, heading
        assert f"{100 - 100 * counts[Verdict.UNPROVED] / counts.total():.1f} % decided" in heading
        assert "inferred (high)" in on.text


# The list


async def test_what_strangers_reach_stands_before_what_owners_may_do() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        rows = tab_of(on).table.view.rows
        worst = [row.qualified for row in rows if row.rank == 0]
        assert [row.qualified for row in rows[: len(worst)]] == worst
        assert {"app.checklist_items", "app.saved_filters", "app.support_tickets"} <= set(worst)
        assert [row.rank for row in rows] == sorted(row.rank for row in rows)
        assert rows.index(next(r for r in rows if r.qualified == "billing.payment_methods")) > 3
        assert "worst first" in on.text
        await on.press("s")
        names = [row.qualified for row in tab_of(on).table.view.rows]
        assert names == sorted(names)
        assert "worst first" not in on.text


def test_of_objects_that_leak_alike_those_stand_first_that_let_more_roles_pass() -> None:
    verdicts = demo_verdicts()
    rows, _ = rows_of(verdicts.judgement.matrix.catalog, verdicts, True)
    unproved = [row for row in rows if row.rank == 3]

    def reach(row: RlsRow) -> int:
        stranger = [r.name for r in verdicts.roles if row.owner != r.name and r.name != "migrator"]
        return sum(min(map(verdicts.rank, row.cells[name]), default=9) == 3 for name in stranger)

    counts = [reach(row) for row in unproved]
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) > 1


def test_the_command_line_lists_objects_in_the_order_of_the_tab() -> None:
    verdicts = demo_verdicts()
    rows, _ = rows_of(verdicts.judgement.matrix.catalog, verdicts, True)
    listed = list(dict.fromkeys(line.object for line in RlsAnswer(verdicts.judgement, ()).lines()))
    assert listed == [row.qualified for row in rows if row.qualified in set(listed)]


async def test_partitions_that_only_their_owner_may_use_are_rows_when_asked_for() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        rows = tab_of(on).table.view.rows
        assert not any(row.relation and row.relation.is_partition for row in rows)
        await on.press("P")
        more = tab_of(on).table.view.rows
        assert {row.id for row in rows} < {row.id for row in more}


async def test_a_locked_object_keeps_its_row_and_says_who_holds_it() -> None:
    held = access().catalog.by_name["app", "support_tickets"].oid
    holder = LockHolder(held, 4121, "AccessExclusiveLock", True, "ALTER TABLE", 12.0)
    async with opened(replace(demo_state(), locked={held: holder})) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "locked by 4121 · ALTER TABLE · 12 s" in row_of(on, "app.support_tickets")
        assert text_of(tab_of(on).detail._heading.lines[0]).endswith(holder.summary)


# Roles as columns


async def test_roles_that_nothing_binds_have_no_column_and_a_note() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.press("3")
        titles = [column.title for column in tab_of(on).table.columns]
        assert not {"postgres", "app_admin", "nightly_import"} & set(titles)
        assert titles.index("web") < titles.index("migrator")


@pytest.mark.parametrize("width", [60, 80, 139])
async def test_only_whole_groups_are_shown_and_the_chosen_role_is_among_them(width: int) -> None:
    async with opened(demo_state(), size=(width, 40)) as on:
        await on.press("3")
        table = tab_of(on).table
        for _ in range(table.role_count):
            groups = [p for p in table._columns() if p.column.name.startswith("role ")]
            assert all(p.width >= NARROWEST for p in groups)
            assert all(p.x + p.width <= table.content_size.width for p in groups)
            assert table.role is not None
            assert f"role {table.role.oid}" in [p.column.name for p in groups]
            await on.press("right")
        assert table.role_number == table.role_count


# The detail


async def test_the_detail_gives_reasons_predicates_branches_and_what_a_door_reaches() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        said = detail_of(on)
        assert "✗ UPDATE   open   through support_tickets_update" in said
        assert "web has UPDATE on app.support_tickets" in said
        assert "a flag of the row   not seen to pass" in said
        assert "channel = 'chat'::app.ticket_channel" in said
        lines = [row.line for row in tab_of(on).detail.table.view.rows]
        using = next(spans for spans in lines if text_of(spans).strip().startswith("USING      (tenant"))
        assert "sql-string" in {span.ink for span in using}
        await on.main.visit(Place("rls", "view:billing.invoice_balances"))
        await on.pilot.pause()
        await on.pilot.pause()
        assert "reaches    billing.invoices" in detail_of(on)
        await on.main.visit(Place("rls", "table:app.task_watchers"))
        await on.pilot.pause()
        assert "another tenant has the value" in detail_of(on)


def test_commands_with_the_same_story_are_told_once() -> None:
    cells = [cell_of("app.checklist_items", "web", command) for command in COMMANDS]
    told = groups(demo_verdicts(), cells)
    assert [group.commands for group in told] == [COMMANDS[:4], ("TRUNCATE",)]
    assert told[0].reasons[0] == "web has SELECT, INSERT, UPDATE, DELETE on app.checklist_items"


async def test_a_door_is_followed_to_what_it_reaches_and_escape_comes_back() -> None:
    async with opened(demo_state(), size=(120, 40)) as on:
        await on.main.visit(Place("rls", "view:billing.invoice_balances"))
        await choose(on, "web")
        await on.press("enter")
        table = tab_of(on).detail.table
        base = next(row for row in table.view.rows if row.item.target is not None)
        table.move_to((base.item.key, base.number))
        await on.press("enter")
        assert tab_of(on).place() == Place("rls", "table:billing.invoices")
        await on.press("escape", "escape")
        assert tab_of(on).place() == Place("rls", "view:billing.invoice_balances")


async def test_a_table_without_row_security_is_fixed_with_a_condition_that_was_proved_elsewhere() -> None:
    table = access().catalog.by_name["app", "saved_filters"]
    found = fix_of(demo_verdicts(), table, cell_of("app.saved_filters", "web", "SELECT"))
    assert not isinstance(found, str)
    assert found.fix is not None
    assert found.fix.intent == "enable-rls"
    proved = {c.using for c in demo_verdicts().judgement.cells if c.verdict is Verdict.ISOLATED}
    assert found.fix.fields["using"] in {text[1:-1] for text in proved if text}
    async with opened(demo_state()) as on:
        await on.main.visit(Place("rls", table.id))
        await choose(on, "web")
        await on.press("f")
        assert on.main.deck.active.name == "migrations"
        written = on.text
        assert written.index("CREATE POLICY") < written.index("FORCE ROW") < written.index("ENABLE ROW")


async def test_a_policy_that_leaks_is_altered_with_what_its_own_table_was_proved_by() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        await on.press("f")
        assert on.main.deck.active.name == "migrations"
        assert "ALTER POLICY support_tickets_update ON app.support_tickets" in on.text


async def test_where_no_fix_follows_from_facts_the_reason_is_said() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(Place("rls", "table:billing.plans"))
        await choose(on, "web")
        assert tab_of(on).no_fix_here() == (
            "no tenant of its rows is known: state tenant_columns or tenant_map in pgplumb.toml"
        )


# What people accept, and witnesses


def accepted() -> AcceptedBranch:
    branch = next(
        b for b in cell_of("app.support_tickets", "web", "SELECT").branches if b.ground is Ground.ROW_FLAG
    )
    return AcceptedBranch("app.support_tickets", "w*", "SELECT", branch.text, "chats are public", "maria")


async def test_an_accepted_branch_makes_a_cell_isolated_with_a_star_and_says_who_and_why() -> None:
    verdicts = Verdicts(demo_verdicts().judgement, (accepted(),), date(2026, 12, 1)).prepare()
    assert verdicts.counts[Verdict.ISOLATED] == demo_verdicts().counts[Verdict.ISOLATED] + 1
    async with opened(replace(demo_state(), verdicts=verdicts), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        assert "I*?!O - -" in row_of(on, "app.support_tickets")
        assert "accepted by maria: chats are public" in detail_of(on)


def test_an_acceptance_that_ended_or_is_of_another_branch_excuses_nothing() -> None:
    judgement = demo_verdicts().judgement
    ended = replace(accepted(), until=date(2026, 11, 30))
    other = replace(accepted(), branch="channel = 'mail'::app.ticket_channel")
    for one in (ended, other, replace(accepted(), role="worker"), replace(accepted(), command="UPDATE")):
        assert not Verdicts(judgement, (one,), date(2026, 12, 1)).excused, one


async def test_a_branch_is_accepted_with_a_reason_into_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(demo_state()) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        await on.press("enter")
        table = tab_of(on).detail.table
        flag = next(r for r in table.view.rows if r.item.branch and r.item.branch.ground is Ground.ROW_FLAG)
        table.move_to((flag.item.key, flag.number))
        await on.press("a")
        assert isinstance(on.app.screen, AcceptScreen)
        await on.press(*"chats are public", "enter")
        assert ReadProfile() in on.feed.asked
    (found,) = load_profile(tmp_path / "pgplumb.toml").accepted
    assert (found.object, found.role, found.command) == ("app.support_tickets", "web", "SELECT")
    assert (found.branch, found.reason) == (accepted().branch, "chats are public")


async def test_a_witness_is_sought_only_after_what_runs_was_shown() -> None:
    async with opened(demo_state()) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        await on.press("W")
        assert "READ ONLY" in on.text
        assert "channel = 'chat'" in on.text
        assert not [r for r in on.feed.asked if isinstance(r, SeekWitness)]
        await on.press("y")
        assert SeekWitness(("table", "app.support_tickets", "web", "SELECT")) in on.feed.asked


async def test_at_80_columns_enter_opens_the_detail_and_escape_goes_back_to_the_row() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        await on.press("enter")
        assert tab_of(on).table.size.height == 0
        assert "web has UPDATE on app.support_tickets" in on.text
        on.feed.post(replace(demo_state(), locked={}))
        await on.pilot.pause()
        await on.press("escape")
        assert tab_of(on).table.has_focus
        assert "▌ app.support_tickets" in on.text
        await until(on.pilot, lambda: "% decided" in on.text)


# Looks at rows


def looked_at(name: str, role: str, seen: bool) -> tuple[int, Probed]:
    """A look at the rows of a table, and the table."""
    probes = (Probe(name, role, "7", "tenant", seen),)
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    return cell_of(name, role, "SELECT").relation or 0, Probed(tuple(summaries(probes)), (), at, probes)


def changed(name: str, text: str | None = None) -> Judgement:
    """What is judged when a table was read again, with another expression in its policies or none."""
    judgement = demo_verdicts().judgement
    relation = next(r for r in judgement.matrix.objects if r.qualified == name)
    policies = tuple(replace(p, using=text) if text else p for p in relation.policies)
    return judged_with(judgement, relation.with_policies(policies))


def test_a_look_is_kept_while_policies_and_definitions_are_as_they_were_and_old_afterwards() -> None:
    oid, look = looked_at("app.tasks", "web", False)
    before = demo_verdicts().judgement
    again = kept({oid: look}, before, changed("app.tasks"))
    assert again == {oid: look}
    assert not kept({oid: look}, before, changed("app.support_tickets", "true"))[oid].old
    now = changed("app.tasks", "true")
    assert kept({oid: look}, before, now)[oid].old
    assert kept(kept({oid: look}, before, now), now, now)[oid].old


async def test_a_look_that_contradicts_a_proof_is_red_and_called_a_mistake_of_ours() -> None:
    oid, look = looked_at("app.tasks", "web", True)
    assert cell_of("app.tasks", "web", "SELECT").verdict is Verdict.ISOLATED
    looks = kept({oid: look}, demo_verdicts().judgement, changed("app.tasks"))
    assert len(looks[oid].faults) == 1
    verdicts = Verdicts(demo_verdicts().judgement, probed=looks).prepare()
    async with opened(replace(demo_state(), verdicts=verdicts), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "table:app.tasks"))
        await choose(on, "web")
        assert "✗ 1 contradicted by rows" in on.text
        lines = [row.line for row in tab_of(on).detail.table.view.rows]
        told = next(one for one in lines if "a mistake of pgplumb's: app.tasks" in text_of(one))
        assert {span.ink for span in told if span.text.strip()} == {"fail"}
        assert "rows that were looked at at" not in detail_of(on)


def test_of_one_changed_policy_only_what_rests_on_it_is_worked_out_again() -> None:
    before = demo_verdicts()
    after = Verdicts(changed("app.tasks", "true")).prepare(before)
    anew = {name for name, one in after.digests.items() if before.digests.get(name) is not one}
    assert "table app.tasks" in anew
    assert len(anew) < len(after.digests) / 2
    fresh = Verdicts(after.judgement).prepare()
    for what in ("objects", "tallies", "counts", "standings", "suspected"):
        assert getattr(after, what) == getattr(fresh, what), what


# Roles as rows


async def test_roles_are_rows_after_x_with_their_cells_over_objects_and_the_chosen_one_is_kept() -> None:
    async with opened(demo_state(), size=(120, 40)) as on:
        await on.press("3")
        await choose(on, "web")
        await on.press("x")
        assert tab_of(on).place() == Place("rls", "role:web")
        assert str(demo_verdicts().tallies["postgres"][Verdict.OPEN]) in row_of(on, "postgres")
        await until(on.pilot, lambda: "app.checklist_items" in detail_of(on))
        said = [text.split() for text in detail_of(on).splitlines()]
        assert ["O", "O", "O", "O", "-", "app.checklist_items"] in said
        tab_of(on).roles.move_to(next(r.oid for r in access().roles if r.name == "worker"))
        await on.press("x")
        role = tab_of(on).table.role
        assert role is not None
        assert role.name == "worker"


async def test_a_role_is_reached_by_its_name_and_its_memberships_are_followed() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "role:support"))
        await on.pilot.pause()
        said = detail_of(on)
        assert "member of     app_admin   does not inherit, may SET ROLE" in said
        await on.press("enter", "tab")
        table = tab_of(on).detail.table
        member = next(
            r for r in table.view.rows if isinstance(r.item.key, tuple) and r.item.key[0] == "member of"
        )
        table.move_to((member.item.key, 0))
        await on.press("enter")
        assert tab_of(on).place() == Place("rls", "role:app_admin")
        assert "granted to    support" in detail_of(on)


# States in which less is known


async def test_names_come_first() -> None:
    early = State(
        connection=demo_state().connection,
        names=(Name(1, "app", "tasks", "r", 1200.0, 10, True, False),),
    )
    async with opened(early) as on:
        await on.press("3")
        assert "app.tasks" in on.text


async def test_until_policies_are_judged_objects_stand_without_letters_and_that_is_said() -> None:
    async with opened(replace(demo_state(), verdicts=None)) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "▇ forced    3" in row_of(on, "app.support_tickets")
        assert "policies are being judged" in on.text
        await on.post(replace(demo_state(), access=None, verdicts=None))
        assert "who may do what is not read yet" in on.text


@pytest.mark.parametrize(
    ("access_", "verdicts", "said"),
    [
        (Unread("statement timeout"), None, "who may do what could not be read: statement timeout"),
        (None, Unread("the file does not say what functions do"), "nothing is judged: the file does not say"),
    ],
)
async def test_what_could_not_be_read_says_why(
    access_: Unread | None, verdicts: Unread | None, said: str
) -> None:
    async with opened(replace(demo_state(), access=access_, verdicts=verdicts)) as on:
        await on.press("3", "x", "x", "enter", "a", "W", "f", "escape")
        assert said in on.text
        assert "app.tasks" in [row.qualified for row in tab_of(on).table.view.rows]


async def test_names_from_strangers_are_drawn_as_text() -> None:
    hostile = "[red]\x1b[2J\u202ex\n"
    verdicts = demo_verdicts()
    web = next(r for r in access().roles if r.name == "web")
    renamed = replace(web, name=hostile)
    matrix = replace(access(), roles=tuple(renamed if r is web else r for r in access().roles))
    by_object = {
        name: replace(
            judged,
            local=tuple(replace(c, role=hostile) if c.role == "web" else c for c in judged.local),
            drafts=tuple(replace(d, role=hostile) if d.role == "web" else d for d in judged.drafts),
        )
        for name, judged in verdicts.judgement.by_object.items()
    }
    judgement = replace(verdicts.judgement, matrix=matrix, by_object=by_object)
    async with opened(replace(demo_state(), verdicts=Verdicts(judgement).prepare()), size=(120, 40)) as on:
        await on.main.visit(TICKETS)
        await choose(on, hostile)
        await on.press("x", "enter")
        assert "[red]" in on.text
        assert "\x1b" not in on.text
        assert "\u202e" not in on.text


async def test_a_lost_connection_keeps_the_verdicts() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        lost = replace(demo_state().connection, phase=Phase.RECONNECTING, error="the server went away")
        await on.post(replace(demo_state(), connection=lost))
        assert "?!?!O - -" in row_of(on, "app.support_tickets")


# On a real server


async def until(pilot: Pilot[None], wanted: Callable[[], object], seconds: float = 60) -> None:
    """Let the app run until something is so."""
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "it did not happen"
        await pilot.pause(0.02)


async def test_verdicts_follow_what_another_session_changes_and_witnesses_confirm_leaks(
    database: Database,
) -> None:
    database.execute(
        """DO $$ BEGIN CREATE ROLE rls_tab LOGIN; CREATE ROLE rls_tab_beside;
             EXCEPTION WHEN duplicate_object THEN NULL; END $$;
           CREATE TABLE notes (id int, tenant_id int NOT NULL, is_public bool NOT NULL);
           ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
           CREATE POLICY mine ON notes FOR SELECT
             USING (tenant_id = current_setting('app.tenant_id')::int OR is_public);
           GRANT SELECT, DELETE ON notes TO rls_tab;
           INSERT INTO notes VALUES (1, 1, false), (2, 2, true)"""
    )
    profile = Profile(tenant_columns=("tenant_id",), identities=("current_setting('app.tenant_id')",))
    app = PlumbApp(LiveFeed(database.target(), profile=profile), Config(), FULL)
    try:
        async with app.run_test(size=(200, 50)) as pilot:
            main = app.screen
            assert isinstance(main, MainScreen)
            await pilot.pause()
            await pilot.press("3")

            def letters() -> str:
                tab = main.tab
                assert isinstance(tab, RlsTab)
                column = next((c for c in tab.table.columns if c.title == "rls_tab"), None)
                row = next((r for r in tab.table.view.rows if r.qualified == "public.notes"), None)
                return text_of(column.cell(row)) if column and row else ""

            await until(pilot, lambda: letters() == "P - - - -")

            def judgement() -> Judgement:
                verdicts = main.store.state.verdicts
                assert isinstance(verdicts, Verdicts)
                return verdicts.judgement

            def limits() -> dict[str, int]:
                return {role.name: role.connection_limit for role in judgement().matrix.roles}

            # What a witness showed outlasts another role, and is sought again where its own role is another.
            database.execute("GRANT SELECT ON notes TO rls_tab_beside")
            await until(pilot, lambda: "rls_tab_beside" in limits() and letters() == "P - - - -")
            database.execute("ALTER ROLE rls_tab CONNECTION LIMIT 3")
            await until(pilot, lambda: limits()["rls_tab"] == 3 and letters() == "P - - - -")
            await pilot.press("p")
            assert not main.store.state.verdicts.probed  # type: ignore[union-attr]
            await pilot.press("y")

            def probed() -> list[tuple[str, bool]]:
                verdicts = main.store.state.verdicts
                assert isinstance(verdicts, Verdicts)
                return [one for found in verdicts.probed.values() for one in found.seen]

            await until(pilot, probed, 30)
            assert ("public.notes as rls_tab: a row of another tenant was seen by tenant 1", True) in probed()
            database.execute(
                """ALTER POLICY mine ON notes USING (tenant_id = current_setting('app.tenant_id')::int)"""
            )
            await until(pilot, lambda: letters() == "I - - - -")
            verdicts = main.store.state.verdicts
            assert isinstance(verdicts, Verdicts)
            assert [look.old for look in verdicts.probed.values()] == [True]
            database.execute(
                "REVOKE DELETE ON notes FROM rls_tab; ALTER TABLE notes DISABLE ROW LEVEL SECURITY"
            )
            await until(pilot, lambda: letters() == "O - - - -")
    finally:
        database.execute("DROP OWNED BY rls_tab, rls_tab_beside; DROP ROLE rls_tab, rls_tab_beside")


# Pictures


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_rls(snap_compare: object, size: tuple[int, int]) -> None:
    assert drawn(snap_compare, size, TICKETS)


def test_rls_roles(snap_compare: object) -> None:
    assert drawn(snap_compare, (120, 40), Place("rls", "role:web"))


def test_rls_detail_on_a_small_screen(snap_compare: object) -> None:
    assert drawn(snap_compare, (80, 24), TICKETS, "enter")


def drawn(snap_compare: object, size: tuple[int, int], place: Place, *keys: str) -> bool:
    """Compare the tab with its picture."""

    async def settle(pilot: Pilot[None]) -> None:
        await pilot.pause()
        main = pilot.app.screen
        assert isinstance(main, MainScreen)
        await main.visit(place)
        for key in keys:
            await pilot.press(key)
        tab = main.tab
        assert isinstance(tab, RlsTab)
        drawn = await_detail(tab)
        await until(pilot, drawn)
        await pilot.pause()

    app = PlumbApp(FakeFeed(demo_state()), Config(), FULL)
    same: bool = snap_compare(app, terminal_size=size, run_before=settle)  # type: ignore[operator]
    return same


def await_detail(tab: RlsTab) -> Callable[[], object]:
    """Return whether the detail, where it is in sight, has been wrapped at its width."""
    table = tab.detail.table
    return lambda: not tab.detail.display or 0 < table.content_size.width == table._wrapped_at
