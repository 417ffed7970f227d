"""What can be done everywhere."""

from __future__ import annotations

from pgplumb.tui.actions import Action, declare
from pgplumb.tui.tabs.registry import TABS

ACTIONS = declare(
    "main",
    *(
        Action(
            f"tab_{t.number}",
            str(t.number),
            t.title,
            f"Go to {t.title}.",
            call=f"tab('{t.name}')",
            palette=False,
        )
        for t in TABS
    ),
    Action("next_tab", "]", "next tab", "Go to the next tab.", palette=False),
    Action("previous_tab", "[", "previous tab", "Go to the tab before.", palette=False),
    Action(
        "back",
        "escape",
        "back",
        "Close a detail, clear a filter, or go back to where you came from.",
        palette=False,
    ),
    Action("checklist", "c", "checklist", "Go to the checklist, or back from it.", hint=50),
    Action(
        "this_object",
        "t",
        "this object",
        "Checklist: only what concerns the object under the cursor, or all.",
    ),
    Action("fix", "f", "fix", "Compose the fix of what is under the cursor as a migration.", hint=55),
    Action("migrate", "n", "new", "Begin a new migration about what is under the cursor."),
    Action("copy", "y", "copy", "Copy what is under the cursor to the terminal's clipboard.", hint=60),
    Action("refresh", "r", "refresh", "Read everything again now; try to connect again now.", hint=65),
    Action("pause", "space", "pause", "Stop reading, or go on.", hint=70),
    Action("faster", "+", "faster", "Read counters more often."),
    Action("slower", "-", "slower", "Read counters less often."),
    Action("connect", "C", "connect", "Connect to another server or database."),
    Action("suspend", "ctrl+z", "suspend", "Suspend to the shell; `fg` comes back."),
    Action(
        "interrupt",
        "ctrl+c",
        "cancel",
        "Cancel our statement that runs; otherwise say how to quit.",
        priority=True,
    ),
    Action("quit", "q", "quit", "Quit."),
    Action("go_to", ":", "go to", "Go to an object, a tab or an action by name.", hint=90, palette=False),
    Action("palette", "ctrl+p", "palette", "Do anything by name.", palette=False),
    Action("help", "? f1", "help", "Show the keys that work here.", hint=95),
)
LAST = ("main.go_to", "main.help")
"""Hints that always stand at the end of the key bar."""
