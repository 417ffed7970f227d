"""The twin plans as its target does, over schemas that were written to be hard on it: by the program itself.

Each trial is a script and some seventy queries, one a line. The bars: 99 of 100 plans of the same shape, 95 of 100 of a
total cost within 5 %. A role that statistics are hidden from is told so of every plan that differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgplumb.cli.main import main
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.sql.split import split
from tests.cli.running import pgplumb
from tests.conftest import SETTINGS, majors

HERE = Path(__file__).parent
TRIALS = ("telemetry", "ledger", "tenants")
NEWEST = next(iter(majors()))


@dataclass(frozen=True)
class Trial:
    """A filled database on a server of its own, for it brings roles."""

    name: str
    server: EmbeddedServer

    def plans(self, tmp_path: Path, user: str = "postgres") -> list[Any]:
        """Return what `pgplumb plan` says of every query."""
        queries = (HERE / f"{self.name}.queries.sql").read_text().splitlines()
        workload = tmp_path / "workload.json"
        workload.write_text(json.dumps([{"query": q, "calls": 1, "rows": 1} for q in queries]))
        target = self.server.conninfo(self.name, user)
        done = pgplumb(
            *("plan", target, "--where", "both", "--format", "json", "--workload", str(workload)), timeout=180
        )
        assert (done.returncode, done.stderr) == (0, "")
        found: list[Any] = json.loads(done.stdout)["plans"]
        assert len(found) == len(queries)
        return found


def every_trial() -> list[Any]:
    """Return each trial on each major version; all but one of the newest take long."""
    return [
        pytest.param(
            (major, name),
            id=f"{name}-pg{major}",
            marks=[] if (major, name) == (NEWEST, TRIALS[0]) else pytest.mark.long,
        )
        for major in majors()
        for name in TRIALS
    ]


@pytest.fixture(scope="module", params=every_trial())
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    major, name = request.param
    with EmbeddedServer.start(bindir=majors()[major], settings=SETTINGS) as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        with psycopg.connect(server.conninfo(name), autocommit=True) as connection:
            connection.execute("SELECT setseed(0.5)")
            for statement in split((HERE / f"{name}.sql").read_text()):
                connection.execute(statement.text.encode())
        yield Trial(name, server)


def cost(side: Any) -> float:
    return float(side["plan"]["Total Cost"])


def refused(plan: Any) -> bool:
    """Whether both refuse a query, for the same reason."""
    errors = [plan[where].get("error") for where in ("target", "twin")]
    return errors[0] is not None and errors[0] == errors[1]


def misses(plans: list[Any]) -> tuple[list[str], list[str]]:
    """Return the queries whose plans differ in shape, and those whose costs are more than 5 % apart."""
    shapes = [p["query"] for p in plans if not p["same_shape"] and not refused(p)]
    same = [p for p in plans if p["same_shape"]]
    apart = [p for p in same if abs(cost(p["twin"]) - cost(p["target"])) > 0.05 * cost(p["target"])]
    return shapes, shapes + [p["query"] for p in apart]


def test_plans_are_the_targets(trial: Trial, tmp_path: Path) -> None:
    plans = trial.plans(tmp_path)
    assert [p["query"] for p in plans if p["unknown"] or refused(p)] == []
    shapes, costs = misses(plans)
    assert len(shapes) <= len(plans) * 0.01, shapes
    assert len(costs) <= len(plans) * 0.05, costs


PART = (
    "SELECT * FROM readings.of_device(44) WHERE metric = 'temp'",
    "SELECT * FROM readings.good WHERE device = 12 AND at > '2024-04-01'",
    "SELECT * FROM fleet.asset WHERE id = 9500",
)
"""A function of SQL, a view, a parent: each reads tables that it does not name."""


def test_a_twin_of_what_queries_name_has_the_statistics_of_all_that_they_read(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if trial.name != "telemetry":
        pytest.skip("no partitions in this trial")
    monkeypatch.setattr("pgplumb.twin.source.WHOLE", 0)
    for query in PART:
        conninfo = trial.server.conninfo(trial.name)
        assert main(["plan", conninfo, "--where", "both", "--format", "json", "--query", query]) == 0
        plans = json.loads(capsys.readouterr().out)["plans"]
        assert [p["unknown"] for p in plans] == [[]]
        assert misses(plans) == ([], [])


def test_a_plan_that_is_not_the_targets_is_unknown_to_a_role_that_sees_little(
    trial: Trial, tmp_path: Path
) -> None:
    if trial.name != "tenants":
        pytest.skip("no roles in this trial")
    plans = trial.plans(tmp_path, "trial_clerk")
    refusals = [p for p in plans if refused(p)]
    assert 0 < len(refusals) < 5
    assert all(p["target"]["sqlstate"] == "42501" for p in refusals)
    known = [p for p in plans if not p["unknown"] and not refused(p)]
    assert len(known) >= 10
    assert misses(known) == ([], [])
