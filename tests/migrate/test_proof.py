"""A down is proved by doing it: up, down and up again in a copy of the twin."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pgplumb.migrate.plan import Step
from pgplumb.migrate.proof import Proof, prove, prove_text
from pgplumb.migrate.rehearsal.stopping import Stop
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.conftest import Clusters, each_major, majors, sampled
from tests.databases import Database
from tests.migrate.pairs import MORE, REFERENCE, SCHEMA, Pair


@dataclass
class Ground:
    twin: Twin
    major: int


def made(clusters: Clusters, major: int, name: str) -> Iterator[Ground]:
    database = Database.create(clusters.get(major), f"{name}_{major}")
    database.execute(SCHEMA)
    with database.session() as session:
        source = read_source(session)
    with Twin.start(source, bindir=database.server.bindir.path) as twin:
        yield Ground(twin, major)
    database.drop()


@pytest.fixture(scope="module", params=each_major())
def every_ground(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Ground]:
    """A twin of the schema, of each major version."""
    yield from made(clusters, request.param, "proof_each")


@pytest.fixture(scope="module")
def twin(clusters: Clusters) -> Iterator[Twin]:
    """A twin of the schema, of the newest version."""
    for ground in made(clusters, next(iter(majors())), "proof"):
        yield ground.twin


def proved(twin: Twin, pair: Pair) -> Proof:
    return prove_text(twin, pair.up, pair.down, "autocommit" if pair.autocommit else "transaction")


def said(proof: Proof) -> str:
    found = (f"{d.object} {d.what}" for d in proof.differences)
    return "\n".join([proof.why, *proof.losses, *proof.unknown, *found])


@pytest.mark.parametrize("pair", sampled(REFERENCE, 4), ids=lambda p: p.name)
def test_a_pair_of_the_reference_gets_its_verdict(every_ground: Ground, pair: Pair) -> None:
    proof = proved(every_ground.twin, pair)
    assert proof.verdict == pair.verdict, proof
    assert pair.says in said(proof)


@pytest.mark.parametrize("pair", sampled(MORE, 10), ids=lambda p: p.name)
def test_a_pair_gets_its_verdict(twin: Twin, pair: Pair) -> None:
    proof = proved(twin, pair)
    assert proof.verdict == pair.verdict, proof
    assert pair.says in said(proof)
    assert proof.why


def test_an_exact_proof_has_run_the_up_twice(twin: Twin) -> None:
    proof = proved(twin, MORE[2])
    assert (proof.verdict, proof.repeatable, proof.differences, proof.losses) == ("exact", True, (), ())


def test_steps_go_back_from_the_last_each_in_its_mode(twin: Twin) -> None:
    steps = (
        Step("expand", "ALTER TABLE orders ADD x int;", "ALTER TABLE orders DROP x;"),
        Step(
            "expand",
            "CREATE INDEX CONCURRENTLY i ON orders (x);",
            "DROP INDEX CONCURRENTLY i;",
            autocommit=True,
        ),
        Step(
            "contract",
            "ALTER TABLE orders ALTER x SET DEFAULT 1;",
            "ALTER TABLE orders ALTER x DROP DEFAULT;",
        ),
    )
    assert prove(twin, steps).verdict == "exact"
    one_way = Step("contract", "COMMENT ON TABLE orders IS NULL;", None)
    assert prove(twin, (*steps, one_way)).verdict == "none"


def test_one_proof_leaves_nothing_for_the_next(twin: Twin) -> None:
    pair = Pair("", "CREATE TABLE left_there (id int)", None, "none")
    assert [proved(twin, pair).verdict for _ in range(2)] == ["none", "none"]


def test_a_proof_ends_when_its_time_is_over(twin: Twin) -> None:
    began = time.monotonic()
    proof = prove_text(twin, "SELECT pg_sleep(60)", "SELECT 1", seconds=1)
    assert proof.verdict == "unknown"
    assert "longer than 1 s" in proof.why
    assert time.monotonic() - began < 60


def test_a_proof_that_is_no_longer_wanted_ends(twin: Twin) -> None:
    stop = Stop()
    timer = threading.Timer(0.5, stop.now)
    timer.start()
    proof = prove_text(twin, "SELECT pg_sleep(60)", "SELECT 1", stop=stop)
    timer.join()
    assert proof.verdict == "unknown"
    assert proof.seconds < 60


def test_a_timeout_that_the_script_sets_is_the_scripts_own(twin: Twin) -> None:
    proof = prove_text(twin, "SET statement_timeout = 50; SELECT pg_sleep(60)", "SELECT 1")
    assert (proof.verdict, proof.sqlstate) == ("unknown", "57014")


def test_settings_and_names_are_those_of_the_session(twin: Twin) -> None:
    settings = {"search_path": "app"}
    assert (
        prove_text(twin, "CREATE TABLE there (id int)", "DROP TABLE app.there", settings=settings).verdict
        == "exact"
    )
    assert prove_text(twin, "CREATE TABLE there (id int)", "DROP TABLE app.there").verdict == "none"
