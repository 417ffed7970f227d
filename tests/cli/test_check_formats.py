"""`pgplumb check` for other programs: SARIF, JUnit and Markdown; profile, attestations and the quality checklist."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pgplumb.cli.main import main
from tests.cli.running import SHOP
from tests.cli.sarif import Sarif
from tests.databases import Database

ODD = 'CREATE TABLE "a<b>&`|x" (n int)'
PROFILE = """
[[waivers]]
rule = "table-has-primary-key"
object = "table:public.notes"
reason = "a scratch pad"
by = "maria"

[[waivers]]
rule = "fk-columns-indexed"
object = "*"
reason = "tiny"
by = "maria"
until = 2020-01-31

[[attestations]]
rule = "runbooks"
by = "jonas"
on = 2026-01-01
until = 2126-01-01

[[attestations]]
rule = "backup-evidence"
by = "jonas"
on = 2020-01-01
until = 2020-02-01
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    database.execute(SHOP + ODD)
    profile = tmp_path / "pgplumb.toml"
    profile.write_text(PROFILE)

    def check(form: str, *more: str) -> tuple[int, str]:
        status = main(["check", database.uri, "--profile", str(profile), "--format", form, *more])
        return status, capsys.readouterr().out

    return check


def test_sarif_has_the_structure_that_the_standard_requires(run: Run) -> None:
    status, text = run("sarif")
    assert status == 1
    found = Sarif.model_validate(json.loads(text)).runs[0]
    keys = [result for result in found.results if result.ruleId == "table-has-primary-key"]
    assert {result.level for result in keys} == {"error"}
    waived = {r.locations[0].logicalLocations[0].fullyQualifiedName: bool(r.suppressions) for r in keys}
    assert waived == {"table:public.notes": True, 'table:public."a<b>&`|x"': False}
    notes = found.invocations[0].toolExecutionNotifications
    assert any(note.associatedRule and note.associatedRule.id == "backup-evidence" for note in notes)


def test_sarif_tells_new_findings_from_those_of_the_baseline(run: Run, tmp_path: Path) -> None:
    _, document = run("json")
    baseline = tmp_path / "baseline.json"
    baseline.write_text(document)
    status, text = run("sarif", "--baseline", str(baseline))
    assert status == 0
    results = Sarif.model_validate(json.loads(text)).runs[0].results
    keys = [r for r in results if r.ruleId == "table-has-primary-key"]
    assert {(r.baselineState, bool(r.suppressions)) for r in keys} == {("unchanged", False), (None, True)}


def test_junit_fails_what_the_threshold_reaches_and_skips_what_is_not_known(run: Run) -> None:
    _, text = run("junit")
    root = ET.fromstring(text)
    cases = {case.get("name"): case for case in root.iter("testcase")}
    failure = cases["table-has-primary-key"].find("failure")
    assert failure is not None
    assert 'table:public."a<b>&`|x"' in (failure.text or "")
    assert "table:public.notes" not in (failure.text or "")
    skipped = cases["backup-evidence"].find("skipped")
    assert skipped is not None
    assert "held until 2020-02-01" in str(skipped.get("message"))
    assert cases["fk-columns-indexed"].find("failure") is None
    assert "customer_id" in (cases["fk-columns-indexed"].findtext("system-out") or "")
    for suite in root.iter("testsuite"):
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
    _, text = run("junit", "--fail-on", "never")
    assert ET.fromstring(text).get("failures") == "0"


def test_names_stay_text_in_markdown(run: Run) -> None:
    _, text = run("markdown")
    assert '`` table:public."a<b>&`|x" ``' in text
    assert "a\\<b\\>\\&\\`\\|x" in text
    assert "## Waived" in text
    assert "a scratch pad \\(maria" in text or "a scratch pad (maria)" in text
    assert "## Waivers that expired" in text
    table = [line for line in text.splitlines() if line.startswith("| Foreign keys are indexed")]
    assert len(table) == 1
    assert "| fail |" in table[0]


def test_the_quality_checklist_is_sorted_and_says_what_is_attested(run: Run) -> None:
    _, text = run("json")
    found: list[dict[str, Any]] = json.loads(text)["quality"]
    assert [item["id"] for item in found] == sorted(item["id"] for item in found)
    items = {item["id"]: item for item in found}
    assert items["runbooks"]["status"] == "pass"
    assert items["runbooks"]["attested"]["by"] == "jonas"
    assert items["self-seed-data"]["status"] == "unknown"
    assert items["self-primary-keys"]["status"] == "fail"
    assert items["backups"]["attested"] is None
    _, text = run("json", "--rule", "no-char-n")
    assert json.loads(text)["quality"] == []


def test_a_waiver_that_expired_is_said(run: Run) -> None:
    _, text = run("json")
    (rule,) = [r for r in json.loads(text)["rules"] if r["id"] == "fk-columns-indexed"]
    assert rule["status"] == "fail"
    assert rule["findings"][0]["waived"] is None
    assert rule["findings"][0]["waiver_expired"]["until"] == "2020-01-31"
    _, shown = run("text", "--rule", "fk-columns-indexed")
    assert "waiver expired on 2020-01-31" in shown


def test_a_profile_with_a_name_that_is_none_is_refused_with_its_line(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pgplumb.toml"
    path.write_text('[rules]\ndisabled = ["no-chars-n"]\n')
    assert main(["check", database.uri, "--profile", str(path)]) == 2
    said = capsys.readouterr().err
    assert "line 2: rules.disabled names no-chars-n, which is no rule; did you mean no-char-n" in said


def test_a_standby_that_cannot_be_reached_is_no_error_of_the_command(run: Run) -> None:
    status, text = run("json", "--replica", "host=/nowhere dbname=x", "--rule", "no-unused-index")
    assert status == 0
    assert json.loads(text)["rules"][0]["status"] in ("unknown", "not_applicable")


def test_rows_are_sampled_only_where_asked_for_and_what_runs_is_told(
    database: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, zip int, city int);"
        "INSERT INTO t SELECT i, i % 90, (i % 90) / 9 FROM generate_series(1, 3000) i; ANALYZE t"
    )
    monkeypatch.chdir(tmp_path)
    line = ["check", database.conninfo, "--rule", "no-functional-dependency", "--format", "json"]
    assert main(line) == 0
    quiet = capsys.readouterr()
    assert "TABLESAMPLE" not in quiet.err
    assert main([*line, "--sample-rows"]) == 0
    told = capsys.readouterr()
    assert told.err.count("TABLESAMPLE") == 1
    assert "READ ONLY" in told.err
    assert "column:public.t.city" in told.out
    assert "column:public.t.city" not in quiet.out
