"""`pgplumb rls`: the document, the exit status, and a text that fits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.cli.running import here, pgplumb
from tests.databases import Database

SCHEMA = """
CREATE ROLE app LOGIN; CREATE ROLE report LOGIN;
CREATE TABLE projects (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, project_id int REFERENCES projects);
CREATE TABLE tasks (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects);
CREATE TABLE "Odd\\e[31m" (tenant_id int);
ALTER TABLE docs ENABLE ROW LEVEL SECURITY; ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (tenant_id = current_setting('app.tenant_id', true)::int);
CREATE POLICY p ON projects USING (tenant_id = current_setting('app.tenant_id', true)::int);
CREATE POLICY p ON tasks USING (EXISTS (SELECT 1 FROM projects p WHERE p.id = tasks.project_id
  AND p.tenant_id = current_setting('app.tenant_id', true)::int));
GRANT SELECT, INSERT, UPDATE, DELETE ON docs, projects, tasks TO app;
GRANT SELECT ON docs TO report; ALTER ROLE report BYPASSRLS;
"""
STATED = ("--tenant", "tenant_id", "--identity", "current_setting('app.tenant_id')")


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "cli_rls")
    database.execute(SCHEMA)
    yield database
    database.drop()


def test_the_document_is_the_contracts(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text('{"public.tasks": "project_id -> projects.tenant_id"}')
    run = pgplumb(
        "rls", database.uri, *STATED, "--tenant-map", str(path), "--role", "app", "--format", "json"
    )
    found = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert found["format"] == "pgplumb.rls.v1"
    assert found["tenant"]["columns"]["public.docs"] == "tenant_id"
    assert found["tenant"]["columns"]["public.tasks"] == "project_id -> public.projects.tenant_id"
    assert found["tenant"]["identity"] == ["current_setting('app.tenant_id')"]
    assert found["tenant"]["inferred"] is False
    assert found["probe"] == []
    keys = {
        "object",
        "kind",
        "role",
        "command",
        "verdict",
        "suspected",
        "reasons",
        "policies",
        "using",
        "check",
    }
    assert keys | {"assumptions"} <= set(found["cells"][0])
    cells = {(c["object"], c["command"]): c for c in found["cells"]}
    assert {c["role"] for c in found["cells"]} == {"app"}
    assert cells["public.tasks", "SELECT"]["verdict"] == "isolated"
    cell = cells["public.docs", "UPDATE"]
    assert cell["verdict"] == "isolated"
    assert (
        cell["using"]
        == cell["check"]
        == "(tenant_id = (current_setting('app.tenant_id'::text, true))::integer)"
    )
    assert cell["policies"] == ["p"]


def test_an_open_cell_is_a_finding_and_denied_ones_are_not(database: Database) -> None:
    assert here("rls", database.uri, *STATED, "--role", "report", "--format", "json").returncode == 1
    assert here("rls", database.uri, *STATED, "--role", "app", "--format", "markdown").returncode == 0


def test_without_a_map_tenants_and_identity_are_inferred(database: Database) -> None:
    found = json.loads(here("rls", database.uri, "--role", "app", "--format", "json").stdout)
    assert found["tenant"]["inferred"] is True
    assert found["tenant"]["identity"] == ["current_setting('app.tenant_id')"]
    assert found["tenant"]["columns"]["public.tasks"] == "project_id -> public.projects.tenant_id"
    assert {c["verdict"] for c in found["cells"] if c["object"] == "public.tasks"} == {"isolated", "denied"}


@pytest.mark.long
def test_equal_databases_give_equal_bytes(database: Database) -> None:
    def once() -> list[str]:
        run = pgplumb("rls", database.uri, *STATED, "--format", "json")
        return [line for line in run.stdout.splitlines() if '"read_at"' not in line]

    assert once() == once()


def test_the_text_names_the_worst_first_and_prints_no_escapes(database: Database) -> None:
    run = here("rls", database.uri, *STATED)
    assert run.returncode == 1
    assert "\x1b" not in run.stdout
    assert "cells decided" in run.stdout
    assert "report" in run.stdout
    assert "superuser or BYPASSRLS" in run.stdout
    assert "2 objects are isolated or denied for every role: public.docs, public.projects" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "nobody_at_all"], "there is no role nobody_at_all"),
        (["--tenant-map", "{tmp}/missing.json"], "cannot be read"),
        (["--tenant-map", "{tmp}/list.json"], "is no map of tenants"),
        (["--tenant-map", "{tmp}/table.json"], "there is no table public.nothing"),
        (["--tenant-map", "{tmp}/path.json"], "public.tasks has no column other_id"),
        (["--identity", "current_setting('app.tenant_id'"], "is no SQL expression"),
        (["--identity", "members(tenant_id) where"], "is no SQL expression"),
        (["--identity", ""], "is no SQL expression"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_status_2(
    database: Database, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "table.json").write_text('{"public.nothing": "tenant_id"}')
    (tmp_path / "path.json").write_text('{"public.tasks": "other_id -> projects.tenant_id"}')
    run = here("rls", database.uri, *(a.replace("{tmp}", str(tmp_path)) for a in arguments))
    assert run.returncode == 2
    assert said in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_an_identity_that_proves_nothing_is_told(database: Database) -> None:
    stated = (
        "--tenant",
        "tenant_id",
        "--identity",
        "strangers(tenant_id) where user_id = current_setting('x.y')",
    )
    run = here("rls", database.uri, *stated, "--role", "app", "--format", "json")
    assert "the identity strangers(tenant_id) where" in run.stderr
    assert "proves nothing" in run.stderr


SUSPECTS = """
CREATE ROLE web LOGIN;
CREATE FUNCTION mine() RETURNS int LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('app.tenant_id', true), '')::int $$;
CREATE TABLE news (id int PRIMARY KEY, tenant_id int NOT NULL, is_public bool NOT NULL);
CREATE TABLE called (id int PRIMARY KEY, tenant_id int NOT NULL, is_public bool NOT NULL);
CREATE TABLE notes (id int PRIMARY KEY, tenant_id int NOT NULL);
CREATE TABLE parts (id int PRIMARY KEY, news_id int NOT NULL REFERENCES news);
INSERT INTO news VALUES (1, 1, true), (2, 2, false); INSERT INTO notes VALUES (1, 1), (2, 2);
ALTER TABLE news ENABLE ROW LEVEL SECURITY; ALTER TABLE called ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON news USING (is_public OR tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY p ON called USING (is_public OR tenant_id = mine());
CREATE POLICY p ON notes USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
GRANT SELECT ON news, called, notes, parts TO web;
"""


@pytest.fixture(scope="module")
def suspects(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "cli_rls_suspects")
    database.execute(SUSPECTS)
    yield database
    database.drop()


def verdicts(run: CompletedProcess[str]) -> dict[str, tuple[str, bool]]:
    cells = json.loads(run.stdout)["cells"]
    return {c["object"]: (c["verdict"], c["suspected"]) for c in cells if c["command"] == "SELECT"}


def test_a_leak_is_confirmed_by_itself_where_nothing_is_called_and_else_when_asked(
    suspects: Database,
) -> None:
    run = here("rls", suspects.uri, *STATED, "--role", "web", "--format", "json")
    found = verdicts(run)
    assert found["public.news"] == ("partial", False)
    assert found["public.called"] == ("unproved", True)
    assert found["public.notes"] == ("isolated", False)
    assert run.returncode == 1
    assert "1 suspected leak was not tried" in run.stderr
    assert "--witness" in run.stderr
    asked = here("rls", suspects.uri, *STATED, "--role", "web", "--format", "json", "--witness")
    assert verdicts(asked)["public.called"] == ("partial", False)
    assert json.loads(asked.stdout)["internal_errors"] == []
    assert asked.stderr == ""


def test_accepted_branches_are_no_findings_until_they_expire(
    suspects: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    accepted = (
        '[[rls.accepted]]\nobject = "public.{}"\nrole = "*"\ncommand = "SELECT"\nbranch = "is_public"\n'
    )
    accepted += 'reason = "published for everybody"\nby = "maria"\nuntil = {}\n'

    def run(until: str, form: str) -> CompletedProcess[str]:
        (tmp_path / "pgplumb.toml").write_text(accepted.format("news", until))
        return here("rls", suspects.uri, *STATED, "--role", "web", "--format", form)

    fine = run("2999-01-01", "json")
    assert fine.returncode == 0
    (cell,) = [c for c in json.loads(fine.stdout)["cells"] if c["accepted"]]
    assert (cell["object"], cell["verdict"]) == ("public.news", "partial")
    assert cell["accepted"] == [
        {"branch": "is_public", "reason": "published for everybody", "by": "maria", "until": "2999-01-01"}
    ]
    for form in ("text", "markdown"):
        said = run("2999-01-01", form).stdout
        assert "partial, accepted" in said
        assert "accepted until 2999" in said.replace("\\", "")
    assert "I*" in run("2999-01-01", "text").stdout
    assert run("2001-01-01", "json").returncode == 1


def test_the_profile_says_how_tables_lead_to_their_tenant(
    suspects: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pgplumb.toml").write_text('[tenant_map]\n"public.parts" = "news_id -> news.tenant_id"\n')
    run = here("rls", suspects.uri, "--role", "web", "--format", "json")
    assert json.loads(run.stdout)["tenant"]["columns"]["public.parts"] == "news_id -> public.news.tenant_id"
    (tmp_path / "pgplumb.toml").write_text('[tenant_map]\n"public.parts" = "other -> news.tenant_id"\n')
    run = here("rls", suspects.uri, "--role", "web")
    assert run.returncode == 2
    assert "pgplumb.toml" in run.stderr


def test_a_probe_says_what_was_seen_and_never_isolated(suspects: Database) -> None:
    run = here("rls", suspects.uri, *STATED, "--role", "web", "--format", "json", "--probe")
    found = json.loads(run.stdout)
    seen = {
        (p["object"], p["session"], p["tenant"]): (p["foreign_row_seen"], p["error"]) for p in found["probe"]
    }
    assert seen["public.news", "tenant", "2"] == (True, None)
    assert seen["public.news", "fresh", None] == (True, None)
    assert seen["public.notes", "tenant", "1"] == (False, None)
    assert seen["public.notes", "empty", None] == (False, None)
    assert found["internal_errors"] == []
    text = here("rls", suspects.uri, *STATED, "--role", "web", "--probe").stdout
    assert (
        "public.notes as web: no foreign row seen for 2 tenants, nor in an empty session and a fresh session"
        in (" ".join(text.split()))
    )
