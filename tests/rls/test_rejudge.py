"""After a change only what rests on it is judged again, and the answer is that of a fresh judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.judge import judge, rejudge
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.surface import Surface, read_surface
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.tenants import tenant_map
from pgplumb.rls.verdict import Branch, GateProof, Ground, Verdict
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from tests.databases import Database
from tests.rls.judging import MEMBERS, SETTING, judged

SCHEMA = """
CREATE ROLE app LOGIN;
CREATE TABLE docs (id int, tenant_id int NOT NULL, is_public bool);
CREATE TABLE notes (id int, tenant_id int NOT NULL);
CREATE TABLE members (user_id text NOT NULL, tenant_id int NOT NULL);
CREATE VIEW docs_v AS SELECT * FROM docs;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY; ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (tenant_id = current_setting('app.tenant_id', true)::int);
CREATE POLICY p ON notes USING (tenant_id IN
  (SELECT m.tenant_id FROM members m WHERE m.user_id = current_setting('app.user_id', true)));
GRANT SELECT, INSERT, UPDATE, DELETE ON docs, notes, docs_v TO app;
GRANT SELECT ON members TO app;
"""


class Kept:
    """A catalog that is read again after each change, and the judgement with it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.session: Session = database.session()
        whole = with_expressions(read_structure(self.session), read_expressions(self.session))
        self.rereader = Rereader(whole)
        self.judgement = judge(*self._read())

    def change(self, sql: str) -> Judgement:
        """Run a statement and judge again; return the judgement before."""
        self.database.execute(sql)
        self.rereader.update(self.session)
        before = self.judgement
        self.judgement = rejudge(before, *self._read())
        return before

    def _read(self) -> tuple[AccessMatrix, Surface, TenantMap]:
        catalog = self.rereader.reading.catalog
        with self.session.unit() as unit:
            matrix = read_access(unit, catalog)
        surface = read_surface(self.session, matrix)
        return matrix, surface, tenant_map(catalog, ("tenant_id",), None, (SETTING, MEMBERS))

    def verdict(self, name: str, command: str = "SELECT") -> Verdict:
        return next(
            cell.verdict
            for cell in self.judgement.cells
            if (cell.object, cell.role, cell.command) == (f"public.{name}", "app", command)
        )


@pytest.fixture
def kept(server: EmbeddedServer) -> Iterator[Kept]:
    database = Database.create(server, "rls_rejudged")
    database.execute(SCHEMA)
    yield Kept(database)
    database.drop()


def test_only_objects_that_rest_on_a_changed_policy_are_judged_again(kept: Kept) -> None:
    before = kept.change("ALTER POLICY p ON docs USING (true)")
    assert kept.verdict("docs") is Verdict.OPEN
    fresh = kept.judgement.by_object
    same = {name for name, judged in fresh.items() if judged is before.by_object[name]}
    assert same == {"table public.members", "table public.notes"}


def test_a_grant_on_a_trusted_table_reaches_the_cells_that_trust_it(kept: Kept) -> None:
    assert kept.verdict("notes") is Verdict.ISOLATED
    kept.change("GRANT INSERT ON members TO app")
    assert kept.verdict("notes") is Verdict.PARTIAL
    kept.change("REVOKE INSERT ON members FROM app")
    assert kept.verdict("notes") is Verdict.ISOLATED


def test_what_is_judged_again_is_what_a_fresh_judgement_says(kept: Kept) -> None:
    for sql in (
        "ALTER TABLE docs DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE docs ENABLE ROW LEVEL SECURITY; CREATE POLICY q ON notes FOR SELECT USING (true)",
        "CREATE OR REPLACE VIEW docs_v AS SELECT * FROM docs WHERE tenant_id = current_setting('app.tenant_id')::int",
        "CREATE TABLE fresh (tenant_id int); GRANT SELECT ON fresh TO app",
        "CREATE FUNCTION every() RETURNS SETOF docs LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM public.docs'",
        "DROP TABLE fresh; CREATE ROLE rls_late LOGIN; GRANT SELECT ON docs TO rls_late",
        "ALTER ROLE app BYPASSRLS",
    ):
        kept.change(sql)
        assert kept.judgement.cells == judged(kept.database).judgement.cells, sql


def test_a_function_is_judged_again_with_what_its_body_names(kept: Kept) -> None:
    kept.change("""
        CREATE FUNCTION mine() RETURNS SETOF docs LANGUAGE sql SECURITY DEFINER AS
          $$ SELECT * FROM public.docs WHERE tenant_id = current_setting('app.tenant_id')::int $$;
        CREATE FUNCTION member(t int) RETURNS bool LANGUAGE sql STABLE AS
          $$ SELECT EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = t) $$;
        CREATE TABLE called (tenant_id int NOT NULL); ALTER TABLE called ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON called TO app; CREATE POLICY p ON called USING (member(tenant_id));
        ALTER TABLE members ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON members USING (user_id = current_setting('app.user_id', true));
    """)
    assert kept.verdict("called") is Verdict.ISOLATED
    before = kept.change("ALTER POLICY p ON notes USING (true)")
    function = "function public.mine()"
    assert kept.judgement.by_object[function] is before.by_object[function]
    before = kept.change("ALTER POLICY p ON members USING (true)")
    assert kept.verdict("called") is not Verdict.ISOLATED
    assert kept.judgement.by_object[function] is before.by_object[function]
    before = kept.change("ALTER POLICY p ON docs USING (true)")
    assert kept.judgement.by_object[function] is not before.by_object[function]


