"""After a reading of everything, records that came out equal are the objects that they were."""

from __future__ import annotations

from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.catalog.relation import NO_PARTS, Relation
from pgplumb.catalog.reread import Rereader
from tests.databases import Database


def test_a_new_name_changes_its_table_and_what_names_it_alone(database: Database) -> None:
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY, n int CHECK (n > 0)); COMMENT ON COLUMN a.n IS 'count';"
        "CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a); CREATE INDEX ON b (a_id) WHERE a_id > 1;"
        "CREATE TABLE c (id int); CREATE POLICY p ON c USING (EXISTS (SELECT FROM b WHERE b.id = c.id));"
        "CREATE VIEW v AS SELECT n FROM a"
    )
    session = database.session()
    kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
    before = {r.name: r for r in kept.reading.catalog.relations.values()}
    database.execute("ALTER TABLE b RENAME TO d")
    assert kept.update(session)
    after = {r.name: r for r in kept.reading.catalog.relations.values()}
    assert {name for name in before if after.get(name) is not before[name]} == {"b", "c"}
    policy = after["c"].policies[0].using
    assert isinstance(policy, str)
    assert "FROM public.d" in policy
    assert all(_parts(r) is NO_PARTS for r in after.values())
    assert after["d"].indexes[0].predicate == "(a_id > 1)"
    assert [c.comment for c in after["a"].columns] == [None, "count"]


def test_a_comment_that_is_gone_is_gone_from_its_record_alone(database: Database) -> None:
    database.execute("CREATE TABLE a (id int); CREATE TABLE b (id int); COMMENT ON TABLE a IS 'x'")
    session = database.session()
    kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
    before = {r.name: r for r in kept.reading.catalog.relations.values()}
    database.execute("COMMENT ON TABLE a IS NULL")
    assert kept.update(session)
    after = {r.name: r for r in kept.reading.catalog.relations.values()}
    assert after["b"] is before["b"]
    assert (before["a"].comment, after["a"].comment) == ("x", None)


def _parts(relation: Relation) -> object:
    return relation._parts
