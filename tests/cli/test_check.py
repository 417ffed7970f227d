"""`pgplumb check` on a real server: exit statuses, the JSON document, profile and baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pgplumb.cli.main import main
from pgplumb.sql.parser import parse
from tests.cli.running import SHOP, here, pgplumb
from tests.databases import Database


@pytest.fixture
def shop(database: Database) -> Database:
    database.execute(SHOP)
    return database


@pytest.fixture
def check(shop: Database, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs the check as JSON and gives status and document."""

    def run(*arguments: str) -> tuple[int, Any]:
        status = main(["check", shop.uri, "--format", "json", *arguments])
        return status, json.loads(capsys.readouterr().out)

    return run


def rule(document: Any, rule_id: str) -> Any:
    (found,) = [r for r in document["rules"] if r["id"] == rule_id]
    return found


def test_the_threshold_decides_the_status(shop: Database) -> None:
    warning = ("check", shop.uri, "--rule", "fk-columns-indexed")
    assert pgplumb(*warning).returncode == 0
    assert here(*warning, "--fail-on", "warning").returncode == 1
    error = ("check", shop.uri, "--rule", "table-has-primary-key")
    assert pgplumb(*error).returncode == 1
    assert here(*error, "--fail-on", "warning").returncode == 1
    assert here(*error, "--fail-on", "never").returncode == 0


def test_unknown_alone_is_no_failure(shop: Database) -> None:
    done = here("check", shop.uri, "--rule", "no-unused-index", "--fail-on", "warning", "--format", "json")
    assert json.loads(done.stdout)["rules"][0]["status"] in ("unknown", "not_applicable")
    assert done.returncode == 0


def test_the_document_has_every_key_of_the_contract(check: Any) -> None:
    status, document = check()
    assert status == 1
    assert document["format"] == "pgplumb.check.v1"
    assert set(document["summary"]) == {"pass", "fail", "unknown", "not_applicable", "waived"}
    assert sum(document["summary"].values()) == len(document["rules"])
    for each in document["rules"]:
        assert {
            "id",
            "title",
            "category",
            "severity",
            "tier",
            "status",
            "checked",
            "reason",
            "attested",
            "findings",
        } <= set(each)
        assert each["severity"] in ("error", "warning", "info")
        assert each["tier"] in ("now", "growth", "scale")
        assert isinstance(each["reason"], str)
        assert bool(each["reason"]) is (each["status"] in ("unknown", "not_applicable"))
        for finding in each["findings"]:
            assert set(finding) - {"fix_missing"} == {
                "object",
                "related",
                "message",
                "evidence",
                "fix",
                "waived",
            }
            assert finding["waived"] is None


def test_a_fix_comes_with_its_sql_and_the_way_back(check: Any) -> None:
    _, document = check("--rule", "fk-columns-indexed")
    (finding,) = rule(document, "fk-columns-indexed")["findings"]
    assert finding["object"] == "fk:public.orders.orders_customer_id_fkey"
    assert finding["related"] == ["table:public.customers"]
    assert finding["fix"] == {
        "intent": "create-index",
        "fields": {"columns": ["customer_id"], "table": "public.orders"},
        "sql": "CREATE INDEX CONCURRENTLY idx_orders_customer_id ON public.orders (customer_id);",
        "down": "DROP INDEX CONCURRENTLY IF EXISTS public.idx_orders_customer_id;",
        "online": True,
    }


def test_a_fix_that_cannot_be_written_says_why(check: Any, shop: Database) -> None:
    shop.execute(
        "CREATE TABLE prices (id int PRIMARY KEY, price money); CREATE VIEW listed AS SELECT * FROM prices"
    )
    _, document = check("--rule", "numeric-for-money")
    (finding,) = rule(document, "numeric-for-money")["findings"]
    assert finding["fix"] is None
    assert finding["fix_missing"] == "views read public.prices: public.listed"


def test_every_sql_of_a_fix_parses(check: Any) -> None:
    _, document = check()
    fixes = [f["fix"] for r in document["rules"] for f in r["findings"] if f["fix"]]
    assert len(fixes) >= 3
    for fix in fixes:
        assert parse(fix["sql"])
        assert fix["down"] is None or parse(fix["down"])


def test_two_runs_over_the_same_database_give_the_same_bytes_but_for_the_time(shop: Database) -> None:
    rules = ("--rule", "fk-columns-indexed", "--rule", "table-has-primary-key", "--rule", "snake-case-names")
    first, second = (pgplumb("check", shop.uri, "--format", "json", *rules).stdout for _ in range(2))
    assert [a for a, b in zip(first.splitlines(), second.splitlines(), strict=True) if a != b] == [
        line for line in first.splitlines() if '"read_at"' in line
    ]


