"""The written schemas, filled, under pgplumb and the peers that look at a schema."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from importlib.resources import files
from types import ModuleType

import psycopg

from bench.peers import ours, pg_advisor, pg_schema_diff, pgextras
from bench.peers.answers import QUESTIONS, SCHEMAS, Answers, Names, Score, read_names, right
from bench.peers.filled import fill, served
from bench.peers.installed import find
from pgplumb.demo.database import build_demo
from pgplumb.server.embedded import EmbeddedServer

PEERS: tuple[ModuleType, ...] = (pg_schema_diff, pg_advisor, pgextras)
WRITTEN = ("shop", "telemetry", "clinic")


def compare() -> list[str]:
    """Return lines: for each tool and question what is right, found, missed and a false alarm; then the objects."""
    tools = [ours, *(peer for peer in PEERS if find(peer.PROGRAM))]
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    seconds: dict[str, list[float]] = defaultdict(list)
    lines: list[str] = []
    settings = {"shared_preload_libraries": "pg_stat_statements", "autovacuum": "off"}
    with EmbeddedServer.start(settings=settings) as server:
        lines.append(f"PostgreSQL {server.version}")
        for schema in WRITTEN:
            names = _build(server, schema)
            wanted = right(schema)
            for tool in tools:
                said, took = tool.answers(server.uri(schema), names)
                seconds[tool.NAME].append(took)
                for question, objects in said.items():
                    scores[tool.NAME, question].add(objects, wanted[question], names)
            with psycopg.connect(server.conninfo(schema), autocommit=True) as connection:
                seen = {names.plain(key) for key, well in served(connection).items() if not well}
            if seen != {names.plain(key) for key in wanted["unindexed-foreign-key"]}:
                lines.append(f"{schema}: the server reads most of the table for {sorted(seen)}")
    for question in QUESTIONS:
        for tool in tools:
            if (score := scores.get((tool.NAME, question))) is not None:
                lines.append(
                    f"{question:24} {tool.NAME:16} right {score.right:3}  found {score.found:3}  "
                    f"missed {len(score.missed):3}  false {len(score.alarms):3}  repeated {score.repeats:3}"
                )
                lines += [f"    missed {', '.join(score.missed)}"] if score.missed else []
                lines += [f"    false {', '.join(score.alarms)}"] if score.alarms else []
    lines += [f"{name}: {', '.join(f'{s:.2f}' for s in took)} s" for name, took in seconds.items()]
    return lines


def _build(server: EmbeddedServer, schema: str) -> Names:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {schema}".encode())
    with psycopg.connect(server.conninfo(schema), autocommit=True) as connection:
        connection.execute((SCHEMAS / f"{schema}.sql").read_text().encode())
        fill(connection)
        return read_names(connection)


def demo() -> list[str]:
    """Return how many of the flaws that were built into the demo each tool names, of those that are questions here."""
    tools = [ours, *(peer for peer in PEERS if find(peer.PROGRAM) and peer is not pgextras)]
    with EmbeddedServer.start(settings={"shared_preload_libraries": "pg_stat_statements"}) as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE demo")
        build_demo(server.conninfo("demo"), lambda *_: None)
        with psycopg.connect(server.conninfo("demo"), autocommit=True) as connection:
            names = read_names(connection)
        said = {tool.NAME: tool.answers(server.uri("demo"), names) for tool in tools}
    built: Answers = {}
    for flaw in tomllib.loads((files("pgplumb.demo") / "flaws.toml").read_text())["flaw"]:
        if (question := ours.RULES.get(flaw["rule"])) is not None and not flaw.get("live"):
            built.setdefault(question, []).append(ours.named(flaw["object"], names))
    lines = [f"demo: {sum(map(len, built.values()))} flaws: {built}"]
    for name, (found, took) in said.items():
        score = Score()
        for question, wanted in built.items():
            score.add([one for one in found.get(question, ()) if names.plain(one) in wanted], wanted, names)
        lines.append(f"demo: {name:16} names {score.found} of {score.right}, {took:.2f} s")
    return lines