def test_a_leak_is_suspected_until_a_witness_confirms_or_takes_it_back(kept: Kept) -> None:
    kept.change("CREATE POLICY public ON docs FOR SELECT USING (is_public)")
    (cell,) = [
        c for c in kept.judgement.cells if (c.object, c.role, c.command) == ("public.docs", "app", "SELECT")
    ]
    assert (cell.verdict, cell.suspected) == (Verdict.UNPROVED, True)
    (passage,) = [p for p in kept.judgement.suspects if p[1].command == "SELECT"]
    branch = Branch(Ground.ROW_FLAG, "is_public", ("public",), confirmed=True)
    seen = kept.judgement.confirm({passage: GateProof(Verdict.PARTIAL, (branch,))})
    (cell,) = [c for c in seen.cells if (c.object, c.role, c.command) == ("public.docs", "app", "SELECT")]
    assert (cell.verdict, cell.suspected) == (Verdict.PARTIAL, False)
    retracted = kept.judgement.confirm(
        {passage: GateProof(Verdict.UNPROVED, (replace(branch, ground=Ground.UNREAD),))}
    )
    (cell,) = [
        c for c in retracted.cells if (c.object, c.role, c.command) == ("public.docs", "app", "SELECT")
    ]
    assert (cell.verdict, cell.suspected) == (Verdict.UNPROVED, False)


def test_a_child_that_takes_rows_without_a_tenant_gives_them_to_its_parent(kept: Kept) -> None:
    kept.change(
        "CREATE TABLE base (id int, tenant_id int, CONSTRAINT b NOT NULL tenant_id NO INHERIT);"
        "CREATE TABLE kid (CONSTRAINT k NOT NULL tenant_id) INHERITS (base);"
        "ALTER TABLE base ENABLE ROW LEVEL SECURITY; GRANT SELECT ON base TO app; CREATE POLICY p ON base USING"
        " (tenant_id = current_setting('app.tenant_id', true)::int OR tenant_id IS NULL)"
    )
    assert kept.verdict("base") is Verdict.ISOLATED
    kept.change("ALTER TABLE kid ALTER tenant_id DROP NOT NULL")
    assert kept.verdict("base") is Verdict.UNPROVED


def test_a_policy_to_a_role_that_no_policy_named_judges_its_table_alone(kept: Kept) -> None:
    kept.change("CREATE ROLE rls_unnamed LOGIN; GRANT SELECT ON docs, notes TO rls_unnamed")
    before = kept.change("CREATE POLICY all_of_it ON docs FOR SELECT TO rls_unnamed USING (true)")
    fresh = kept.judgement.by_object
    assert {n for n, judged in fresh.items() if judged is before.by_object[n]} == {
        "table public.members",
        "table public.notes",
    }
    assert kept.judgement.cells == judged(kept.database).judgement.cells


def test_a_new_table_with_a_tenant_judges_no_other_table(kept: Kept) -> None:
    before = kept.change("CREATE TABLE later (tenant_id int); GRANT SELECT ON later TO app")
    fresh = kept.judgement.by_object
    same = {name for name, judged in fresh.items() if judged is before.by_object.get(name)}
    assert same == {"table public.docs", "table public.notes", "table public.members"}
    assert kept.judgement.cells == judged(kept.database).judgement.cells


def leak_seen_by_a_witness(kept: Kept) -> None:
    """Make public rows of docs a leak, and confirm it."""
    kept.change("CREATE POLICY public ON docs FOR SELECT USING (is_public)")
    (passage,) = [p for p in kept.judgement.suspects if p[1].command == "SELECT"]
    branch = Branch(Ground.ROW_FLAG, "is_public", ("public",), confirmed=True)
    kept.judgement = kept.judgement.confirm({passage: GateProof(Verdict.PARTIAL, (branch,))})


def test_what_a_witness_showed_stays_when_another_role_comes(kept: Kept) -> None:
    leak_seen_by_a_witness(kept)
    kept.change("CREATE ROLE rls_other LOGIN; GRANT SELECT ON notes TO rls_other")
    assert kept.verdict("docs") is Verdict.PARTIAL
    kept.change("ALTER TABLE notes OWNER TO rls_other")
    kept.change("GRANT rls_other TO app")
    assert kept.verdict("docs") is Verdict.UNPROVED


def test_what_a_witness_showed_goes_when_its_table_holds_other_rows(kept: Kept) -> None:
    leak_seen_by_a_witness(kept)
    kept.change("GRANT INSERT ON docs TO app")
    assert kept.verdict("docs") is Verdict.PARTIAL
    kept.change("ALTER TABLE docs ADD CHECK (NOT is_public)")
    assert kept.verdict("docs") is Verdict.UNPROVED
