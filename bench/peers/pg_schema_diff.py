"""pg-schema-diff of PyPI (schemadrift): `lint`."""

from __future__ import annotations

import json

from bench.peers.answers import Answers, Names
from bench.peers.installed import find, run

NAME = "pg-schema-diff"
PROGRAM = "pg-schema-diff"
_CODES = {
    "W001": "unindexed-foreign-key",
    "E001": "no-primary-key",
    "W002": "needless-index",
    "W007": "needless-index",
    "W009": "needless-index",
    "W005": "timestamp-without-zone",
    "W008": "json-column",
}


def answers(uri: str, names: Names) -> tuple[Answers, float]:
    """Run it with its defaults."""
    program = find(PROGRAM)
    assert program is not None
    done = run(program, "lint", "--dsn", uri, "--format", "json")
    found: Answers = {question: [] for question in _CODES.values()}
    for issue in json.loads(done.out)["issues"]:
        question = _CODES.get(issue["code"])
        if question == "unindexed-foreign-key":
            # The columns of a key are told several times over.
            columns = list(dict.fromkeys(issue["columns"]))
            found[question].append(f"{issue['table']}({','.join(columns)})")
        elif question == "needless-index":
            found[question].append(issue["message"].split("'")[1])
        elif question == "no-primary-key":
            found[question].append(issue["table"])
        elif question is not None:
            found[question] += [f"{issue['table']}.{column}" for column in issue["columns"]]
    return found, done.seconds
