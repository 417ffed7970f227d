"""The plans of a statement for unknown, common and rare values of its parameters, with what they teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pgplumb.workload.column_values import read_values
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.engine import insights
from pgplumb.workload.parameters import Setting, columns_compared, readable, settings_for
from pgplumb.workload.plan import Plan, Unplanned, explain_all
from pgplumb.workload.plan_diff import shape
from pgplumb.workload.planned import missing
from pgplumb.workload.twin_plan import explain_in_twin
from pgplumb.workload.veiled import veiled

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session
    from pgplumb.twin.gaps import Gaps
    from pgplumb.twin.planning import PlanningDatabase
    from pgplumb.workload.insights.insight import Insight


@dataclass(frozen=True, slots=True)
class SettingPlan:
    """The plan of one setting of the parameters."""

    setting: str
    """generic, common or rare."""
    why: str
    """What was chosen, in words without values."""
    answer: Plan | Unplanned
    insights: tuple[Insight, ...] = ()
    unknown: tuple[str, ...] = ()
    """What the twin lacks of the plan's relations; nothing for a plan of the target."""

    @property
    def shape(self) -> str:
        """What is equal for plans that do the same."""
        return shape(self.answer.root) if isinstance(self.answer, Plan) else str(self.answer)


@dataclass(frozen=True, slots=True)
class Explained:
    """A statement's plans: the generic one first, then those for common and for rare values, where they are known."""

    plans: tuple[SettingPlan, ...]

    @property
    def distinct(self) -> tuple[tuple[SettingPlan, ...], ...]:
        """The plans by shape, those of the same shape together."""
        found: dict[str, tuple[SettingPlan, ...]] = {}
        for one in self.plans:
            found[one.shape] = (*found.get(one.shape, ()), one)
        return tuple(found.values())

    def of(self, setting: str) -> SettingPlan | None:
        """Return the plan of a setting."""
        return next((one for one in self.plans if one.setting == setting), None)

    @property
    def generic(self) -> SettingPlan:
        """The plan without values."""
        return self.plans[0]


def settings_of(
    session: Session,
    text: str,
    catalog: Catalog | None,
    rows_per_call: float | None = None,
    search_path: str | None = None,
) -> tuple[Setting, ...]:
    """Return the settings of a text, with values from the server's statistics. Raises QueryError, LostConnection."""
    if catalog is None or "$" not in text:
        return (Setting("generic", readable(text), ""),)
    values = read_values(session, columns_compared(text, catalog, search_path))
    return settings_for(text, catalog, values, rows_per_call, search_path)


def explain_settings(
    session: Session, settings: Sequence[Setting], context: Context, search_path: str | None = None
) -> Explained:
    """Plan every setting on the server itself, in one read-only unit. Raises LostConnection."""
    answers = explain_all(session, [s.text for s in settings], search_path=search_path)
    found = _answered(settings, answers)
    return Explained(tuple(_judged(one, context, None) for one in found))


def twin_settings(
    planning: PlanningDatabase, settings: Sequence[Setting], context: Context, search_path: str | None = None
) -> Explained:
    """Plan every setting in the twin. Raises LostConnection."""
    answers = [explain_in_twin(planning, s.text, search_path) for s in settings]
    found = _answered(settings, answers)
    return Explained(tuple(_judged(one, context, planning.gaps) for one in found))


def _answered(settings: Sequence[Setting], answers: Sequence[Plan | Unplanned]) -> tuple[SettingPlan, ...]:
    """Return the plans by setting. Values of users' data are in none of them; the generic text has none."""
    query = settings[0].text
    return tuple(
        SettingPlan(
            setting.name,
            setting.why,
            veiled(answer, query) if number and isinstance(answer, Plan) else answer,
        )
        for number, (setting, answer) in enumerate(zip(settings, answers, strict=True))
    )


def _judged(one: SettingPlan, context: Context, gaps: Gaps | None) -> SettingPlan:
    if not isinstance(one.answer, Plan):
        return one
    unknown = missing(one.answer, gaps) if gaps is not None else ()
    return replace(one, insights=insights(one.answer, context), unknown=unknown)
