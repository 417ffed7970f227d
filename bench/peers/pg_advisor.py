"""pg-advisor of PyPI: `analyze`, without what needs another extension or looks at sessions."""

from __future__ import annotations

import re

from bench.peers.answers import Answers, Names
from bench.peers.installed import find, run

NAME = "pg-advisor"
PROGRAM = "pg-advisor"
_CODES = {
    "FK_WITHOUT_INDEX": "unindexed-foreign-key",
    "MISSING_PK": "no-primary-key",
    "DUPLICATE_INDEX": "needless-index",
    "FLOAT_FOR_MONEY": "float-money",
    "UNUSED_INDEX": "unused-index",
}
_TABLE = re.compile(r"━━━ Table: (.+?) ━━━")
_CODE = re.compile(r"(CRITICAL|WARNING|INFO)\s+([A-Z_]+)(?:\.(.+?))?\s*$")
_DROP = re.compile(r"DROP INDEX (\S+);")


def answers(uri: str, names: Names) -> tuple[Answers, float]:
    """Run it and read its report: tables, and under each a code with a column and an advice."""
    program = find(PROGRAM)
    assert program is not None
    done = run(program, "analyze", "--no-report", "--skip-activity", "--skip-hypopg", uri)
    found: Answers = {question: [] for question in _CODES.values()}
    table, question = "", None
    seen: set[tuple[str, str]] = set()
    for line in done.out.splitlines():
        if heading := _TABLE.search(line):
            table = heading[1]
        elif code := _CODE.search(line):
            severity, word, column = code.groups()
            question = _CODES.get(word)
            # The same line stands up to nine times for one key.
            if question is None or ((f"{word}.{column}", table) in seen and column):
                question = None
            elif question == "unindexed-foreign-key":
                seen.add((f"{word}.{column}", table))
                found[question] += names.key_of(table, column) or [f"{table}({column})"]
            elif question == "no-primary-key":
                found[question].append(table)
            elif question == "float-money" and severity == "CRITICAL":
                found[question].append(f"{table}.{column}")
        elif question in ("needless-index", "unused-index") and (drop := _DROP.search(line)):
            found[question].append(drop[1])
    return found, done.seconds
