"""The RLS tab: facts of the sample database and of a live one, never a verdict."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from pgplumb.catalog.locked import LockHolder
from pgplumb.catalog.names import Name
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.config import Config
from pgplumb.rls.access import COMMANDS, Access, AccessMatrix
from pgplumb.tui.app import PlumbApp
from pgplumb.tui.live.feed import LiveFeed
from pgplumb.tui.place import Place
from pgplumb.tui.screens.main import MainScreen
from pgplumb.tui.state import Phase, State
from pgplumb.tui.tabs.rls import RlsTab
from pgplumb.tui.tabs.rls_census import WRITING, take_census
from pgplumb.tui.tabs.rls_facts import FACTS
from pgplumb.tui.tabs.rls_reasons import alike
from pgplumb.tui.tabs.rls_table import NARROWEST
from pgplumb.tui.widgets.ink import text_of
from tests.databases import Database
from tests.tui.fakes import FakeFeed
from tests.tui.saved import demo_state
from tests.tui.screens.test_main import FULL, Opened, opened

SIZES = [(80, 24), (120, 40), (200, 50)]
TICKETS = Place("rls", "table:app.support_tickets")


def tab_of(on: Opened) -> RlsTab:
    tab = on.main.tab
    assert isinstance(tab, RlsTab)
    return tab


def access() -> AccessMatrix:
    found = demo_state().access
    assert isinstance(found, AccessMatrix)
    return found


def relation(name: str) -> Relation:
    schema, _, table = name.partition(".")
    return access().catalog.by_name[schema, table]


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


# The letters


async def test_a_cell_has_the_letters_that_the_matrix_has_facts_for() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "p p p 0 -" in row_of(on, "app.support_tickets")
        table = tab_of(on).table
        for row in table.view.rows:
            for placed in table._columns():
                role = placed.column.name.removeprefix("role ")
                if not role.isdigit() or row.relation is None:
                    continue
                shown = text_of(placed.column.cell(row)).split()
                states = [access().cell(row.oid, int(role), c).state for c in access().commands(row.oid)]
                assert shown == [FACTS[state].letter for state in states], row.qualified


def test_every_fact_has_its_own_letter_and_none_is_drawn_as_a_pass() -> None:
    assert set(FACTS) == set(Access)
    assert len({fact.letter for fact in FACTS.values()}) == len(FACTS)
    assert all(fact.ink != "pass" for fact in FACTS.values())
    assert "unproved" in FACTS[Access.POLICIES].word


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_legend_names_every_letter_with_its_number_of_cells(size: tuple[int, int]) -> None:
    cells = take_census(access()).cells
    async with opened(demo_state(), size=size) as on:
        await on.press("3")
        legend = next(text for text in on.text.splitlines() if text.startswith("  B "))
        for state in (Access.BYPASS, Access.POLICIES, Access.NO_POLICY, Access.VIEW, Access.DENIED):
            assert f"{FACTS[state].letter} {cells[state]:,} " in f"{legend} ", legend


def test_the_census_counts_what_the_cells_say() -> None:
    matrix = access()
    census = take_census(matrix)
    for role in matrix.roles:
        for command in COMMANDS:
            counted = Counter(
                matrix.cell(r.oid, role.oid, command).state
                for r in census.objects
                if command in matrix.commands(r.oid)
            )
            assert census.tallies[role.oid].by_command[command] == counted, (role.name, command)
    web = next(r for r in matrix.roles if r.name == "web")
    writes = census.tallies[web.oid].writes
    bypassed = [
        r
        for r in census.objects
        if any(
            c in matrix.commands(r.oid) and matrix.cell(r.oid, web.oid, c).state is Access.BYPASS
            for c in WRITING
        )
    ]
    assert writes[Access.BYPASS] == len(bypassed)


# The list


async def test_what_is_readable_with_row_security_off_stands_first_and_the_heading_says_so() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        rows = tab_of(on).table.view.rows
        first = [row for row in rows if row.rank == 0]
        assert [row.qualified for row in rows[: len(first)]] == ["app.checklist_items", "app.saved_filters"]
        assert [row.rank for row in rows] == sorted(row.rank for row in rows)
        rest = [row.relation for row in rows if row.rank == 9 and row.relation]
        assert [(r.schema, r.name) for r in rest] == sorted((r.schema, r.name) for r in rest)
        assert "readable with RLS off first, then by name" in on.text


async def test_another_order_takes_the_statement_away() -> None:
    async with opened(demo_state()) as on:
        await on.press("3", "s")
        names = [row.qualified for row in tab_of(on).table.view.rows]
        assert names == sorted(names)
        assert "readable with RLS off first" not in on.text


async def test_objects_of_an_extension_are_no_rows() -> None:
    state = demo_state()
    held = relation("app.tasks")
    catalog = replace(
        access().catalog, relations={**access().catalog.relations, held.oid: replace(held, extension="x")}
    )
    objects = tuple(catalog.relations[r.oid] for r in access().objects)
    async with opened(replace(state, access=replace(access(), catalog=catalog, objects=objects))) as on:
        await on.press("3")
        assert "app.tasks" not in [row.qualified for row in tab_of(on).table.view.rows]


async def test_partitions_without_grants_are_rows_only_when_asked_for() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        rows = tab_of(on).table.view.rows
        assert not any(row.relation and row.relation.is_partition for row in rows)
        await on.press("p")
        more = tab_of(on).table.view.rows
        assert {row.oid for row in rows} < {row.oid for row in more}


async def test_a_partition_that_somebody_may_read_past_its_table_stands_first() -> None:
    part = next(r for r in access().objects if r.is_partition and access().catalog.root(r).row_security)
    web = next(r for r in access().roles if r.name == "web")
    # Every partition of the sample has grants of its own group; this one is asked about by itself.
    matrix = replace(
        access(),
        group_of={**access().group_of, part.oid: part.oid},
        bits={**access().bits, (part.oid, web.oid): 1 | 256},
    )
    async with opened(replace(demo_state(), access=matrix)) as on:
        await on.press("3")
        row = next(r for r in tab_of(on).table.view.rows if r.oid == part.oid)
        assert row.rank == 0
        assert row.concern is not None
        assert access().catalog.root(part).qualified in row.concern


async def test_a_view_says_as_whom_it_reads_and_has_no_letter_for_truncate() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "view:app.open_tasks"))
        await on.pilot.pause()
        row = row_of(on, "app.open_tasks")
        assert "→ caller" in row
        assert "v v v v  " in row


async def test_a_locked_object_keeps_its_row_and_says_who_holds_it() -> None:
    held = relation("app.support_tickets").oid
    holder = LockHolder(held, 4121, "AccessExclusiveLock", True, "ALTER TABLE", 12.0)
    async with opened(replace(demo_state(), locked={held: holder})) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "locked by 4121 · ALTER TABLE · 12 s" in row_of(on, "app.support_tickets")
        assert text_of(tab_of(on).detail._heading.lines[0]).endswith(holder.summary)
        assert "policy support_tickets_read applies" in detail_of(on)


# Roles as columns


async def test_superusers_have_no_column_and_a_note() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.press("3")
        assert "postgres" not in [column.title for column in tab_of(on).table.columns]
        assert "beside superuser postgres" in on.text


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


async def test_left_comes_back_to_the_first_roles() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        before = [p.column.name for p in tab_of(on).table._columns()]
        await on.press(*["right"] * 8)
        assert [p.column.name for p in tab_of(on).table._columns()] != before
        await on.press(*["left"] * 8)
        assert [p.column.name for p in tab_of(on).table._columns()] == before


async def test_a_long_role_name_is_cut_in_the_heading_and_whole_in_the_detail() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        await choose(on, "nightly_import")
        heading = next(text for text in on.text.splitlines() if "▸nightly" in text)
        assert "nightly_…" in heading
        assert "nightly_import" in text_of(tab_of(on).detail._heading.lines[1])


async def test_the_chosen_role_stays_chosen_when_roles_come_and_go() -> None:
    async with opened(demo_state()) as on:
        await on.press("3")
        await choose(on, "reporting")
        fewer = tuple(r for r in access().roles if r.name not in ("web", "worker"))
        await on.post(replace(demo_state(), access=replace(access(), roles=fewer)))
        role = tab_of(on).table.role
        assert role is not None
        assert role.name == "reporting"


# The detail


async def test_the_detail_gives_the_chain_of_facts_of_each_command_and_the_policies_as_sql() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await choose(on, "web")
        said = detail_of(on)
        assert (
            "web has SELECT on app.support_tickets → row security is on and binds → "
            "permissive policy support_tickets_read applies"
        ) in said
        assert "no permissive policy applies to DELETE: no row passes" in said
        assert "web has no TRUNCATE on app.support_tickets" in said
        lines = [row.line for row in tab_of(on).detail.table.view.rows]
        using = next(spans for spans in lines if text_of(spans).strip().startswith("USING"))
        assert "sql-string" in {span.ink for span in using}
        assert "WITH CHECK  (status = 'new'" in said
        assert "new rows are held to USING" in said


async def test_a_bypass_says_why_and_its_policies_are_not_said_to_bind() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "table:app.tasks"))
        await choose(on, "nightly_import")
        said = detail_of(on)
        assert "B  SELECT" in said
        assert "does not bind nightly_import: BYPASSRLS" in said
        assert "  binds nightly_import" not in said


async def test_a_grant_on_columns_is_marked() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "table:app.users"))
        await choose(on, "web")
        assert "on some columns only" in detail_of(on)


def test_commands_with_the_same_facts_are_said_once_and_names_stay_whole() -> None:
    matrix = access()
    tasks = relation("app.tasks")
    web = next(r for r in matrix.roles if r.name == "web")
    groups = alike([matrix.cell(tasks.oid, web.oid, command) for command in COMMANDS])
    assert [group.commands for group in groups] == [("SELECT", "INSERT", "UPDATE", "DELETE"), ("TRUNCATE",)]
    assert groups[0].reasons[0] == "web has SELECT, INSERT, UPDATE, DELETE on app.tasks"
    cells = [
        replace(matrix.cell(tasks.oid, web.oid, command), reasons=(f'"SELECT" has {command} on app.tasks',))
        for command in COMMANDS[:2]
    ]
    assert [reason for group in alike(cells) for reason in group.reasons] == [
        '"SELECT" has SELECT on app.tasks',
        '"SELECT" has INSERT on app.tasks',
    ]


async def test_expressions_that_could_not_be_read_say_why() -> None:
    tickets = relation("app.support_tickets")
    policies = tuple(replace(p, using=Unread("locked by 4121")) for p in tickets.policies)
    catalog = replace(
        access().catalog,
        relations={**access().catalog.relations, tickets.oid: replace(tickets, _policies=policies)},
    )
    objects = tuple(catalog.relations[r.oid] for r in access().objects)
    state = replace(demo_state(), access=replace(access(), catalog=catalog, objects=objects))
    async with opened(state, size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "USING       locked by 4121" in detail_of(on)


async def test_the_detail_follows_the_cursor_while_the_list_is_filtered() -> None:
    async with opened(demo_state()) as on:
        await on.press("3", "slash", *"support_t")
        await until(on.pilot, lambda: "app.support_tickets" in text_of(tab_of(on).detail._heading.lines[0]))


async def test_a_policy_is_followed_to_the_tables_tab_and_escape_comes_back() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.main.visit(TICKETS)
        await on.press("enter", "tab", "enter")
        assert on.main.tab.place() == Place("tables", "table:app.support_tickets", "policies")
        await on.press("escape", "escape")
        assert on.main.tab.place() == TICKETS


async def test_what_a_view_reads_is_followed_to_its_own_row() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "view:app.open_tasks"))
        await choose(on, "web")
        await on.press("enter")
        table = tab_of(on).detail.table
        base = next(
            row for row in table.view.rows if text_of(row.line).strip().startswith("app.tasks as web")
        )
        table.move_to((base.item.key, base.number))
        await on.press("enter")
        assert tab_of(on).place() == Place("rls", "table:app.tasks")
        await on.press("escape", "escape")
        assert tab_of(on).place() == Place("rls", "view:app.open_tasks")


async def test_the_finding_under_the_cursor_is_what_f_is_about() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "table:app.checklist_items"))
        fixable = tab_of(on).fix_here()
        assert fixable is not None
        assert fixable.fix is not None
        await on.press("enter", "shift+tab")
        item = tab_of(on).detail.item
        assert item is not None
        assert item.finding is not None
        assert item.finding is not fixable
        assert tab_of(on).fix_here() is item.finding


async def test_at_80_columns_enter_opens_the_detail_and_escape_goes_back_to_the_row() -> None:
    async with opened(demo_state(), size=(80, 24)) as on:
        await on.main.visit(TICKETS)
        await on.press("enter")
        assert tab_of(on).table.size.height == 0
        assert "policy support_tickets_read applies" in on.text
        await on.press("escape")
        assert tab_of(on).table.has_focus
        assert "▌ app.support_tickets" in on.text


# Roles as rows


async def test_roles_are_rows_after_x_and_the_chosen_one_is_kept_both_ways() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.press("3")
        await choose(on, "web")
        await on.press("x")
        assert tab_of(on).place() == Place("rls", "role:web")
        assert "BYPASSRLS" in row_of(on, "nightly_import")
        assert "superuser" in row_of(on, "postgres")
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
        await on.press("enter", "tab", "enter")
        assert tab_of(on).place() == Place("rls", "role:app_admin")
        assert "granted to    support" in detail_of(on)


async def test_escape_goes_from_roles_to_objects() -> None:
    async with opened(demo_state()) as on:
        await on.press("3", "x", "escape")
        assert tab_of(on).table.has_focus


# States in which less is known


async def test_names_come_first() -> None:
    early = State(
        connection=demo_state().connection,
        names=(Name(1, "app", "tasks", "r", 1200.0, 10, True, False),),
    )
    async with opened(early) as on:
        await on.press("3")
        assert "app.tasks" in on.text


async def test_before_privileges_are_read_row_security_is_shown_without_letters() -> None:
    async with opened(replace(demo_state(), access=None)) as on:
        await on.main.visit(TICKETS)
        await on.pilot.pause()
        assert "▇ forced    3" in row_of(on, "app.support_tickets")
        assert "who may do what is not read yet" in on.text
        assert "readable with RLS off first" not in on.text
        await on.press("x")
        assert "who may do what is not read yet" in on.text


async def test_privileges_that_could_not_be_read_say_why() -> None:
    async with opened(replace(demo_state(), access=Unread("statement timeout"))) as on:
        await on.press("3")
        assert "who may do what could not be read: statement timeout" in on.text
        assert "app.tasks" in [row.qualified for row in tab_of(on).table.view.rows]


async def test_without_a_role_beside_superusers_that_is_said() -> None:
    only = tuple(r for r in access().roles if r.superuser)
    async with opened(replace(demo_state(), access=replace(access(), roles=only))) as on:
        await on.press("3", "right", "enter", "escape", "x", "x")
        assert "no role but superusers logs in" in on.text


async def test_roles_that_were_left_out_are_said() -> None:
    matrix = replace(access(), omitted="4 of 17 roles are left out: ask for them by name")
    async with opened(replace(demo_state(), access=matrix)) as on:
        await on.press("3")
        assert "4 of 17 roles are left out" in on.text


async def test_an_empty_database_says_that_nothing_is_there() -> None:
    empty = replace(access().catalog, relations={})
    state = replace(
        demo_state(),
        catalog=empty,
        checklist=None,
        access=replace(access(), catalog=empty, objects=(), group_of={}, bits={}),
    )
    async with opened(state) as on:
        await on.press("3", "enter", "tab", "x", "enter", "f")
        assert on.app.is_running
        await on.press("escape", "escape", "escape")
        assert "no table or view here yet" in on.text


async def test_a_cell_that_the_server_did_not_answer_is_a_question_mark() -> None:
    tasks = relation("app.tasks")
    matrix = replace(access(), group_of={k: v for k, v in access().group_of.items() if k != tasks.oid})
    async with opened(replace(demo_state(), access=matrix), size=(200, 50)) as on:
        await on.main.visit(Place("rls", "table:app.tasks"))
        await on.pilot.pause()
        assert "? ? ? ? ?" in row_of(on, "app.tasks")
        assert "app.tasks changed while it was read" in detail_of(on)


async def test_names_from_strangers_are_drawn_as_text() -> None:
    hostile = "[red]\x1b[2J\u202ex\n"
    roles = {
        r.oid: replace(r, name=hostile) if r.name == "web" else r for r in access().catalog.roles.values()
    }
    catalog = replace(access().catalog, roles=roles)
    matrix = replace(access(), catalog=catalog, roles=tuple(roles[r.oid] for r in access().roles))
    async with opened(replace(demo_state(), access=matrix), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        await choose(on, hostile)
        await on.press("x", "enter")
        assert "[red]" in on.text
        assert "\x1b" not in on.text
        assert "\u202e" not in on.text


async def test_a_lost_connection_keeps_the_matrix() -> None:
    async with opened(demo_state(), size=(200, 50)) as on:
        await on.main.visit(TICKETS)
        lost = replace(demo_state().connection, phase=Phase.RECONNECTING, error="the server went away")
        await on.post(replace(demo_state(), connection=lost))
        assert "p p p 0 -" in row_of(on, "app.support_tickets")


# On a real server


async def until(pilot: Pilot[None], wanted: Callable[[], object], seconds: float = 10) -> None:
    """Let the app run until something is so."""
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "it did not happen"
        await pilot.pause(0.02)


async def test_a_revoke_by_another_session_changes_the_letters(database: Database) -> None:
    database.execute(
        """DO $$ BEGIN CREATE ROLE rls_tab LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
           CREATE TABLE notes (id int, tenant_id int);
           ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
           CREATE POLICY mine ON notes FOR SELECT USING (tenant_id = 1);
           GRANT SELECT, DELETE ON notes TO rls_tab"""
    )
    app = PlumbApp(LiveFeed(database.target()), Config(), FULL)
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

            await until(pilot, lambda: letters() == "p - - 0 -")
            database.execute(
                "REVOKE DELETE ON notes FROM rls_tab; ALTER TABLE notes DISABLE ROW LEVEL SECURITY"
            )
            await until(pilot, lambda: letters() == "B - - - -")
    finally:
        database.execute("DROP OWNED BY rls_tab; DROP ROLE rls_tab")


# Pictures


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_rls(snap_compare: object, size: tuple[int, int]) -> None:
    assert drawn(snap_compare, size, TICKETS, "right")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
def test_rls_roles(snap_compare: object, size: tuple[int, int]) -> None:
    assert drawn(snap_compare, size, Place("rls", "role:web"))


def test_rls_detail_on_a_small_screen(snap_compare: object) -> None:
    assert drawn(snap_compare, (80, 24), TICKETS, "right", "enter")


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
    return lambda: not tab.detail.display or (table.content_size.width > 0 and len(table.view.rows) > 0)
