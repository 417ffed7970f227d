"""Files that others wrote: what each tool would run, in its order, in its mode; what is no SQL is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgplumb.migrate.formats import recognise
from pgplumb.migrate.formats.parts.model import FormatError, Migration


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def read(name: str, folder: Path, files: dict[str, str]) -> tuple[Migration, ...]:
    found = recognise(write(folder, files))
    assert found is not None
    assert found.name == name
    return found.read(folder)


def runs(migration: Migration) -> list[tuple[str, bool, int]]:
    return [(script.text, script.autocommit, script.line) for script in migration.up]


def downs(migration: Migration) -> list[tuple[str, bool]] | None:
    return None if migration.down is None else [(s.text, s.autocommit) for s in migration.down]


ALEMBIC_FIRST = '''"""first"""
from alembic import op
import sqlalchemy as sa

revision: str = "b1"
down_revision = None
TABLE = "SELECT 0"


def upgrade():
    """What it does."""
    op.execute("CREATE TABLE t (a text)")
    op.execute(
        """
        UPDATE t SET a = '\\\\:x'
        """
    )
    op.add_column("t", sa.Column("c", sa.Integer()))
    op.get_bind().execute(sa.text("SELECT " "1"))
    op.execute(TABLE)
    op.execute(f"SELECT {TABLE}")
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY i ON t (a)")
    op.get_bind().exec_driver_sql("SELECT '\\\\:y'")


def downgrade():
    op.execute("DROP TABLE t;")
'''
ALEMBIC_SECOND = """
revision = 'a2'
down_revision = ('b1',)

def upgrade():
    pass

def downgrade():
    raise RuntimeError('no')
"""


def test_alembic_revisions_are_read_in_the_order_of_their_chain(tmp_path: Path) -> None:
    files = {"versions/a_second.py": ALEMBIC_SECOND, "versions/z_first.py": ALEMBIC_FIRST, "env.py": "boom("}
    first, second = read("alembic", tmp_path, files)
    assert [first.id, second.id] == ["b1", "a2"]
    assert (second.up, second.down) == ((), None)
    assert downs(first) == [("DROP TABLE t;", False)]


def test_sql_in_an_alembic_revision_is_found_where_it_stands_and_the_rest_is_named(tmp_path: Path) -> None:
    (first,) = read("alembic", tmp_path, {"versions/z.py": ALEMBIC_FIRST})
    before, index, after = first.up
    lines = ALEMBIC_FIRST.split("\n")
    assert "CREATE TABLE t" in lines[before.line - 1]
    offset = before.text.split("\n").index("        UPDATE t SET a = ':x';")
    assert "UPDATE t" in lines[before.line - 1 + offset]
    assert "SELECT 1;" in before.text
    assert before.text.endswith("SELECT 0;")
    assert (index.text, index.autocommit) == ("CREATE INDEX CONCURRENTLY i ON t (a);", True)
    assert (after.text, after.autocommit) == ("SELECT '\\:y';", False)
    assert [text.split(":")[0] for text in first.unknown] == ["line 18", "line 21"]
    assert "op.add_column" in first.unknown[0]


def test_a_revision_is_never_executed(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    spring = f"open({str(trap)!r}, 'w')\n"
    text = f"revision = 'x'\ndown_revision = None\n{spring}def upgrade():\n    {spring}"
    (found,) = read("alembic", tmp_path, {"versions/x.py": text})
    assert not trap.exists()
    assert "open(" in found.unknown[0]


def test_two_heads_and_circles_are_errors_that_say_what_to_do(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"versions/1.py": "revision = 'a'\ndown_revision = None\n", "versions/2.py": "revision = 'b'\n"},
    )
    found = recognise(tmp_path)
    assert found is not None
    assert [m.id for m in found.read(tmp_path)] == ["a", "b"]
    with pytest.raises(FormatError, match=r"2 heads \(a, b\).*alembic merge heads"):
        found.state(tmp_path)
    write(
        tmp_path,
        {
            "versions/1.py": "revision = 'a'\ndown_revision = 'b'\n",
            "versions/2.py": "revision='b'\ndown_revision='a'\n",
        },
    )
    with pytest.raises(FormatError, match="comes after itself"):
        found.read(tmp_path)


DJANGO = """
from django.db import migrations, models
from django.contrib.postgres.operations import AddIndexConcurrently

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("auth", "0001_initial"), ("shop", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE INDEX CONCURRENTLY i ON t (a)", "DROP INDEX CONCURRENTLY i"),
        migrations.RunSQL(sql=[("SELECT 1", None), ("SELECT %s", [1]), "SELECT 2"], reverse_sql=migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("SELECT 3", reverse_sql="SELECT 4")],
            state_operations=[migrations.AddField("t", "b", models.TextField())],
        ),
        AddIndexConcurrently("t", models.Index(fields=["a"], name="j")),
        migrations.RunPython(lambda apps, editor: None),
    ]
