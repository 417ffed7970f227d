"""Which timeouts are in force at each statement of a migration."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pgplumb.sql.node import Node

NAMES = ("lock_timeout", "statement_timeout")
_UNITS = {"": 1.0, "us": 0.001, "ms": 1.0, "s": 1e3, "min": 6e4, "h": 3.6e6, "d": 8.64e7}
_VALUE = re.compile(r"\s*([0-9.]+)\s*(us|ms|s|min|h|d|)\s*\Z")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Milliseconds; 0 means no timeout."""

    lock: float = 0
    statement: float = 0
    session: tuple[float, float] = (0, 0)
    """What both go back to when SET LOCAL ends."""
    before: tuple[float, float] = (0, 0)
    """What both go back to when the transaction is rolled back."""
    default: tuple[float, float] = (0, 0)
    """What SET ... TO DEFAULT and RESET bring back."""

    @classmethod
    def starting_at(cls, lock: float, statement: float) -> Timeouts:
        """Return the timeouts of a session in which nothing was set yet."""
        both = (lock, statement)
        return cls(lock, statement, both, both, both)

    def after(self, node: Node, in_transaction: bool) -> Timeouts:
        """Return what is in force after a statement."""
        setting = setting_of(node)
        if setting is None:
            return self
        name, text, local = setting
        if name == "ALL":
            return replace(self, lock=self.default[0], statement=self.default[1], session=self.default)
        if name not in NAMES or (local and not in_transaction):
            return self
        which = NAMES.index(name)
        value = self.default[which] if text is None else milliseconds(text)
        if value is None:
            return self
        changed = replace(self, lock=value) if which == 0 else replace(self, statement=value)
        if local:
            return changed
        kept = (value, self.session[1]) if which == 0 else (self.session[0], value)
        return replace(changed, session=kept, before=self.before if in_transaction else kept)

    def after_transaction(self, committed: bool) -> Timeouts:
        """Return what is in force after COMMIT or ROLLBACK."""
        both = self.session if committed else self.before
        return replace(self, lock=both[0], statement=both[1], session=both, before=both)


def setting_of(node: Node) -> tuple[str, str | None, bool] | None:
    """Return name, value (None for the default) and whether it is LOCAL, where a statement sets a parameter.

    `SELECT set_config(...)` counts; RESET ALL and DISCARD ALL are called "ALL".
    """
    if node.kind == "VariableSetStmt":
        kind = node.text("kind").removeprefix("VAR_")
        if kind == "RESET_ALL":
            return "ALL", None, False
        values = [_constant(argument) for argument in node.nodes("args")]
        value = ",".join(values) if kind == "SET_VALUE" else None
        return node.text("name").lower(), value, node.flag("is_local")
    if node.kind == "DiscardStmt" and node.text("target") == "DISCARD_ALL":
        return "ALL", None, False
    if node.kind == "SelectStmt" and len(node.nodes("targetList")) == 1:
        call = node.nodes("targetList")[0].node("val")
        if call is not None and call.kind == "FuncCall" and call.words("funcname")[-1:] == ("set_config",):
            arguments = [_constant(argument) for argument in call.nodes("args")]
            if len(arguments) == 3:
                return arguments[0].lower(), arguments[1], arguments[2] == "true"
    return None


def _constant(node: Node) -> str:
    """Return a constant as text; empty for anything else."""
    if node.kind == "TypeCast":
        inner = node.node("arg")
        return _constant(inner) if inner else ""
    if text := node.node("sval"):
        return text.text("sval")
    if number := node.node("ival"):
        return str(number.number("ival"))
    if number := node.node("fval"):
        return number.text("fval")
    if truth := node.node("boolval"):
        return "true" if truth.flag("boolval") else "false"
    return ""


def milliseconds(text: str) -> float | None:
    """Read a timeout as the server does: a number without a unit is milliseconds. None where it is none."""
    match = _VALUE.match(text)
    return float(match.group(1)) * _UNITS[match.group(2)] if match else None
