"""The statements make the same relation again."""

from __future__ import annotations

import pytest

from pgplumb.catalog.definition import Definition, read_definition
from pgplumb.catalog.reader import read_whole
from pgplumb.deliver.ddl import ddl
from tests.catalog.deep import PARTS
from tests.databases import Database

SCHEMA = """
CREATE TABLE parent (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL UNIQUE, a numeric(12,2) DEFAULT 0,
    doubled numeric GENERATED ALWAYS AS (a * 2) STORED, "Odd ""one" int, CONSTRAINT positive CHECK (a > 0) NOT VALID);
CREATE TABLE child (
    id int, parent_id bigint REFERENCES parent ON DELETE CASCADE, note varchar(20) COLLATE "C", PRIMARY KEY (id))
    WITH (fillfactor = 80);
CREATE INDEX child_parent ON child (parent_id DESC NULLS LAST) INCLUDE (note) WHERE note IS NOT NULL;
CREATE INDEX child_lower ON child (lower(note), id);
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
ALTER TABLE child FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON child FOR UPDATE TO PUBLIC USING (id > 0) WITH CHECK (id > 1);
COMMENT ON TABLE child IS 'it''s a child';
COMMENT ON COLUMN child.note IS E'two\\nlines';
GRANT SELECT, INSERT ON child TO PUBLIC;
CREATE VIEW seen AS SELECT id, note FROM child WHERE id > 3;
CREATE TABLE measured (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE SEQUENCE numbers MAXVALUE 500 CYCLE;
"""


def shape(database: Database, name: str) -> dict[str, object]:
    with database.session() as session:
        catalog, _ = read_whole(session)
    (found,) = (r for r in catalog.relations.values() if r.name == name)
    said: dict[str, object] = {part: str(getattr(found, part)) for part in PARTS}
    said |= {
        n: getattr(found, n)
        for n in ("kind", "options", "acl", "comment", "row_security", "force_row_security")
    }
    return {key: without_oids(str(value)) for key, value in said.items()}


def without_oids(text: str) -> str:
    import re

    return re.sub(r"\b\d{5,}\b", "N", text)


@pytest.mark.parametrize("from_server", [True, False])
@pytest.mark.parametrize("name", ["child", "parent", "seen", "measured", "numbers"])
def test_a_relation_made_again_is_the_same(database: Database, name: str, from_server: bool) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        catalog, _ = read_whole(session)
        (found,) = (r for r in catalog.relations.values() if r.name == name)
        definition = read_definition(session, found.oid)
    assert isinstance(definition, Definition)
    if name == "seen" and not from_server:
        assert "not read" in ddl(catalog, found)
        return
    before = shape(database, name)
    text = ddl(catalog, found, definition if from_server else None)
    database.execute(
        f"DROP {'VIEW' if name == 'seen' else 'SEQUENCE' if name == 'numbers' else 'TABLE'} {name} CASCADE"
    )
    database.execute(text)
    assert shape(database, name) == before