"""
DJANGO_FIRST = """
from django.db import migrations

class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunSQL("SELECT 0")]
"""


def test_django_operations_are_read_and_reversed(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "migrations"
    files = {"0002_index.py": DJANGO, "0001_initial.py": DJANGO_FIRST, "__init__.py": ""}
    first, second = read("django", folder, files)
    assert (first.id, downs(first)) == ("0001_initial", None)
    assert [script.autocommit for script in (*first.up, *second.up)] == [False, True]
    text = second.up[0].text
    assert [s for s in text.split(";") if s.strip()][-1].strip() == "SELECT 3"
    assert "%s" not in text
    assert downs(second) == [("SELECT 4;\nDROP INDEX CONCURRENTLY i;", True)]
    assert len(second.unknown) == 3
    assert "AddIndexConcurrently" in second.unknown[1]


RAILS = """# frozen_string_literal: true
class AddThings < ActiveRecord::Migration[7.1]
  disable_ddl_transaction!

  def up
    safety_assured do
      execute <<~SQL.squish
        CREATE INDEX CONCURRENTLY i
          ON t (a)
      SQL
    end
    execute 'SELECT ''1''' if false
    execute("SELECT 1")
    execute %q(SELECT 2)
    execute "SELECT #{x}"
    add_index :t, :b, algorithm: :concurrently
    execute(<<-SQL)
      SELECT 3
    SQL
  end

  def down
    raise ActiveRecord::IrreversibleMigration
  end
end
"""


def test_sql_in_a_rails_migration_is_found_and_the_rest_is_named(tmp_path: Path) -> None:
    (found,) = read("rails", tmp_path, {"20260101000000_add_things.rb": RAILS, "notes.rb": "x = 1"})
    (script,) = found.up
    assert script.autocommit
    assert script.line == 8
    lines, source = script.text.split("\n"), RAILS.split("\n")
    assert lines[:2] == ["CREATE INDEX CONCURRENTLY i", "  ON t (a);"]
    for text in ("SELECT 1;", "      SELECT 3;"):
        assert text.strip(" ;") in source[script.line - 1 + lines.index(text)]
    assert found.down is None
    assert [text.split(":")[0] for text in found.unknown] == ["line 12", "line 14", "line 15", "line 16"]


GOOSE = """-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY i ON t (a);
-- +goose StatementBegin
DO $$ BEGIN
  PERFORM 1;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP INDEX CONCURRENTLY i;
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_goose_files_are_read_in_number_order_with_go_among_them(tmp_path: Path, newline: str) -> None:
    files = {
        "00010_ten.sql": "-- +goose Up\nSELECT 10;\n".replace("\n", newline),
        "00009_nine.go": "package x",
        "2_two.sql": GOOSE.replace("\n", newline),
        "2_two_test.go": "",
        "README.md": "",
    }
    two, nine, ten = read("goose", tmp_path, files)
    assert [two.id, nine.id, ten.id] == ["2", "9", "10"]
    assert [(s.autocommit, s.line) for s in two.up] == [(True, 3)]
    assert "goose" not in two.up[0].text
    assert downs(two) == [("DROP INDEX CONCURRENTLY i;", True)]
    assert nine.unknown == ("it is Go, which is not read",)
    assert (runs(ten), ten.down) == ([("SELECT 10;", False, 2)], None)


def test_dbmate_options_give_each_direction_its_mode(tmp_path: Path) -> None:
    text = "-- migrate:up transaction:false\nVACUUM t;\n\n-- migrate:down\nSELECT 1;\nSELECT 2;\n"
    several = "-- migrate:up transaction:false\nVACUUM t;\nVACUUM u;\n"
    one, two = read("dbmate", tmp_path, {"1_a.sql": text, "2_b.sql": several})
    assert runs(one) == [("VACUUM t;", True, 2)]
    assert downs(one) == [("SELECT 1;\nSELECT 2;", False)]
    assert runs(two) == [("VACUUM t;\nVACUUM u;", False, 2)]
    assert two.down is None


