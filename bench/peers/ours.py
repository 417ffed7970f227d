"""pgplumb itself, run as a user runs it."""

from __future__ import annotations

import json

from bench.peers.answers import Answers, Names
from bench.peers.installed import ours, run

NAME = "pgplumb"
RULES = {
    "fk-columns-indexed": "unindexed-foreign-key",
    "table-has-primary-key": "no-primary-key",
    "no-duplicate-index": "needless-index",
    "no-redundant-prefix-index": "needless-index",
    "fk-type-matches-target": "type-mismatch",
    "timestamptz-over-timestamp": "timestamp-without-zone",
    "jsonb-over-json": "json-column",
    "no-char-n": "char-column",
    "numeric-for-money": "float-money",
    "no-invalid-index": "invalid-index",
    "no-unused-index": "unused-index",
    "no-low-use-index": "unused-index",
}
"""The question that a rule answers."""


def answers(uri: str, names: Names) -> tuple[Answers, float]:
    """Run `pgplumb check` with its defaults: all rules, not those of the questions alone."""
    done = run(ours(), "check", "--format", "json", "--fail-on", "never", uri)
    found: Answers = {question: [] for question in RULES.values()}
    for rule in json.loads(done.out)["rules"]:
        question = RULES.get(rule["id"])
        if question is not None:
            found[question] += [named(f["object"], names) for f in rule["findings"]]
    return found, done.seconds


def named(identity: str, names: Names) -> str:
    """Return the name of an object for the comparison."""
    kind, _, name = identity.partition(":")
    name = name.replace('"', "").removeprefix("public.")
    if kind == "fk":
        owner, _, constraint = name.rpartition(".")
        return names.keys[owner, constraint]
    return name
