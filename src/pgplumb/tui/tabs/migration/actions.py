"""What can be done with a migration."""

from __future__ import annotations

from pgplumb.tui.actions import Action, declare

ACTIONS = declare(
    "migrations",
    Action("edit", "e", "edit", "Go into the text; Esc leaves it.", hint=10),
    Action("switch", "d", "up/down", "Switch between the change and what takes it back.", hint=12),
    Action("save", "w ctrl+s", "save", "Save both texts to a file, or to a pair of files.", hint=14),
    Action("external", "o ctrl+o", "$EDITOR", "Edit the text in $VISUAL or $EDITOR and come back.", hint=16),
    Action("load", "L", "load", "Load a migration from a file.", hint=18),
    Action(
        "propose",
        "p",
        "propose down",
        "Propose the down from the up, in the place of what is there.",
        hint=22,
    ),
    Action(
        "mode",
        "m",
        "transaction",
        "Look at it as one transaction, or as statements that each run by themselves.",
        hint=20,
    ),
    Action("copy_all", "Y", "copy all", "Copy the text that is shown, or what is selected in it."),
    Action("new", "N", "new", "Begin a new migration."),
)
