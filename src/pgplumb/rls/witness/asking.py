"""Puts questions about made-up rows to the server: READ ONLY, rolled back, as the role of the proof where it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.rls.paths import look_as
from pgplumb.rls.witness.trial import Seen, Settings, Trial
from pgplumb.server.errors import QueryError

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session, Unit

_SET_ROLE = "SELECT set_config('role', %(role)s, true)"
_NOT_ALLOWED = "42501"
TIMEOUT_MS = 2_000
LOCK_MS = 100


class GivenUpError(Exception):
    """A predicate that took too long, or a role that cannot be taken: nothing more is tried of it."""


class _NotAllowedError(Exception):
    """The role may not use a type or a function that a row is made up with."""


@dataclass(slots=True)
class Asking:
    """One session, and as whom it can ask."""

    session: Session
    catalog: Catalog
    not_as: set[str] = field(default_factory=set)
    """Roles as which something had to be asked and that it cannot act as."""
    _taken: dict[str, bool] = field(default_factory=dict)
    """Roles that it tried to act as, and whether it can."""

    def seen(self, trials: Sequence[Trial], values: Settings) -> tuple[tuple[Seen, ...] | None, str]:
        """Return what each gate lets through in one session, None where one of them raises; and as whom it was asked,
        empty for the connecting role.

        As the role of the proof. What is harmless, and the same for all roles, is evaluated as the connecting role
        where that one cannot be taken or may not use a type.
        """
        role = trials[0].caller
        if not all(t.harmless for t in trials):
            return self._asked(trials, values, role, inlined=False), role
        if self._can_be(role):
            try:
                return self._asked(trials, values, role, inlined=True), role
            except _NotAllowedError:
                self._taken[role] = False
        return self._asked(trials, values, None, inlined=True), ""

    def _asked(
        self, trials: Sequence[Trial], values: Settings, role: str | None, *, inlined: bool
    ) -> tuple[Seen, ...] | None:
        try:
            with self.session.unit(statement_timeout_ms=TIMEOUT_MS, lock_timeout_ms=LOCK_MS) as unit:
                if role is not None and inlined:
                    unit.query(_SET_ROLE, {"role": role})
                elif role is not None and not self._become(unit, role, values):
                    unit.roll_back()
                    return None
                seen = tuple(t.seen(unit.query(t.question(values, inlined=inlined))) for t in trials)
                # Whatever functions of users did besides is undone.
                unit.roll_back()
                return seen
        except QueryError as error:
            if error.cancelled:
                raise
            if error.timed_out:
                raise GivenUpError from None
            if inlined and role is not None and error.sqlstate == _NOT_ALLOWED:
                raise _NotAllowedError from None
            return None

    def _can_be(self, role: str) -> bool:
        """Whether this session can act as a role."""
        if role not in self._taken:
            try:
                with self.session.unit(statement_timeout_ms=TIMEOUT_MS) as unit:
                    unit.query(_SET_ROLE, {"role": role})
                    unit.roll_back()
                self._taken[role] = True
            except QueryError as error:
                if error.cancelled:
                    raise
                self._taken[role] = False
        return self._taken[role]

    def _become(self, unit: Unit, role: str, values: Settings) -> bool:
        """Act as a role with settings, until the transaction ends. False where one that shall never have been set
        was: what was set once is empty afterwards, never again unset."""
        try:
            unit.query(_SET_ROLE, {"role": role})
        except QueryError as error:
            if error.cancelled:
                raise
            self.not_as.add(role)
            raise GivenUpError from None
        look_as(unit, self.catalog, role)
        unset = [name for name, value in values.items() if value is None]
        asked = "SELECT bool_or(current_setting(n, true) IS NOT NULL) FROM unnest(%(names)s::text[]) AS n"
        if unset and unit.query(asked, {"names": unset})[0][0]:
            return False
        for name, value in values.items():
            if value is not None:
                unit.query("SELECT set_config(%(name)s, %(value)s, true)", {"name": name, "value": value})
        return True