def test_rules_and_findings_are_sorted(check: Any, shop: Database) -> None:
    for name in ("zebra", "apple", "mango"):
        shop.execute(f"CREATE TABLE {name} (body text)")
    _, document = check()
    assert [r["id"] for r in document["rules"]] == sorted(r["id"] for r in document["rules"])
    objects = [f["object"] for f in rule(document, "table-has-primary-key")["findings"]]
    assert objects == ["table:public.apple", "table:public.mango", "table:public.notes", "table:public.zebra"]


def test_only_the_rules_that_were_named_run(check: Any) -> None:
    _, document = check("--rule", "fk-columns-indexed", "--rule", "table-has-primary-key")
    assert [r["id"] for r in document["rules"]] == ["fk-columns-indexed", "table-has-primary-key"]


def test_a_rule_that_the_profile_turns_off_runs_when_it_is_named(check: Any, tmp_path: Path) -> None:
    profile = tmp_path / "pgplumb.toml"
    profile.write_text('[rules]\ndisabled = ["fk-columns-indexed"]\n')
    _, document = check("--profile", str(profile))
    assert "fk-columns-indexed" not in {r["id"] for r in document["rules"]}
    _, document = check("--profile", str(profile), "--rule", "fk-columns-indexed")
    assert rule(document, "fk-columns-indexed")["status"] == "fail"


def test_a_waiver_is_shown_and_no_longer_counts(check: Any, tmp_path: Path) -> None:
    profile = tmp_path / "pgplumb.toml"
    profile.write_text(
        '[[waivers]]\nrule = "table-has-primary-key"\nobject = "table:public.notes"\n'
        'reason = "scratch"\nby = "maria"\nuntil = 2999-12-31\n'
    )
    status, document = check("--profile", str(profile), "--rule", "table-has-primary-key")
    assert status == 0
    found = rule(document, "table-has-primary-key")
    assert found["status"] == "waived"
    assert found["findings"][0]["waived"] == {"reason": "scratch", "by": "maria", "until": "2999-12-31"}


def test_the_profile_of_the_folder_is_used(
    check: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pgplumb.toml").write_text('[severities]\ntable-has-primary-key = "info"\n')
    monkeypatch.chdir(tmp_path)
    status, document = check("--rule", "table-has-primary-key")
    assert (status, document["rules"][0]["severity"]) == (0, "info")


def test_only_what_the_baseline_lacks_counts(check: Any, shop: Database, tmp_path: Path) -> None:
    rules = ("--rule", "table-has-primary-key", "--rule", "fk-columns-indexed", "--fail-on", "warning")
    _, earlier = check(*rules)
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps(earlier))
    status, document = check(*rules, "--baseline", str(baseline))
    assert status == 0
    assert document["baseline"] == {"new": 0, "known": 2, "gone": 0}
    assert document["summary"]["fail"] == 2
    shop.execute(
        "CREATE INDEX ON orders (customer_id); CREATE TABLE more (body text); INSERT INTO notes VALUES ('x')"
    )
    status, document = check(*rules, "--baseline", str(baseline))
    assert status == 1
    assert document["baseline"] == {"new": 1, "known": 1, "gone": 1}
    findings = rule(document, "table-has-primary-key")["findings"]
    assert [(f["object"], f["new"]) for f in findings] == [
        ("table:public.more", True),
        ("table:public.notes", False),
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "pgplumb.check.v1"}', '{"format": "x", "rules": []}']
)
def test_a_file_that_is_no_baseline_is_refused(
    text: str, shop: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.json").write_text(text)
    assert main(["check", shop.uri, "--baseline", str(tmp_path / "b.json")]) == 2
    assert "is no baseline" in capsys.readouterr().err


def test_a_role_that_may_not_read_what_is_needed_is_status_4(shop: Database) -> None:
    shop.execute("REVOKE SELECT ON pg_catalog.pg_settings FROM PUBLIC")
    shop.execute("DROP ROLE IF EXISTS nobody_special; CREATE ROLE nobody_special LOGIN")
    try:
        done = here("check", shop.target("nobody_special").conninfo)
    finally:
        shop.execute("DROP ROLE nobody_special")
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "pg_settings" in done.stderr


@pytest.mark.parametrize("target", ["postgresql://127.0.0.1:1/x", "host=/nonexistent dbname=x", "-"])
def test_a_server_that_cannot_be_had_is_status_3(target: str, shop: Database) -> None:
    done = here("check", target if target != "-" else f"{shop.server.conninfo('no such database')}")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_arguments_as_psql_takes_them(shop: Database) -> None:
    where = ("-h", str(shop.server.socket_directory), "-U", "postgres", "-d", shop.name)
    done = here(*where, "check", "--rule", "fk-columns-indexed", "--format", "json")
    assert json.loads(done.stdout)["database"] == shop.name


def test_a_password_in_the_arguments_is_warned_of_and_not_repeated(shop: Database) -> None:
    uri = shop.uri.replace("postgres@", "postgres:s3cret@")
    done = here("check", uri, "--rule", "fk-columns-indexed")
    assert done.returncode == 0
    assert done.stderr.startswith("pgplumb: warning:")
    assert "s3cret" not in done.stdout + done.stderr
