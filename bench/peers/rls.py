"""Random schemas with row security under pgplumb and pgrls, beside what every role really reached on the server."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.databases import Database
from tests.rls.truth.compare import cells
from tests.rls.truth.truth import Key, Seen, build, observe

from bench.peers.installed import Ran, find, run
from bench.peers.random_schemas import Made, make
from pgplumb.rls.verdict import Verdict
from pgplumb.server.embedded import EmbeddedServer

NAME = "pgrls"
PROGRAM = "pgrls"
SCHEMAS = int(os.environ.get("PGPLUMB_PEERS_SEEDS", "14"))
CONFIG = Path(__file__).with_name("pgrls.toml")
"""Says which column is the tenant's: its defaults take the owner of a row for a tenant as well."""
FIRST = 900_000
"""The first seed: none that tests or benches use."""
COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
PLAIN = frozenset({"fresh", "empty", "a", "b"})
"""Sessions without an identity, or with one tenant's: those that pgrls' threat models are about."""


_GUARDED = re.compile(r"NULLIF\((current_setting\('[a-z._]+', true\)), ''\)")


def compare() -> list[str]:
    """Judge schemas whose policies guard against an empty setting by NULLIF, and the same ones without that guard."""
    return [
        "with NULLIF around each setting:",
        *_compare(lambda text: text),
        "the same schemas without NULLIF:",
        *_compare(lambda text: _GUARDED.sub(r"\1", text)),
    ]


def _compare(written: Callable[[str], str]) -> list[str]:
    """Return how the cells of tables, their doors counted in, were judged by both."""
    words: dict[str, Counter[str]] = {"pgplumb": Counter(), NAME: Counter()}
    wrong: list[str] = []
    seconds: dict[str, float] = defaultdict(float)
    leaking = total = policies = 0
    with EmbeddedServer.start(in_memory=True) as server:
        for seed in range(FIRST, FIRST + SCHEMAS):
            made = plain(make(seed), written)
            policies += made.policies
            database = Database.create(server, f"peers_{seed}")
            try:
                build(database, made.compared())
                begun = time.perf_counter()
                own = _ours(database, made)
                seconds["pgplumb"] += time.perf_counter() - begun
                theirs = _theirs(database, made) if find(PROGRAM) else ({}, 0.0)
                seconds[NAME] += theirs[1]
                seen = observe(database, made.compared())
            finally:
                database.drop()
            for table in made.tables:
                for role in made.roles:
                    for command in COMMANDS:
                        leaks = _leaks(seen, made, table, role, command)
                        total += 1
                        leaking += bool(leaks)
                        for name, said in (("pgplumb", own), (NAME, theirs[0])):
                            if not said:
                                continue
                            verdict, note = said[table, role, command]
                            word = _word(verdict, leaks, note)
                            words[name][word] += 1
                            if word.startswith(("missed", "false")):
                                wrong.append(
                                    f"  {name} seed {seed} {table} {role} {command}: {word}; "
                                    f"leaks {sorted(leaks)}; {note}"
                                )
    lines = [f"{SCHEMAS} schemas, {policies} policies, {total} cells, {leaking} leak"]
    for name, counts in words.items():
        lines.append(
            f"{name:8} {seconds[name]:.1f} s  {', '.join(f'{w} {n}' for w, n in sorted(counts.items()))}"
        )
    return lines + wrong


def plain(made: Made, written: Callable[[str], str]) -> Made:
    """Return a schema in which every row has a tenant: what a row of nobody means differs from tool to tool."""
    text = made.sql.replace("tenant_id int, owner_id", "tenant_id int NOT NULL, owner_id")
    text = text.replace("ARRAY[1, 2, NULL]", "ARRAY[1, 2]")
    return Made(written(text), made.roles, made.tables, made.doors, made.functions, made.policies)


def _word(verdict: str, leaks: frozenset[str], note: str) -> str:
    if verdict == "undecided":
        return "undecided, leaks" if leaks else "undecided, safe"
    if verdict == "leak":
        if leaks:
            return "right, leaks"
        return "false alarm by a door" if "through " in note else "false alarm"
    if not leaks:
        return "right, safe"
    return "missed" if leaks & PLAIN else "missed, in other sessions"


