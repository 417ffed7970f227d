"""The list of the checklist panel, and what its keys do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import BindingType

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.panels.checklist_rows import Item
from pgplumb.tui.widgets.columns import MARGIN, Column
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind

if TYPE_CHECKING:
    from pgplumb.tui.panels.checklist import ChecklistPanel

ACTIONS = declare(
    "checklist",
    Action(
        "open_item",
        "enter",
        "evidence",
        "Show a rule's evidence; on a finding go to its object; on a category list more or less.",
        hint=10,
        palette=False,
    ),
    Action(
        "fold_or_unfold",
        "space",
        "unfold",
        "List more or less of a category, or a rule's findings.",
        hint=57,
        palette=False,
    ),
    Action(
        "unfold",
        "right l",
        "unfold",
        "List the rules of a category or the findings of a rule.",
        palette=False,
    ),
    Action("fold", "left h", "fold", "List less.", palette=False),
    Action(
        "all_categories",
        "a",
        "all rules",
        "List every rule of every category, or only what needs attention.",
        hint=57,
    ),
    Action(
        "waive",
        "w",
        "waive",
        "Accept a finding, or all of a rule, with a reason: written into the project's profile.",
        hint=56,
    ),
    Action(
        "severity",
        "v",
        "severity",
        "Show errors alone, errors and warnings, or rules of every severity.",
        hint=58,
    ),
    Action(
        "tier",
        "m",
        "when",
        "Show what is needed now, what growth needs too, or rules of every tier.",
        hint=59,
    ),
    Action("only_group", "o", "this group", "Show only the group under the cursor, or every group."),
    Action(
        "quality",
        "b",
        "by name",
        "Group by the quality checklist that an architect signs, or by category.",
        hint=60,
    ),
    Action("changed", "u", "changed", "Show only what has changed since this was opened, or everything."),
)


class ChecklistTable(LineTable[Item]):
    """The list of the panel."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__(
            (Column[Item]("title", "", lambda item: item.title, width=1),),
            key=lambda item: item.key,
            text=lambda item: item.text,
            kinds=RowKind(
                whole=lambda item: item.line(max(self.content_size.width - MARGIN - 1, 0)),
                depth=lambda item: item.depth,
                copy=lambda item: item.finding.object if item.finding else item.title,
            ),
            header=False,
            id="checklist-items",
        )

    @property
    def panel(self) -> ChecklistPanel:
        """The panel that it is part of."""
        return cast("ChecklistPanel", next(node for node in self.ancestors if node.id == "checklist"))

    def action_open_item(self) -> None:
        """Enter."""
        self.action_select()

    def action_fold_or_unfold(self) -> None:
        """Space."""
        if self.row is not None:
            self.panel.toggle(self.row)

    def action_unfold(self) -> None:
        """Right."""
        if self.row is not None:
            self.panel.unfold(self.row)

    def action_fold(self) -> None:
        """Left."""
        if self.row is not None:
            self.panel.fold(self.row)

    def action_all_categories(self) -> None:
        """Every rule, or what needs attention."""
        self.panel.toggle_all()

    def action_waive(self) -> None:
        """Accept what is under the cursor."""
        self.panel.waive()

    def action_severity(self) -> None:
        """From which severity on."""
        self.panel.narrow(self.panel.narrowing.next_severity())

    def action_tier(self) -> None:
        """Up to which tier."""
        self.panel.narrow(self.panel.narrowing.next_tier())

    def action_only_group(self) -> None:
        """One group, or all."""
        self.panel.narrow_to_group(self.row)

    def action_quality(self) -> None:
        """The quality checklist, or categories."""
        self.panel.toggle_quality()

    def action_changed(self) -> None:
        """What has changed, or all."""
        self.panel.narrow(replace(self.panel.narrowing, changed=not self.panel.narrowing.changed))
