"""A text that somebody wrote, as a plan: so that it is looked at, exported and applied like any other.

Statement by statement, each is a step of its own, those between BEGIN and COMMIT are one; as a transaction, all of it
is one step. What is proposed to take it back stands beside its step; what a person wrote belongs to the whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import script
from pgplumb.migrate.down import propose_down
from pgplumb.migrate.hazards.step import Mode
from pgplumb.migrate.plan import Plan, Step, Strategy
from pgplumb.sql.lexer import significant
from pgplumb.sql.split import Statement, split

_TIMEOUT = re.compile(r"\A(lock_timeout|statement_timeout)\Z")
_ALONE = re.compile(
    r"\b(INDEX|TABLE|DATABASE|SCHEMA) CONCURRENTLY\b|\bDETACH PARTITION\b.* CONCURRENTLY\b|\A(VACUUM|ALTER SYSTEM)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What PostgreSQL refuses inside a transaction block."""
_SHORT = "2s"


class NoPlan(Exception):  # noqa: N818
    """A text that cannot be applied as it stands: one line that says what, why and the next step."""


def plan_of(name: str, up: str, down: str | None, mode: Mode, catalog: Catalog | None = None) -> Plan:
    """Return the plan of a text; the same text makes the same plan. Raises NoPlan.

    `down` is what a person wrote for the way back; without one, each step has what is proposed for it.
    """
    statements = split(up)
    if not statements:
        raise NoPlan("there is nothing to apply: the text holds no statement")
    steps = _steps(statements, mode)
    steps = _with_down(steps, down) if down is not None else [_taken_back(step, catalog) for step in steps]
    digest = hashlib.sha256(f"{mode}\n{up}\n{down or ''}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50].rstrip("_") or "migration"
    # That it is done while nobody is locked out is proved by nobody.
    way = Strategy("direct", "As it is written", tuple(steps), online=False)
    return Plan(f"{slug}_{digest}", name or "migration", (way,), "direct")


@dataclass(slots=True)
class _Group:
    """Statements that run together."""

    statements: list[str] = field(default_factory=list)
    lock_timeout: str = _SHORT
    statement_timeout: str = "0"
    together: bool = True


def _steps(statements: Sequence[Statement], mode: Mode) -> list[Step]:
    groups = _groups(statements, mode)
    if not groups:
        raise NoPlan("there is nothing to apply: the text only sets and begins")
    return [
        Step(
            "expand",
            script(*group.statements),
            None,
            autocommit=not group.together,
            about=_about(group.statements),
            lock_timeout=group.lock_timeout,
            statement_timeout=group.statement_timeout,
            reversible="none",
        )
        for group in groups
    ]


def _groups(statements: Sequence[Statement], mode: Mode) -> list[_Group]:
    groups: list[_Group] = []
    held = {"lock_timeout": _SHORT, "statement_timeout": "0"}
    settings: list[str] = []
    open_group: _Group | None = None
    for statement in statements:
        words = [token.text for token in significant(statement.text)]
        first = words[0].upper() if words else ""
        if first in ("BEGIN", "START"):
            open_group = _Group([*settings], held["lock_timeout"], held["statement_timeout"])
            continue
        if first in ("COMMIT", "END"):
            if open_group is not None and len(open_group.statements) > len(settings):
                groups.append(open_group)
            open_group = None
            continue
        if first == "SET" and (found := _timeout(words)) is not None:
            if open_group is None:
                held[found[0]] = found[1]
            elif found[0] == "lock_timeout":
                open_group.lock_timeout = found[1]
            else:
                open_group.statement_timeout = found[1]
            continue
        if first == "RESET" and len(words) == 2 and _TIMEOUT.match(words[1].lower()):
            held[words[1].lower()] = _SHORT if words[1].lower() == "lock_timeout" else "0"
            continue
        if first == "SET" and open_group is None and mode == "autocommit":
            settings.append(statement.text)
            continue
        if open_group is not None:
            open_group.statements.append(statement.text)
            continue
        if mode == "transaction" and groups and groups[-1].together:
            groups[-1].statements.append(statement.text)
            continue
        groups.append(_group(statement, settings, held))
    if open_group is not None and open_group.statements:
        groups.append(open_group)
    return groups


def _group(statement: Statement, settings: Sequence[str], held: dict[str, str]) -> _Group:
    if not _ALONE.search(_plain(statement)):
        return _Group([*settings, statement.text], held["lock_timeout"], held["statement_timeout"])
    if settings:
        raise NoPlan(
            f"{statement.kind} runs outside of a transaction, where {settings[0]} would not hold: take the SET out"
            " and write names with their schemas"
        )
    patient = "CONCURRENTLY" in _plain(statement)
    # lock_timeout would cancel the waits of a concurrent build too, and leave an INVALID index.
    return _Group([statement.text], "0" if patient else held["lock_timeout"], "0", together=False)


def _plain(statement: Statement) -> str:
    return " ".join(token.text.upper() for token in significant(statement.text) if token.kind != "string")


def _timeout(words: Sequence[str]) -> tuple[str, str] | None:
    """Return the timeout that a SET is about, with its value."""
    rest = [w for w in words[1:] if w.upper() not in ("LOCAL", "SESSION")]
    if len(rest) < 3 or not _TIMEOUT.match(rest[0].lower()):
        return None
    value = "".join(rest[2:]).strip("'")
    return rest[0].lower(), value or "0"


def _about(statements: Sequence[str]) -> str:
    first = split(statements[-1] if statements[0].upper().startswith("SET") else statements[0])
    kind = first[0].kind.lower() if first and first[0].kind else "statement"
    more = len(statements) - 1
    return f"{kind} and {more} more" if more else kind


def _with_down(steps: list[Step], down: str) -> list[Step]:
    if not split(down):
        return steps
    # The whole way back belongs to the first step, which is taken back last.
    whole = script(
        *(s.text for s in split(down) if s.kind not in ("BEGIN", "START TRANSACTION", "COMMIT", "END"))
    )
    alone = any(_ALONE.search(_plain(s)) for s in split(down)) or len(steps) > 1
    first = replace(steps[0], down=whole, autocommit=steps[0].autocommit or alone, reversible="exact")
    return [first, *(replace(step, down="", reversible="exact") for step in steps[1:])]


def _taken_back(step: Step, catalog: Catalog | None) -> Step:
    """Return a step with what is proposed for it; without a way back where that is not all of it."""
    back = propose_down(step.up, catalog, mode="autocommit")
    if not back.complete:
        return step
    texts = [text for text in back.statements if text.upper() not in ("BEGIN", "COMMIT")]
    return replace(step, down=script(*texts) if texts else "", reversible="exact")
