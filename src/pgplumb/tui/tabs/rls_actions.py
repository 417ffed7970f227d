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
    Action("probe", "p", "probe", "Look for other tenants' rows among the real ones; asks first.", hint=48),
    Action("costs", "$", "costs", "Plan the queries seen in a twin, and see what policies cost.", hint=49),
    Action("tenants", "T", "tenants", "Look at whose rows are whose, and confirm it.", hint=50),
    Action("partitions", "P", "partitions", "Show partitions that nobody but their owner may use, or not."),
    Action("next_section", "tab", "section", "Go to the next section of the detail.", hint=30),
    Action("previous_section", "shift+tab", "section", "Go to the section of the detail before."),
)
"""Beside those that choose a role, which the list and the detail have too."""
