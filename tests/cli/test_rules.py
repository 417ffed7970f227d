"""The rule reference, and the pages made from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pgplumb.checks.registry import all_rules
from pgplumb.cli.main import main
from pgplumb.cli.writers.rules_markdown import pages

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "rules"


def test_every_rule_is_listed_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(rule.id for rule in all_rules())


def test_one_rule_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "fk-columns-indexed"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    (rule,) = [r for r in all_rules() if r.id == "fk-columns-indexed"]
    for text in (rule.title, rule.passes, rule.why, rule.source, rule.looks_at):
        assert " ".join(text.split()) in printed


def test_the_document_describes_every_rule_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "pgplumb.rules.v1"
    assert [r["id"] for r in document["rules"]] == sorted(r.id for r in all_rules())


def test_markdown_has_no_markup_from_a_rules_own_words() -> None:
    for text in pages(all_rules()).values():
        assert "](" not in text.replace(".md)", "") or "| [" in text


def test_the_pages_in_docs_are_those_of_the_rules() -> None:
    wanted = pages(all_rules())
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert written == wanted, "run `python docs/generate_rules.py`"
