"""What the prover says holds on the server: nothing that it calls isolated or denied lets a foreign row pass."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence

import psycopg
import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.prover.facts import read_functions
from pgplumb.rls.prover.gate import Clause, Gate, World
from pgplumb.rls.prover.model import models
from pgplumb.rls.prover.prove import prove
from pgplumb.rls.tenant_map import TenantMap, TenantPath
from pgplumb.rls.verdict import Ground, Verdict
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.prover.grammar import ATOMS, I, S, U, predicate
from tests.rls.prover.ground import MAPS, MEMBER, ROLE, SESSIONS, TENANT, Trial, prepare


@pytest.fixture(scope="module")
def ground(server: EmbeddedServer) -> Iterator[Trial]:
    """One database for all tests here: they only read."""
    database = Database.create(server, "prover_ground")
    yield prepare(database)
    database.drop()


def unsound(ground: Trial, predicates: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return what is called isolated or denied and lets a foreign row, or any row, pass."""
    texts = [text for text in ground.deparsed(predicates) if text is not None]
    assert len(texts) > 0.9 * len(predicates)
    wrong = []
    for text, rows in zip(texts, ground.observed(texts), strict=True):
        for identity in MAPS:
            verdict = ground.prove(text, identity).verdict
            leaks = verdict is Verdict.ISOLATED and ground.foreign(rows, identity)
            if leaks or (verdict is Verdict.DENIED and any(rows)):
                wrong.append((verdict.value, identity, text))
    return wrong


def test_no_form_of_test_is_called_isolated_that_leaks(ground: Trial) -> None:
    assert unsound(ground, ATOMS) == []


def test_no_random_predicate_is_called_isolated_that_leaks(ground: Trial) -> None:
    chosen = random.Random(41)
    assert unsound(ground, [predicate(chosen) for _ in range(100)]) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 104))
