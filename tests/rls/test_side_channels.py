"""Ways around row security: each kind is found where it is, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.rls.side_channels import SideChannel, side_channels
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.judging import judged

SCHEMA = """
CREATE ROLE app LOGIN;
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE projects (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
  slug text UNIQUE, name text, UNIQUE (tenant_id, name), UNIQUE (tenant_id, id));
CREATE TABLE docs (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, tenant_id int NOT NULL,
  project_id int CONSTRAINT loose REFERENCES projects, CONSTRAINT tight FOREIGN KEY (tenant_id, project_id)
  REFERENCES projects (tenant_id, id));
CREATE TABLE audit (tenant_id int, what text);
CREATE TABLE plain (id int PRIMARY KEY, tenant_id int, slug text UNIQUE);
ALTER TABLE projects ENABLE ROW LEVEL SECURITY; ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (tenant_id = current_setting('app.tenant_id', true)::int);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN INSERT INTO audit VALUES (NEW.tenant_id, 'changed'); RETURN NEW; END$$;
CREATE TRIGGER note AFTER UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION note();
CREATE MATERIALIZED VIEW stored AS SELECT * FROM docs;
CREATE VIEW leaky AS SELECT * FROM docs WHERE tenant_id = current_setting('app.tenant_id')::int;
CREATE VIEW barred WITH (security_barrier) AS
  SELECT * FROM docs WHERE tenant_id = current_setting('app.tenant_id')::int;
CREATE VIEW whole AS SELECT * FROM docs;
CREATE PUBLICATION streamed FOR TABLE docs; CREATE PUBLICATION other FOR TABLE plain;
GRANT SELECT ON stored, leaky, barred, whole TO app; GRANT TRUNCATE ON docs, plain TO app;
"""


@pytest.fixture(scope="module")
def found(server: EmbeddedServer) -> Iterator[tuple[SideChannel, ...]]:
    database = Database.create(server, "rls_channels")
    database.execute(SCHEMA)
    yield side_channels(judged(database).judgement)
    database.drop()


@pytest.mark.parametrize(
    ("kind", "objects"),
    [
        ("foreign-key", ["fk:public.docs.loose"]),
        ("unique-key", ["index:public.projects_slug_key"]),
        ("stored-copy", ["matview:public.stored"]),
        ("copying-trigger", ["trigger:public.docs.note"]),
        ("leaky-view", ["view:public.leaky"]),
        ("publication", ["publication:streamed"]),
        ("truncate", ["table:public.docs"]),
        ("server-defect", []),
    ],
)
def test_a_kind_is_found_where_it_is(found: tuple[SideChannel, ...], kind: str, objects: list[str]) -> None:
    assert [channel.object for channel in found if channel.kind == kind] == objects


def test_a_release_with_a_known_defect_is_named(server: EmbeddedServer) -> None:
    from dataclasses import replace

    database = Database.create(server, "rls_defects")
    database.execute("CREATE TABLE t (tenant_id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY")
    judgement = judged(database).judgement
    catalog = replace(judgement.matrix.catalog, server_version=150008)
    old = replace(judgement, matrix=replace(judgement.matrix, catalog=catalog))
    said = [
        channel.message.split(":")[0] for channel in side_channels(old) if channel.kind == "server-defect"
    ]
    database.drop()
    assert said == ["CVE-2024-10976", "CVE-2025-8713"]
