"""Publications that a changed table belongs to: DDL is not replicated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.migrate.hazards.effect import SHARE_UPDATE_EXCLUSIVE
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import about, listed, relations_locked

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

_COLUMNS = frozenset({"AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType"})


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about tables whose columns or names change."""
    node = moment.node
    kinds = {command.text("subtype") for command in node.nodes("cmds")}
    renamed = node.kind == "RenameStmt" and node.text("renameType") in ("OBJECT_COLUMN", "OBJECT_TABLE")
    dropped = node.kind == "DropStmt" and node.text("removeType") == "OBJECT_TABLE"
    if kinds & _COLUMNS or renamed or dropped:
        yield from about(
            moment, FACT.name, lambda names: f"Is {names} published?",
            relations_locked(moment, SHARE_UPDATE_EXCLUSIVE), "publications",
        )  # fmt: skip


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail where one is."""
    names = dict.fromkeys(name for name, _, _ in rows)
    if names:
        return "fail", f"published by {listed(names)}: subscribers need the same change"
    return "pass", "in no publication"


FACT = Fact("publications", ask, judge)
