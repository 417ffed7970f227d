"""The keys of the RLS tab."""

from __future__ import annotations

from pgplumb.tui.actions import Action, declare

ACTIONS = declare(
    "rls",
    Action("roles", "x", "roles", "Look at roles, one line each, or at objects.", hint=25),
    Action("accept", "a", "accept", "Accept a branch that lets foreign rows pass, with a reason.", hint=40),
    Action(
        "witness", "W", "witness", "Seek a row that shows a suspected leak; what will run is shown.", hint=45
    ),
    Action("probe", "p", "probe", "Look for other tenants' rows among the real ones; asks first.", hint=42),
    Action("costs", "$", "costs", "Plan the queries seen in a twin, and see what policies cost.", hint=49),
    Action("tenants", "T", "tenants", "Look at whose rows are whose, and confirm it.", hint=50),
    Action("partitions", "P", "partitions", "Show partitions that nobody but their owner may use, or not."),
    Action("next_section", "tab", "section", "Go to the next section of the detail.", hint=30),
    Action("previous_section", "shift+tab", "section", "Go to the section of the detail before."),
)
"""Beside those that choose a role, which the list and the detail have too."""

_ON_OBJECTS = {"main.fix": 22}
_ON_ROLES = {"main.fix": 22, "rls.accept": 0, "rls.witness": 0, "rls.probe": 0, "rls.next_role": 0}


def rank(action: Action, of_roles: bool) -> int:
    """Return where a key stands in the key bar: what leaks is mended first, and a role by itself has no branches."""
    return (_ON_ROLES if of_roles else _ON_OBJECTS).get(action.id, action.hint)
