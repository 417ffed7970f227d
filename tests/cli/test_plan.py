"""`pgplumb plan` on a real server and in its twin: the document, what cannot be planned, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pgplumb.cli.main import main
from pgplumb.server import embedded
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.cli.running import PROGRAM, pgplumb
from tests.cli.shop import QUERIES, SECRET, fill, write_workload
from tests.databases import Database

KEYS = {"query", "target", "twin", "insights"}
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def shop(server: embedded.EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "plan_shop")
    fill(database)
    yield database
    database.drop()


@pytest.fixture
def plan(shop: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command and gives its document."""

    def run(*arguments: str) -> Any:
        target = () if "--from-dump" in arguments else (shop.uri,)
        assert main(["plan", *target, "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_the_document_has_every_key_and_both_plans(plan: Run, tmp_path: Path) -> None:
    found = plan("--workload", write_workload(tmp_path / "w.json"), "--where", "both")
    assert found["format"] == "pgplumb.plan.v1"
    assert [p["query"] for p in found["plans"]] == list(QUERIES)
    for each in found["plans"]:
        assert each.keys() >= KEYS
        assert each["target"]["plan"]["Node Type"] == each["twin"]["plan"]["Node Type"]
        assert each["same_shape"] is True
        assert all(i.keys() >= {"id", "node", "message", "evidence"} for i in each["insights"])


def test_by_default_only_the_target_is_asked(plan: Run) -> None:
    (one,) = plan("--query", "SELECT * FROM app.customers WHERE email = 'x'")["plans"]
    assert one["twin"] is None
    assert one["target"]["plan"]["Node Type"] == "Seq Scan"


def test_a_scale_is_the_twins_and_the_target_stays_as_it_is(plan: Run) -> None:
    (one,) = plan("--query", QUERIES[1], "--where", "both", "--scale", "100")["plans"]
    target, twin = one["target"]["plan"], one["twin"]["plan"]
    assert twin["Total Cost"] > 10 * target["Total Cost"]
    found = plan("--query", QUERIES[1], "--scale", "100")
    assert (found["where"], found["plans"][0]["target"]) == ("twin", None)


UNPLANNABLE = {
    "SELECT * FROM app.nowhere": '"app.nowhere" does not exist',
    "SELECT FROM WHERE": "syntax error",
    "VACUUM app.orders": "VACUUM has no plan",
    "SELECT 1; SELECT 2": "more than one statement",
    "-- nothing": "the text holds no statement",
    "SELECT * FROM app.orders WHERE total = 'x": "does not end",
}


def test_what_cannot_be_planned_says_why_and_the_rest_is_planned(plan: Run, tmp_path: Path) -> None:
    long = f"SELECT * FROM app.orders WHERE id IN ({', '.join(map(str, range(5000)))})"
    queries = [QUERIES[0], *UNPLANNABLE, long]
    plans = plan("--workload", write_workload(tmp_path / "w.json", queries), "--where", "both")["plans"]
    assert "plan" in plans[0]["target"]
    assert "plan" in plans[-1]["twin"]
    for one, why in zip(plans[1:-1], UNPLANNABLE.values(), strict=True):
        assert why in one["target"]["error"]
        assert why in one["twin"]["error"]
        assert one["insights"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is nothing to plan"),
        (("--query", "SELECT 1", "--scale", "0"), "out of range"),
        (("--query", "SELECT 1", "--scale", "nan"), "out of range"),
        (("--query", "SELECT 1", "--scale", "2", "--where", "target"), "not the target"),
        (("--query", "SELECT 1", "--from-dump", "d.sql", "--where", "both"), "no server to ask"),
        (("--query", "SELECT 1", "--from-dump", "/nowhere.sql"), "cannot be read as a dump"),
        (("--workload", "/nowhere.json"), "No such file"),
        (("--query", "SELECT 1", "--format", "xml"), "invalid choice"),
    ],
)
def test_a_command_that_cannot_be_carried_out_is_one_line_and_status_2(
    arguments: tuple[str, ...], said: str, shop: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    target = () if "--from-dump" in arguments else (shop.uri,)
    assert main(["plan", *target, *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("text", ["{broken", "{}", '[{"calls": 1}]', '[{"query": 1}]', "", "[]"])
def test_a_workload_that_is_none_is_named(
    text: str, shop: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "w.json"
    path.write_text(text)
    assert main(["plan", shop.uri, "--workload", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_server_that_is_not_there_is_status_3(tmp_path: Path) -> None:
    assert main(["plan", f"host={tmp_path}", "--query", "SELECT 1"]) == 3


def test_without_programs_of_a_server_there_is_no_twin(shop: Database, tmp_path: Path) -> None:
    arguments = ("plan", shop.uri, "--query", QUERIES[0], "--where", "twin")
    done = pgplumb(*arguments, PGPLUMB_PG_BINDIR=str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith("pgplumb: PGPLUMB_PG_BINDIR names")
    assert done.stderr.count("\n") == 1


def test_no_sample_value_reaches_the_twin_or_the_output(plan: Run, shop: Database, tmp_path: Path) -> None:
    def held(twin: Twin) -> bool:
        """Tell whether the value stands in any file of a twin that has planned."""
        twin.planning(10)
        files = [p for p in twin.root.rglob("*") if p.is_file()]
        assert files
        return any(SECRET.encode() in path.read_bytes() for path in files)

    with shop.session() as session:
        with Twin.start(read_source(session)) as open_handed:
            assert held(open_handed)
        source = read_source(session, sample_values=False)
    read = source.statistics
    assert read is not None
    assert SECRET not in repr([list(rows) for rows in (read.columns, read.object_data, read.expressions)])
    with Twin.start(source) as twin:
        assert not held(twin)
    workload = write_workload(tmp_path / "w.json")
    found = plan("--workload", workload, "--where", "both", "--no-sample-values")
    assert SECRET not in json.dumps(found)
    assert all("plan" in p["twin"] for p in found["plans"])


@pytest.fixture
def dumped(shop: Database, tmp_path: Path) -> Callable[..., str]:
    """Return a function that dumps the shop."""

    def dump(*options: str) -> str:
        path = tmp_path / "d.sql"
        program = shop.server.bindir.path / "pg_dump"
        subprocess.run([program, *options, "-f", path, "-d", shop.conninfo], check=True)
        return str(path)

    return dump


def test_a_dump_is_planned_without_a_server(plan: Run, dumped: Callable[..., str], shop: Database) -> None:
    statistics = ["--no-data", "--statistics"] if shop.server.major >= 18 else ["--schema-only"]
    (one,) = plan(
        "--from-dump", dumped(*statistics), "--query", "SELECT * FROM orders WHERE customer_id = 4"
    )["plans"]
    assert one["target"] is None
    assert one["twin"]["plan"]["Relation Name"] == "orders"
    (bare,) = plan("--from-dump", dumped("--schema-only"), "--query", QUERIES[0])["plans"]
    assert bare["unknown"] == ["app.orders: the dump holds no statistics of it"]


@pytest.mark.long
def test_a_locked_table_is_named_and_the_others_are_planned(
    plan: Run, shop: Database, tmp_path: Path
) -> None:
    queries = ["SELECT * FROM app.orders", "SELECT * FROM app.customers"]
    locker = shop.connect()
    locker.execute("LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE")
    plans = plan("--workload", write_workload(tmp_path / "w.json", queries), "--where", "both")["plans"]
    locker.rollback()
    assert "lock" in plans[0]["target"]["error"]
    assert f"app.orders is not in the twin: locked by {locker.info.backend_pid}" in plans[0]["twin"]["error"]
    assert plans[1]["same_shape"] is True


@pytest.mark.long
def test_equal_input_gives_equal_bytes_whatever_the_hash_seed(shop: Database, tmp_path: Path) -> None:
    workload = write_workload(tmp_path / "w.json")
    arguments = ("plan", shop.uri, "--where", "both", "--format", "json", "--workload", workload)
    outputs = {pgplumb(*arguments, PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "2", "3", "4242")}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["plans"]


FULL = """
    mount -t tmpfs -o size=64m none /dev/shm && mount -t tmpfs -o size=20m none "$0" && chmod 1777 "$0" || exit 77
    TMPDIR="$0" "$@"; status=$?; ls -A "$0"; exit $status
"""
"""Run a program that has 20 MB for temporary files, in `$0`, and say what it left there."""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount")
def test_no_room_for_a_twin_is_one_line_and_leaves_nothing(shop: Database) -> None:
    command = [PROGRAM, "plan", shop.uri, "--query", QUERIES[0], "--where", "twin"]
    with tempfile.TemporaryDirectory() as small:
        Path(small).chmod(0o755)
        run = ["unshare", "-m", "sh", "-c", FULL, small, *command]
        done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode in (1, 77, 127):
        pytest.skip("cannot mount here")
    assert (done.returncode, done.stdout) == (3, "")
    assert "MB are free in" in done.stderr
    assert done.stderr.count("\n") == 1
