"""What widgets tell the main screen: messages go up, states come down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding
    from pgplumb.tui.place import Place
    from pgplumb.tui.requests import Request
    from pgplumb.tui.widgets.ink import InkName


class GoTo(Message):
    """A person follows something: a foreign key, an index, a finding. The place left is remembered."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class GoToObject(Message):
    """The same with an object identifier, for whoever does not know which tab shows it."""

    def __init__(self, object_id: str) -> None:
        super().__init__()
        self.object_id = object_id


class Pointed(Message):
    """The cursor of the active tab rests on another object, or on none."""

    def __init__(self, object_id: str | None, relation: int | None = None) -> None:
        """`relation` is the oid of the table or view that the object is or belongs to."""
        super().__init__()
        self.object_id = object_id
        self.relation = relation


class Say(Message):
    """Something for the message line."""

    def __init__(self, text: str, ink: InkName = "text") -> None:
        super().__init__()
        self.text = text
        self.ink = ink


class Ask(Message):
    """Something is wanted of the server; the answer comes as a new state."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


class FixWanted(Message):
    """A person wants the fix of a finding composed as a migration."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


class EvidenceWanted(Message):
    """A person opens a rule of the checklist."""

    def __init__(self, result: RuleResult) -> None:
        super().__init__()
        self.result = result


class WaiverWanted(Message):
    """A person accepts a finding, or with None every finding of a rule."""

    def __init__(self, result: RuleResult, finding: Finding | None) -> None:
        super().__init__()
        self.result = result
        self.finding = finding
