"""Any text in a tool's files is read, or refused in words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.migrate.formats import migrations_at, recognise
from pgplumb.migrate.formats.parts.model import FormatError
from tests.conftest import examples

NAMES = {
    "versions/a.py": "revision = 'a'\n",
    "0001_a.py": "class Migration(migrations.Migration):\n",
    "1_a.sql": "",
    "V1__a.sql": "",
    "1_a.up.sql": "",
    "1_a.rb": "class A < ActiveRecord::Migration[7.0]\n",
    "1_a/migration.sql": "",
    "sqitch.plan": "",
}
PARTS = st.sampled_from(
    ["-- migrate:up\n", "-- migrate:down\n", "-- +goose Up\n", "-- +goose Down\n", "-- +goose StatementBegin\n",
     "--liquibase formatted sql\n", "--changeset a:b\n", "--changeset ", "--rollback x\n", "/* liquibase rollback\n",
     "def upgrade():\n", "def up\n", "    ", "  end\n", "execute <<~SQL\n", "SQL\n", "execute 'x'\n",
     "op.execute('x')\n", "operations = [", "migrations.RunSQL(", "]", ")", "'", '"', "$$", "BEGIN;\n", "COMMIT;\n",
     ";", "\n", "\\", "-- up\n", "-- down\n", "a [b] 2026\n", "@tag\n", "%p=1\n", "#", "/*", "*/", "\r\n", "é",
     "raise\n", "#{", "\x0c", "with a.autocommit_block():\n", "../"]
)  # fmt: skip


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=examples(300),
)
@given(name=st.sampled_from(sorted(NAMES)), parts=st.lists(PARTS, max_size=12))
def test_any_text_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, parts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((NAMES[name] + "".join(parts)).encode())
    try:
        found = recognise(folder)
        if found is not None:
            for migration in found.read(folder):
                lines = 1 + path.read_text().count("\n")
                assert all(1 <= script.line <= lines for script in migration.up if script.path is None)
            found.state(folder)
        migrations_at(path)
    except FormatError as error:
        if str(folder) not in str(error):
            raise
