"""`pgplumb rls`: the document, the exit status, and a text that fits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.cli.running import pgplumb
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
    assert pgplumb("rls", database.uri, *STATED, "--role", "report", "--format", "json").returncode == 1
    assert pgplumb("rls", database.uri, *STATED, "--role", "app", "--format", "markdown").returncode == 0


def test_without_a_map_tenants_and_identity_are_inferred(database: Database) -> None:
    found = json.loads(pgplumb("rls", database.uri, "--role", "app", "--format", "json").stdout)
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
    run = pgplumb("rls", database.uri, *STATED)
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
    ],
)
def test_what_cannot_be_used_is_one_line_and_status_2(
    database: Database, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "table.json").write_text('{"public.nothing": "tenant_id"}')
    (tmp_path / "path.json").write_text('{"public.tasks": "other_id -> projects.tenant_id"}')
    run = pgplumb("rls", database.uri, *(a.replace("{tmp}", str(tmp_path)) for a in arguments))
    assert run.returncode == 2
    assert said in run.stderr
    assert len(run.stderr.splitlines()) == 1
