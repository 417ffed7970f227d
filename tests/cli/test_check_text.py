"""`pgplumb check` as people read it."""

from __future__ import annotations

import re

import pytest

from pgplumb.cli.main import main
from pgplumb.foundation.text import cell_width
from tests.cli.running import SHOP, Terminal, here, pgplumb
from tests.databases import Database

ESCAPE = re.compile(r"\x1b\[[0-9;]*[mK]")


@pytest.fixture
def shop(database: Database) -> Database:
    database.execute(SHOP)
    return database


def test_counts_come_first_and_findings_with_evidence_and_fix(
    shop: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", shop.uri, "--rule", "fk-columns-indexed"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(shop.name)
    assert lines[1].startswith("✓ 0 pass   ✗ 1 fail   ? 0 unknown")
    assert lines[2] == "failing: 1 warning"
    assert "fk-columns-indexed" in lines[5]
    assert lines[5].startswith("  ! warning  Foreign keys are indexed")
    assert lines[6].strip() == "fk:public.orders.orders_customer_id_fkey"
    assert any("columns customer_id" in line for line in lines)
    assert lines[-2].strip() == "fix, online:"
    assert lines[-1].strip().startswith("CREATE INDEX CONCURRENTLY")


def test_no_colour_without_a_terminal(shop: Database) -> None:
    assert "\x1b" not in here("check", shop.uri, "--rule", "fk-columns-indexed").stdout


def test_colour_and_progress_on_a_terminal_but_not_with_no_color(shop: Database) -> None:
    line = ("check", shop.uri, "--rule", "fk-columns-indexed")
    plain, coloured = Terminal(*line, NO_COLOR="1"), Terminal(*line)
    assert plain.wait() == coloured.wait() == 0
    assert "\x1b[33m" in coloured.output
    assert "reading catalog" in coloured.output
    assert not re.search(r"\x1b\[[0-9;]+m", plain.output)
    assert "! warning" in plain.output


def test_lines_fit_the_terminal(shop: Database) -> None:
    terminal = Terminal("check", shop.uri, "--fail-on", "never", COLUMNS="60")
    assert terminal.wait() == 0
    printed = terminal.output.rpartition("\x1b[K")[2]
    for line in ESCAPE.sub("", printed.replace("\r", "")).splitlines():
        if not line.startswith("        "):  # SQL is not broken, so that it can be copied
            assert cell_width(line) <= 60 or " " not in line.strip(), line


def test_many_findings_are_cut_unless_the_rule_is_named(
    shop: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(14):
        shop.execute(f"CREATE TABLE heap_{number} (body text)")
    main(["check", shop.uri])
    cut = capsys.readouterr().out
    assert "5 more: pgplumb check --rule table-has-primary-key" in cut
    main(["check", shop.uri, "--rule", "table-has-primary-key"])
    assert capsys.readouterr().out.count("    table:public.") == 15


def test_hostile_names_do_nothing_to_the_terminal(shop: Database) -> None:
    for name in ("a\x1b[31mred", "b\nc", "\u202ereverse", "[bold]x", "\x9b2J", "🐘" * 15, 'quo"te'):
        shop.execute('CREATE TABLE "{}" (body text)'.format(name.replace('"', '""')))
    done = here("check", shop.uri, "--rule", "table-has-primary-key")
    assert done.returncode == 1
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & set(done.stdout)
    assert done.stdout.count("    table:public.") == 8
    assert "[bold]x" in done.stdout
    machine = here("check", shop.uri, "--rule", "table-has-primary-key", "--format", "json")
    assert machine.stdout.isascii()
    assert not any(ord(c) < 32 and c != "\n" for c in machine.stdout)


def test_a_terminal_without_unicode_gets_plain_signs(shop: Database) -> None:
    done = pgplumb("check", shop.uri, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert "x error" in done.stdout
