"""The keys of the Queries tab."""

from __future__ import annotations

from pgplumb.tui.actions import Action, declare

ACTIONS = declare(
    "queries",
    Action("period", "d", "period", "Count since the reset, since connecting, or lately.", hint=25),
    Action("plan", "p", "plan", "Show what asking for the plan runs; once more asks for it.", hint=28),
    Action("own", "o", "own", "List pgplumb's own statements one by one, or as one line."),
    Action(
        "switch", "tab", "switch", "Go between the notice and what was seen to run.", hint=22, palette=False
    ),
    Action("values", "v", "values", "Show the plan for other values of the parameters.", hint=29),
    Action(
        "execute", "A", "execute", "EXPLAIN ANALYZE: shows what will run, runs it when confirmed.", hint=57
    ),
    Action("advice", "i", "indexes", "Show index advice for all that ran.", hint=31),
    Action("text", "", "text", "Show the whole statement.", call="part('statement')"),
    Action("figures", "", "figures", "Show every figure of the statement.", call="part('figures')"),
    Action("tables", "", "tables", "Show the tables that the statement names.", call="part('tables')"),
    Action("findings", "", "findings", "Show what is wrong with the statement.", call="part('findings')"),
    Action("growth", "", "10x", "Show its plan at ten times the data, made in the twin.", call="part('10x')"),
    Action("help_one", "", "advice", "Show indexes that help the statement.", call="part('advice')"),
)
