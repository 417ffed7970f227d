"""How the scopes of actions are called in the help screen and in the documentation."""

from __future__ import annotations

SCOPE_TITLES = {
    "list": "In a list",
    "text": "In a text",
    "filter": "In the filter line",
    "filtered": "In a list with a filter",
    "detail": "In a detail",
    "checklist": "In the checklist",
    "main": "Everywhere",
    "tables": "Tables",
    "indexes": "Indexes",
    "rls": "RLS",
    "queries": "Queries",
    "plan": "In the plan of a statement, and in its advice",
    "advice": "In the index advice",
    "migrations": "Migrations",
    "editor": "In the text of a migration",
    "summary": "On the summary of a migration",
    "hazard": "In a hazard",
    "path": "Where a file is named",
    "replace": "Before a text is replaced",
    "help": "In the help",
    "palette": "In the palette",
    "confirm": "In a confirmation",
    "connect": "In the connection screen",
    "evidence": "In a rule's evidence",
    "waiver": "Where a finding is waived",
}