def test_no_random_predicate_of_many_is_called_isolated_that_leaks(ground: Trial, seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(5):
        assert unsound(ground, [predicate(chosen) for _ in range(500)]) == []


@pytest.mark.long
def test_a_policy_lets_the_rows_pass_that_its_predicate_does(ground: Trial) -> None:
    """The same predicates as policies: what is proved holds behind row security too."""
    chosen = random.Random(7)
    texts = [t for t in ground.deparsed([predicate(chosen, 2) for _ in range(150)]) if t is not None]
    checked = 0
    for text in texts:
        verdict = ground.prove(text).verdict
        if verdict not in (Verdict.ISOLATED, Verdict.DENIED) or "public.docs" in text:
            continue
        for tenant, user in SESSIONS:
            with psycopg.connect(ground.database.conninfo) as connection:
                connection.execute("SET search_path = pg_catalog")
                connection.execute("ALTER TABLE public.docs ENABLE ROW LEVEL SECURITY")
                connection.execute(f"CREATE POLICY tried ON public.docs USING ({text})".encode())
                connection.execute(f"SET LOCAL ROLE {ROLE}")
                for name, value in (("app.tenant_id", tenant), ("app.user_id", user)):
                    if value is not None:
                        connection.execute("SELECT set_config(%s, %s, true)", (name, value))
                try:
                    rows = connection.execute("SELECT tenant_id FROM public.docs").fetchall()
                except psycopg.Error:
                    rows = []
                connection.rollback()
            own = int(tenant) if tenant else None
            assert all(row[0] == own and own is not None for row in rows), (text, tenant, rows)
            assert not rows or verdict is Verdict.ISOLATED, text
        checked += 1
    assert checked > 20


@pytest.mark.parametrize(
    "text",
    [
        # An empty list makes ALL true.
        "tenant_id = ALL (ARRAY[]::int[])",
        # A column of the sub-select has the name of the outer one.
        f"EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = tenant_id AND m.user_id = {U})",
        # An aggregate gives a row where there is none.
        f"EXISTS (SELECT count(*) FROM public.members m WHERE m.tenant_id = docs.tenant_id AND m.user_id = {U})",
        # The argument is hidden by the column of the same name.
        "app.captured(tenant_id)",
        f"NOT (tenant_id IS DISTINCT FROM {I})",
        f"(tenant_id = {I}) IS NOT FALSE",
        f"tenant_id = coalesce({I}, tenant_id)",
        f"nullif(tenant_id, {I}) IS NULL",
        f"EXISTS (SELECT 1 FROM public.users u LEFT JOIN public.members m ON m.user_id = u.id WHERE u.id = {U})",
        # char(n) forgets spaces, numeric(6,2) and varchar(1) cut.
        f"tenant_char = {S}",
        f"tenant_id::varchar(1) = {S}",
    ],
)
def test_what_looks_like_isolation_is_not_taken_for_it(ground: Trial, text: str) -> None:
    (printed,) = ground.deparsed([text])
    assert printed is not None
    for identity in (TENANT, MEMBER):
        assert ground.prove(printed, identity).verdict not in (Verdict.ISOLATED, Verdict.DENIED)


def test_a_row_that_is_written_is_no_member_by_itself(ground: Trial) -> None:
    """A new membership row would prove itself; a row that is there does."""
    world = ground.worlds[MEMBER]
    members = world.catalog.by_name["public", "members"].oid
    paths = {**world.tenants.path_of, members: world.tenants.path_of[ground.docs]}
    world = ground.with_paths(MEMBER, paths)
    own = (Clause("own", f"((user_id = ({U})) AND (tenant_id IS NOT NULL))"),)
    assert prove(Gate(members, ground.role, "SELECT", "using", own), world).verdict is Verdict.ISOLATED
    assert prove(Gate(members, ground.role, "INSERT", "check", own), world).verdict is Verdict.PARTIAL
    nobody = (Clause("own", f"(user_id = ({U}))"),)
    proof = prove(Gate(members, ground.role, "SELECT", "using", nobody), world)
    assert [branch.ground for branch in proof.branches] == [Ground.NULL_TENANT]


def test_a_row_that_is_written_is_not_its_older_self(ground: Trial) -> None:
    text = f"EXISTS (SELECT 1 FROM public.docs d WHERE ((d.id = docs.id) AND (d.tenant_id = ({I}))))"
    assert ground.prove(text).verdict is Verdict.ISOLATED
    assert ground.prove(text, which="check").verdict is Verdict.PARTIAL


def test_a_restrictive_policy_that_is_not_read_only_narrows(ground: Trial) -> None:
    mine = Clause("mine", f"(tenant_id = ({I}))")
    unreadable = Clause("odd", "(tenant_id > ALL ( SELECT f.tenant_id FROM public.members f))")
    public = Clause("public", "is_public")

    def verdict(permissive: tuple[Clause, ...], restrictive: tuple[Clause, ...]) -> Verdict:
        gate = Gate(ground.docs, ground.role, "SELECT", "using", permissive, restrictive)
        return prove(gate, ground.worlds[TENANT]).verdict

    assert verdict((mine,), (unreadable,)) is Verdict.ISOLATED
    assert verdict((public,), (mine,)) is Verdict.ISOLATED
    assert verdict((public,), (unreadable,)) is Verdict.UNPROVED
    assert verdict((mine, unreadable), ()) is Verdict.UNPROVED
    assert verdict((mine, public), ()) is Verdict.PARTIAL
    assert verdict((), (mine,)) is Verdict.DENIED


def test_a_predicate_that_sets_settings_proves_nothing(ground: Trial) -> None:
    clauses = (
        Clause("a", f"(tenant_id = ({I}))"),
        Clause("b", "(set_config('app.tenant_id', '1', false) IS NULL)"),
    )
    gate = Gate(ground.docs, ground.role, "SELECT", "using", clauses)
    assert prove(gate, ground.worlds[TENANT]).verdict is Verdict.UNPROVED


def test_what_is_not_read_is_told_exactly(ground: Trial) -> None:
    (printed,) = ground.deparsed(
        ["(is_public AND (tenant_id + 1) > ALL (SELECT m.tenant_id FROM public.members m)) AND shared"]
    )
    assert printed is not None
    proof = ground.prove(printed)
    assert proof.verdict is Verdict.UNPROVED
    (branch,) = proof.branches
    assert branch.ground is Ground.UNREAD
    assert branch.text in printed
    assert branch.text.startswith("(tenant_id + 1) > ALL ( SELECT")


def test_a_leaking_branch_names_its_ground_and_its_text(ground: Trial) -> None:
    grounds = {
        "true": Ground.ALWAYS,
        "is_public": Ground.ROW_FLAG,
        "(tenant_id IS NULL)": Ground.NULL_TENANT,
        f"({S} IS NULL)": Ground.UNSET_SESSION,
        "(tenant_id = (current_setting('app.other'::text))::integer)": Ground.FORGEABLE_SETTING,
        "(tenant_id = 1)": Ground.CONSTANT_TENANT,
        f"(tenant_id <> ({I}))": Ground.INEQUALITY,
        "(EXISTS ( SELECT 1 FROM public.flags f WHERE f.is_on))": Ground.ADMIN_ROW,
    }
    for text, ground_ in grounds.items():
        assert [b.ground for b in ground.prove(text).branches] == [ground_], text


def test_a_model_says_what_a_witness_must_be(ground: Trial) -> None:
    text = f"((tenant_id = ({I})) OR (is_public AND (title = 'a'::text) AND (id > 5) AND (tenant_id <> 1)))"
    gate = Gate(ground.docs, ground.role, "SELECT", "using", (Clause("p", text),))
    (model,) = models(gate, ground.worlds[TENANT])
    columns = {name: model.wishes[number] for name, number in model.tested.columns.items()}
    constants = {name: wish.constant.value for name, wish in columns.items() if wish.constant is not None}
    assert constants == {"is_public": True, "title": "a"}
    assert [operator for operator, _ in columns["id"].bounds] == [">"]
    assert [str(other.value) for other in columns["tenant_id"].others] == ["1"]
    assert model.tenant == model.tested.columns["tenant_id"]


def test_the_tables_that_a_proof_relies_on_are_named(ground: Trial) -> None:
    catalog = ground.worlds[MEMBER].catalog
    (text,) = ground.deparsed(
        [f"tenant_id IN (SELECT m.tenant_id FROM public.members m WHERE m.user_id = {U})"]
    )
    assert text is not None
    assert ground.prove(text, MEMBER).trusts == {catalog.by_name["public", "members"].oid}
    (text,) = ground.deparsed([f"tenant_id = {I} AND EXISTS (SELECT 1 FROM public.members)"])
    assert text is not None
    assert ground.prove(text).trusts == frozenset()


def test_a_thousand_gates_take_less_than_half_a_second(ground: Trial) -> None:
    texts = [t for t in ground.deparsed(ATOMS) if t is not None]
    start = time.process_time()
    for _ in range(5):
        for text in texts:
            ground.prove(text)
    assert time.process_time() - start < 0.5 + 0.002 * len(texts)


def test_each_role_has_the_proof_of_what_it_may_read(ground: Trial) -> None:
    """Proofs are shared by roles that see the same, and by no others."""
    world = ground.worlds[TENANT]
    text = "(EXISTS ( SELECT 1 FROM public.boards b WHERE (b.tenant_id = docs.tenant_id)))"
    secret = "(tenant_id IN ( SELECT secrets.tenant_id FROM public.secrets))"
    above = next(role.oid for role in world.catalog.roles.values() if role.name == "postgres")

    def verdict(role: int, text: str) -> Verdict:
        return prove(Gate(ground.docs, role, "SELECT", "using", (Clause("p", text),)), world).verdict

    for _ in range(2):
        assert verdict(ground.role, text) is Verdict.ISOLATED
        assert verdict(above, text) is Verdict.PARTIAL
        assert verdict(ground.role, secret) is Verdict.DENIED
        assert verdict(above, secret) is Verdict.PARTIAL


def test_the_role_is_its_own_tenant_where_current_user_says_so(ground: Trial) -> None:
    world = ground.worlds[TENANT]
    named = World(
        world.matrix,
        TenantMap({ground.docs: TenantPath("tenant_text")}, ("current_user",), False),
        world.functions,
    )
    above = next(role.oid for role in world.catalog.roles.values() if role.name == "postgres")
    text = f"(tenant_text = '{ROLE}'::text)"

    def verdict(role: int) -> Verdict:
        return prove(Gate(ground.docs, role, "SELECT", "using", (Clause("p", text),)), named).verdict

    for _ in range(2):
        assert verdict(ground.role) is Verdict.ISOLATED
        assert verdict(above) is Verdict.PARTIAL


def test_operators_of_users_own_make_bodies_unread(database: Database) -> None:
    """In a body that was not resolved, = may be any of them."""
    database.execute("CREATE FUNCTION public.f(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = 1'")
    session = database.session()
    with session.unit() as unit:
        assert [f.body for f in read_functions(unit, session.server_version).values()] == ["SELECT $1 = 1"]
    database.execute(
        "CREATE FUNCTION public.always(int, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
        "CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = bigint, FUNCTION = public.always)"
    )
    with session.unit() as unit:
        assert {f.body for f in read_functions(unit, session.server_version).values()} == {None}


def test_a_name_that_an_aggregate_bears_too_is_not_read(database: Database) -> None:
    """The body of one function says nothing of another of its name."""
    database.execute(
        f"DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        "CREATE TABLE public.docs (tenant_id int);"
        f"CREATE FUNCTION public.mine(int) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1 = {I} $$"
    )

    def verdict() -> Verdict:
        session = database.session()
        catalog, _ = read_whole(session)
        with session.unit() as unit:
            matrix = read_access(unit, catalog, [ROLE])
            functions = read_functions(unit, catalog.server_version)
        docs = catalog.by_name["public", "docs"].oid
        world = World(matrix, TenantMap({docs: TenantPath("tenant_id")}, (TENANT,), False), functions)
        clause = Clause("p", "public.mine(tenant_id)")
        return prove(Gate(docs, matrix.roles[0].oid, "SELECT", "using", (clause,)), world).verdict

    assert verdict() is Verdict.ISOLATED
    database.execute("CREATE AGGREGATE public.mine(text) (SFUNC = textcat, STYPE = text)")
    assert verdict() is Verdict.UNPROVED