def _ways(made: Made, table: str, command: str) -> Iterable[tuple[str, str]]:
    """Return what reaches a table: itself, its view, its materialized view and its function."""
    yield table, command
    for door in made.doors:
        if door == f"v_{table}" or (door == f"m_{table}" and command == "SELECT"):
            yield door, command
    if f"f_{table}" in made.functions and command == "SELECT":
        yield f"f_{table}", "EXECUTE"


def _leaks(seen: Mapping[Key, Seen], made: Made, table: str, role: str, command: str) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for name, how in _ways(made, table, command):
        one = seen.get((name, role, how))
        found |= one.leaks if one is not None else frozenset()
    return found


Said = dict[tuple[str, str, str], tuple[str, str]]


def _ours(database: Database, made: Made) -> Said:
    judged = cells(database, made.compared(), witness=True)
    said: Said = {}
    for table in made.tables:
        for role in made.roles:
            for command in COMMANDS:
                verdicts = []
                for name, how in _ways(made, table, command):
                    if (cell := judged.get((name, role, how))) is not None:
                        verdicts.append(cell.verdict)
                if any(v in (Verdict.OPEN, Verdict.PARTIAL) for v in verdicts):
                    word = "leak"
                else:
                    safe = all(v in (Verdict.ISOLATED, Verdict.DENIED) for v in verdicts)
                    word = "safe" if safe else "undecided"
                said[table, role, command] = word, ", ".join(map(str, verdicts))
    return said


_POLICIES = """
SELECT c.relname, polname, CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
    WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    ARRAY(SELECT r.rolname FROM pg_roles r WHERE 0 = ANY (polroles)
        OR EXISTS (SELECT FROM unnest(polroles) p WHERE p <> 0 AND pg_has_role(r.oid, p, 'USAGE')))
FROM pg_policy JOIN pg_class c ON c.oid = polrelid
"""


def _theirs(database: Database, made: Made) -> tuple[Said, float]:
    """Read the matrix; where it says `cond`, what `verify` says of the policies for the role and the command."""
    matrix = _pgrls(database, "matrix", "--roles", ",".join(made.roles))
    modes = {
        mode: _pgrls(
            database,
            "verify",
            *("--mode", mode, "--config", str(CONFIG)),
            *("--auth-function", "current_tenant", "--auth-function", "app.current_tenant"),
        )
        for mode in ("cross-tenant", "anon", "write")
    }
    seconds = matrix.seconds + sum(done.seconds for done in modes.values())
    proofs = {
        mode: {row["table"]: row for row in json.loads(done.out)["tables"]} for mode, done in modes.items()
    }
    policies = {
        (str(table), str(name)): (str(command), set(roles))
        for table, name, command, roles in database.execute(_POLICIES)
    }
    said: Said = {}
    for row in json.loads(matrix.out)["rows"]:
        table = row["table"].removeprefix("app.")
        for role, cell in row["access"].items():
            verdict = {"denied": "safe", "open": "leak", "undecided": "undecided"}.get(cell["verdict"], "")
            if cell["verdict"] == "conditional" or cell["verdict"] == "cond":
                used = ("cross-tenant", "anon") if row["command"] == "SELECT" else ("write",)
                found = [
                    _proof(proofs[mode].get(row["table"]), policies, table, role, row["command"])
                    for mode in used
                ]
                verdict = "leak" if "leak" in found else "safe" if set(found) == {"safe"} else "undecided"
            assert verdict, cell
            said[table, role, row["command"]] = verdict, cell["note"] or cell["predicate"] or ""
    return said, seconds


def _proof(
    row: Mapping[str, object] | None,
    policies: Mapping[tuple[str, str], tuple[str, set[str]]],
    table: str,
    role: str,
    command: str,
) -> str:
    if row is None:
        return "undecided"
    if row["verdict"] == "isolated":
        return "safe"
    verdicts: set[str] = set()
    found = row["policies"]
    assert isinstance(found, list)
    for one in found:
        of, roles = policies.get((table, one["policy"]), ("ALL", {role}))
        if of in (command, "ALL") and role in roles:
            verdicts.add(one["verdict"])
    if "leak" in verdicts:
        return "leak"
    return "safe" if verdicts == {"isolated"} else "undecided"


def _pgrls(database: Database, *arguments: str) -> Ran:
    program = find(PROGRAM)
    assert program is not None
    return run(program, *arguments, "--schemas", "app", "--format", "json", "--database-url", database.uri)