def test_flyway_versions_are_numbers_and_repeatable_ones_come_last(tmp_path: Path) -> None:
    files = {
        "R__views.sql": "SELECT '${who}';",
        "V1.10__ten.sql": "CREATE INDEX CONCURRENTLY i ON t (a);",
        "V1_9__nine.sql": "SELECT 9;",
        "U1.9__nine.sql": "SELECT -9;",
        "V2__program.java": "class V2 {}",
        "V1__vacuum.sql": "VACUUM;",
        "V1__vacuum.sql.conf": "executeInTransaction=false\n",
        "V3__in.sql": "CREATE INDEX CONCURRENTLY i ON t (a);",
        "V3__in.sql.conf": "executeInTransaction=true\n",
    }
    found = read("flyway", tmp_path, files)
    assert [m.id for m in found] == ["1", "1_9", "1.10", "2", "3", "R__views"]
    assert [m.up[0].autocommit if m.up else None for m in found] == [True, False, True, None, False, False]
    assert downs(found[1]) == [("SELECT -9;", False)]
    assert found[2].down is None
    assert found[3].unknown
    assert found[5].unknown


LIQUIBASE = """--liquibase formatted sql

--changeset anna:1 runInTransaction:false
--comment: an index
CREATE INDEX CONCURRENTLY i ON t (a);
--rollback DROP INDEX CONCURRENTLY i;

-- changeset "bo b":two dbms:oracle
SELECT 1; SELECT 2;
--rollback not required
--changeset bob:3
SELECT 3;
/* liquibase rollback
SELECT 4;
*/
--changeset bob:4
SELECT 5;
"""


def test_liquibase_changesets_are_read_with_their_rollbacks(tmp_path: Path) -> None:
    one, two, three, four = read("liquibase", tmp_path, {"a.sql": LIQUIBASE, "b.sql": "SELECT 'not one';"})
    assert [one.id, three.id] == ["anna:1", "bob:3"]
    assert runs(one) == [("CREATE INDEX CONCURRENTLY i ON t (a);", True, 5)]
    assert downs(one) == [("DROP INDEX CONCURRENTLY i;", True)]
    assert (two.down, two.unknown) == ((), ("it runs only on oracle",))
    assert (runs(three), downs(three)) == ([("SELECT 3;", False, 12)], [("SELECT 4;", False)])
    assert four.down is None


def test_golang_migrate_runs_one_statement_outside_and_several_together(tmp_path: Path) -> None:
    files = {
        "10_c.up.sql": "BEGIN;\nSELECT 1;\nCOMMIT;\n",
        "9_b.up.sql": "-- one\nCREATE INDEX CONCURRENTLY i ON t (a);",
        "9_b.down.sql": "SELECT 1; SELECT 2;",
        "11_d.up.json": "{}",
    }
    nine, ten, eleven = read("golang-migrate", tmp_path, files)
    assert [(s.autocommit, s.line) for s in nine.up] == [(True, 1)]
    assert downs(nine) == [("SELECT 1; SELECT 2;", False)]
    assert nine.down is not None
    assert nine.down[0].path == tmp_path / "9_b.down.sql"
    assert runs(ten) == [("SELECT 1;", False, 2)]
    assert eleven.unknown


def test_prisma_folders_are_read_in_order(tmp_path: Path) -> None:
    files = {
        "2_b/migration.sql": "SELECT 1; SELECT 2;",
        "1_a/migration.sql": "VACUUM;",
        "1_a/down.sql": "SELECT 3;",
    }
    one, two = read("prisma", tmp_path, {**files, "migration_lock.toml": ""})
    assert (runs(one), downs(one)) == ([("VACUUM;", True, 1)], [("SELECT 3;", True)])
    assert (runs(two)[0][1], two.down) == (False, None)


def test_plain_files_are_transactions_unless_they_say_otherwise(tmp_path: Path) -> None:
    files = {
        "1_a.sql": "SELECT 1;\nSELECT 2;",
        "2_b.sql": "-- pgplumb: autocommit\nVACUUM;",
        "3_c.sql": "BEGIN;\nSELECT 3;\nCOMMIT;\nVACUUM;",
        "4_d.sql": "SELECT 4;\n-- down\nSELECT 5;\n",
        "schema.sql": "SELECT 6;",
    }
    found = read("sql", tmp_path, files)
    assert [[mode for _, mode, _ in runs(m)] for m in found] == [
        [False],
        [True],
        [False, True],
        [False],
        [False],
    ]
    assert [downs(m) for m in found] == [None, None, None, [("SELECT 5;", False)], None]
    assert found[2].up[1].line == 4
    assert found[-1].path.name == "schema.sql"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_bytes(b"SELECT '\xff';")
    found = recognise(tmp_path)
    assert found is not None
    with pytest.raises(FormatError, match=r"1_a\.sql is not UTF-8"):
        found.read(tmp_path)


def test_a_folder_without_migrations_is_nobodys(tmp_path: Path) -> None:
    assert recognise(write(tmp_path, {"a.py": "x = 1", "b.txt": "", "c.rb": "puts 1"})) is None
    assert recognise(tmp_path / "none") is None
