"""What `f` composes for a cell that leaks isolates it on a real server, and its way back leaks as before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pgplumb.rls.verdict import Cell, Ground
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.tui.tabs.rls_fix import fix_of
from pgplumb.tui.verdicts import Verdicts
from tests.changes import change_for
from tests.databases import Database
from tests.rls.judging import SETTING, Cells, judged

SCHEMA = Path(__file__).with_name("rls_fixes.sql").read_text(encoding="utf-8")
PATHS = {
    "public.tasks": "project_id -> projects.tenant_id",
    "public.jobs": "project_id -> projects.tenant_id",
    "public.steps": "job_id -> jobs.project_id -> projects.tenant_id",
    "public.notes": "member -> members_of.tenant_id",
    'public."Odd ""bare"""': '"Tenant {id}"',
}
OWN = "tenant_id = (current_setting('app.tenant_id'::text))::integer"


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "rls_fixes")
    database.execute(SCHEMA)
    yield database
    database.drop()


def look(database: Database) -> Cells:
    return judged(database, written=PATHS, identities=(SETTING,))


@pytest.fixture(scope="module")
def before(database: Database) -> Cells:
    return look(database)


def fixed(cells: Cells, cell: Cell) -> tuple[str, Mapping[str, object], str, str]:
    """The intent of a cell's fix, its fields, and what it writes forth and back."""
    catalog = cells.judgement.matrix.catalog
    relation = next(r for r in catalog.relations.values() if r.oid == cell.relation)
    found = fix_of(Verdicts(cells.judgement), relation, cell)
    assert not isinstance(found, str), found
    assert found.fix is not None
    change = change_for(found.fix, catalog)
    assert change is not None
    assert change.down
    return found.fix.intent, found.fix.fields, change.up, change.down


@pytest.mark.parametrize(
    ("name", "command", "role", "intent", "said"),
    [
        ("flagged", "SELECT", "app", "alter-policy", {"using": f"({OWN}) AND (id > 0)"}),
        pytest.param(
            "mixed",
            "SELECT",
            "app",
            "alter-policy",
            {"using": f"((NOT hidden) AND (id > 0)) AND ({OWN})"},
            marks=pytest.mark.long,
        ),
        pytest.param(
            "thefts", "UPDATE", "app", "alter-policy", {"policy": "w", "using": OWN}, marks=pytest.mark.long
        ),
        ("gifts", "UPDATE", "app", "alter-policy", {"policy": "w", "check": OWN}),
        pytest.param(
            "gifts", "INSERT", "app", "alter-policy", {"policy": "a", "check": OWN}, marks=pytest.mark.long
        ),
        pytest.param("unset", "DELETE", "app", "alter-policy", {"policy": "p"}, marks=pytest.mark.long),
        ("twice", "SELECT", "app", "create-policy", {"restrictive": True, "roles": ["app"]}),
        pytest.param(
            "bare", "SELECT", "app", "enable-rls", {"force": True, "using": OWN}, marks=pytest.mark.long
        ),
        ('"Odd ""bare"""', "SELECT", "app", "enable-rls", {"force": True}),
        ("tasks", "SELECT", "app", "alter-policy", {"policy": "p"}),
        ("steps", "UPDATE", "app", "enable-rls", {"force": True}),
        pytest.param("owned", "SELECT", "owning", "force-rls", {}, marks=pytest.mark.long),
        pytest.param("ready", "SELECT", "app", "enable-rls", {"force": True}, marks=pytest.mark.long),
        pytest.param(
            "flagged", "TRUNCATE", "app", "revoke", {"privilege": ["TRUNCATE"]}, marks=pytest.mark.long
        ),
        pytest.param("seen", "SELECT", "app", "set-view-options", {}, marks=pytest.mark.long),
    ],
)
def test_what_is_composed_isolates_the_cell_and_its_way_back_does_not(
    database: Database,
    before: Cells,
    name: str,
    command: str,
    role: str,
    intent: str,
    said: Mapping[str, object],
) -> None:
    was = before.verdict(name, command, role)
    assert was in ("open", "partial", "suspected")
    chosen, fields, up, down = fixed(before, before.cell(name, command, role))
    assert chosen == intent
    assert {**fields, **said} == fields, fields
    database.execute(up)
    try:
        assert look(database).verdict(name, command, role) in ("isolated", "denied"), up
    finally:
        database.execute(down)
    assert look(database).verdict(name, command, role) == was


def test_through_a_tenant_path_rows_are_held_to_the_tenant_at_its_end(before: Cells) -> None:
    _, fields, *_ = fixed(before, before.cell("tasks", "DELETE"))
    assert fields["using"] == (
        "project_id = ANY (ARRAY(SELECT parent_1.id FROM public.projects parent_1"
        " WHERE parent_1.tenant_id = (SELECT (current_setting('app.tenant_id'))::integer)))"
    )


def test_a_policy_comes_first_then_force_then_row_security_and_back_the_other_way_round(
    before: Cells,
) -> None:
    *_, up, down = fixed(before, before.cell("steps", "SELECT"))
    for text, order in (
        (up, ("CREATE POLICY", "FORCE", "ENABLE")),
        (down, ("DISABLE", "NO FORCE", "DROP POLICY")),
    ):
        places = [text.index(word) for word in order]
        assert places == sorted(places), text


def test_nothing_passes_an_altered_policy_that_did_not_pass_before(before: Cells) -> None:
    _, fields, *_ = fixed(before, before.cell("mixed", "SELECT"))
    assert "NOT hidden" in str(fields["using"])


def test_of_several_branches_the_one_that_is_pointed_at_is_closed(before: Cells) -> None:
    cell = before.cell("flagged", "SELECT")
    relation = before.judgement.matrix.catalog.by_name["public", "flagged"]
    branch = next(b for b in cell.branches if b.ground is Ground.ROW_FLAG)
    found = fix_of(Verdicts(before.judgement), relation, cell, branch)
    assert not isinstance(found, str)
    assert found.fix is not None
    assert found.fix.fields["policy"] == "p"


def test_what_stays_open_beside_the_table_is_said(before: Cells) -> None:
    catalog = before.judgement.matrix.catalog
    found = fix_of(
        Verdicts(before.judgement), catalog.by_name["public", "notes"], before.cell("notes", "SELECT")
    )
    assert not isinstance(found, str)
    assert "there remain two steps: app may " in found.message


def test_where_nothing_can_be_composed_the_reason_is_said(database: Database, before: Cells) -> None:
    catalog = before.judgement.matrix.catalog
    words = fix_of(Verdicts(before.judgement), catalog.by_name["public", "words"], before.cell("words"))
    assert words == "no tenant of its rows is known: state tenant_columns or tenant_map in pgplumb.toml"
    nobody = judged(database, identities=())
    bare = fix_of(Verdicts(nobody.judgement), catalog.by_name["public", "bare"], nobody.cell("bare"))
    assert "identit" in str(bare) or not isinstance(bare, str)
