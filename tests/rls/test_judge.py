"""What is said of each object, role and command, one fact of row security after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.judging import Cells, judged

SCHEMA = (Path(__file__).parent / "verdicts.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "rls_verdicts")
    database.execute(SCHEMA)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def cells(database: Database) -> Cells:
    return judged(database, written={"public.tasks": "project_id -> projects.tenant_id"})


@pytest.mark.parametrize(
    ("name", "command", "verdict"),
    [
        ("docs", "SELECT", "isolated"),
        ("docs", "INSERT", "isolated"),
        ("docs", "UPDATE", "isolated"),
        ("docs", "DELETE", "isolated"),
        ("docs", "TRUNCATE", "open"),
        ("bare", "SELECT", "open"),
        ("bare", "TRUNCATE", "denied"),
        ("shut", "SELECT", "denied"),
        ("shown", "SELECT", "open"),
        ("shown", "UPDATE", "isolated"),
        ("mdocs", "SELECT", "isolated"),
        ("tasks", "SELECT", "isolated"),
        ("events", "SELECT", "isolated"),
    ],
)
def test_a_cell_is_judged_by_its_gates(cells: Cells, name: str, command: str, verdict: str) -> None:
    assert cells.verdict(name, command) == verdict


def test_a_tight_select_policy_protects_nothing_that_reads_no_column(cells: Cells) -> None:
    assert cells.verdict("wide", "SELECT") == "isolated"
    assert cells.verdict("wide", "DELETE") == "open"
    assert cells.verdict("wide", "UPDATE") == "open"


def test_an_update_leaks_by_either_of_its_gates(cells: Cells) -> None:
    assert cells.verdict("gifts", "UPDATE") == "open"
    assert cells.verdict("thefts", "UPDATE") == "open"
    assert cells.cell("gifts", "UPDATE").check == "true"
    assert cells.cell("thefts", "UPDATE").using == "true"


def test_a_member_without_inherit_escapes_a_floor_written_to_the_group(
    cells: Cells, database: Database
) -> None:
    assert cells.verdict("floored", role="app") == "isolated"
    database.execute("GRANT SELECT ON floored TO apart")
    assert judged(database).verdict("floored", role="apart") == "open"


def test_an_owner_is_bound_where_row_security_is_forced(cells: Cells) -> None:
    assert cells.verdict("unforced", role="heir") == "open"
    assert "member of owner towner, not forced" in cells.cell("unforced", role="heir").reasons
    assert cells.verdict("forced", role="heir") == "isolated"


def test_bypassrls_and_superuser_are_bound_by_nothing(cells: Cells) -> None:
    assert "BYPASSRLS" in cells.cell("docs", role="rls_boss").reasons
    assert cells.verdict("forced", role="rls_boss") == "open"
    assert cells.verdict("docs", role="postgres") == "open"


def test_without_a_privilege_a_cell_is_denied_whatever_the_tenant(cells: Cells) -> None:
    assert cells.verdict("docs", role="stranger") == "denied"
    assert cells.verdict("countries", role="stranger") == "denied"


def test_an_object_without_a_tenant_column_is_not_judged(cells: Cells) -> None:
    cell = cells.cell("countries")
    assert cell.verdict.value == "unproved"
    assert not cell.suspected
    assert "no tenant column" in cell.reasons


def test_policies_that_go_in_circles_let_no_statement_run(cells: Cells) -> None:
    assert cells.verdict("circle") == "denied"
    assert "infinite recursion in the policies of public.circle" in cells.cell("circle").reasons


def test_a_policy_that_reads_what_the_role_may_not_denies(cells: Cells) -> None:
    assert cells.verdict("peeking") == "denied"
    assert any("public.secrets" in reason for reason in cells.cell("peeking").reasons)


def test_a_membership_that_the_role_can_write_makes_two_steps(cells: Cells) -> None:
    cell = cells.cell("mdocs", role="joiner")
    assert cell.verdict.value == "partial"
    assert not cell.suspected
    assert [branch.ground.value for branch in cell.branches] == ["two-step"]
    assert any("joiner may INSERT into public.members" in reason for reason in cell.reasons)


def test_a_partition_named_directly_has_its_own_policies(cells: Cells) -> None:
    assert cells.verdict("events_1") == "open"


def test_a_trigger_matters_only_where_it_could_keep_a_foreign_row_out(cells: Cells) -> None:
    assert cells.verdict("stamped", "INSERT") == "open"
    assert cells.verdict("guarded", "INSERT") == "suspected"
    assert cells.verdict("guarded", "DELETE") == "open"


def test_a_rule_that_rewrites_a_statement_is_not_followed(cells: Cells) -> None:
    assert cells.verdict("ruled", "INSERT") == "unproved"
    assert "not proved: rule elsewhere rewrites INSERT" in cells.cell("ruled", "INSERT").reasons
    assert cells.verdict("ruled", "DELETE") == "open"


def test_a_row_without_a_tenant_that_it_must_have_does_not_come_in(cells: Cells) -> None:
    assert cells.verdict("partly", "INSERT") == "denied"
    assert cells.verdict("partly", "UPDATE") == "open"
    assert cells.verdict("partly", "DELETE") == "open"


def test_a_view_works_as_its_owner_for_row_security_too(cells: Cells) -> None:
    assert cells.verdict("docs_owner") == "open"
    assert cells.verdict("docs_bound") == "isolated"
    assert cells.cell("docs_owner").reaches == ("public.docs",)
    assert cells.cell("docs_owner").kind == "view"


def test_a_views_own_condition_can_be_what_isolates(cells: Cells) -> None:
    assert cells.verdict("docs_filtered") == "isolated"
    assert cells.verdict("docs_above") == "isolated"


def test_a_condition_of_a_view_is_not_asked_of_new_rows_without_check_option(cells: Cells) -> None:
    assert cells.verdict("docs_filtered", "INSERT") == "open"
    assert cells.verdict("docs_filtered", "UPDATE") == "open"
    assert cells.verdict("docs_filtered", "DELETE") == "isolated"
    assert cells.verdict("docs_checked", "INSERT") == "isolated"
    assert cells.verdict("docs_checked", "UPDATE") == "isolated"


def test_a_view_that_groups_rows_of_every_tenant_is_open(cells: Cells) -> None:
    assert cells.verdict("docs_counted") == "open"
    assert cells.verdict("docs_counted", "DELETE") == "denied"
    assert "the view takes no DELETE" in cells.cell("docs_counted", "DELETE").reasons


def test_a_join_of_isolated_tables_is_isolated(cells: Cells) -> None:
    assert cells.verdict("docs_joined") == "isolated"


def test_a_join_with_the_memberships_of_the_session_isolates_and_an_outer_join_does_not(cells: Cells) -> None:
    assert cells.verdict("docs_of_members") == "isolated"
    assert cells.verdict("docs_of_members", role="joiner") == "partial"
    assert cells.verdict("docs_of_some") == "open"


def test_an_instead_of_trigger_is_not_followed(cells: Cells) -> None:
    assert cells.verdict("docs_trigger", "INSERT") == "unproved"
    assert cells.verdict("docs_trigger", "DELETE") == "open"


def test_a_view_opens_what_its_caller_could_not_read(cells: Cells) -> None:
    assert cells.verdict("bare_lower", role="stranger") == "open"


def test_a_materialized_view_shows_what_was_stored(cells: Cells) -> None:
    assert cells.verdict("docs_stored") == "open"
    assert cells.cell("docs_stored").kind == "matview"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("every_doc()", "open"),
        ("my_docs()", "isolated"),
        ("returned()", "open"),
        ("looped()", "unproved"),
        ("asked(int4)", "open"),
        ("closed()", "denied"),
    ],
)
def test_a_security_definer_function_that_returns_rows_is_a_door(
    cells: Cells, name: str, verdict: str
) -> None:
    assert cells.cell(name, "EXECUTE").kind == "function"
    assert cells.verdict(name, "EXECUTE") == verdict


def test_no_other_function_is_a_door(cells: Cells) -> None:
    names = {cell.object for cell in cells.judgement.cells if cell.kind == "function"}
    assert "public.invoker()" not in names
    assert "public.one()" not in names


def test_cells_come_by_object_role_and_command(cells: Cells) -> None:
    found = [(c.object, c.kind, c.role) for c in cells.judgement.cells]
    assert found == sorted(found)


def test_every_object_role_and_command_has_one_cell(cells: Cells) -> None:
    found = [(c.object, c.role, c.command) for c in cells.judgement.cells]
    assert len(found) == len(set(found))
    roles = len(cells.judgement.matrix.roles)
    assert sum(c.object == "public.docs" for c in cells.judgement.cells) == 5 * roles
    assert sum(c.object == "public.docs_owner" for c in cells.judgement.cells) == 4 * roles
    assert sum(c.object == "public.docs_stored" for c in cells.judgement.cells) == roles


def test_a_role_without_rights_reads_the_same_verdicts(cells: Cells, database: Database) -> None:
    database.execute("REVOKE SELECT ON floored FROM apart")
    found = judged(database, written={"public.tasks": "project_id -> projects.tenant_id"}, user="stranger")
    assert found.judgement.cells == cells.judgement.cells


def test_a_view_of_an_owner_is_judged_anew_for_each_role_that_its_policies_name(database: Database) -> None:
    database.execute("""
        CREATE TABLE named (tenant_id int); ALTER TABLE named ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON named USING (current_user = 'app'); GRANT SELECT ON named TO vowner;
        CREATE VIEW named_seen AS SELECT * FROM named; ALTER VIEW named_seen OWNER TO vowner;
        GRANT SELECT ON named_seen TO app, apart;
    """)
    found = judged(database, roles=("apart", "app"))
    assert found.verdict("named_seen") in ("open", "suspected")
    assert found.verdict("named_seen", role="apart") == "denied"
