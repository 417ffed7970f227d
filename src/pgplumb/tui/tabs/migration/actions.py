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
    Action("probe", "p", "ask target", "Show what only the target knows, and ask it, read-only.", hint=11),
    Action(
        "propose",
        "P",
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
    Action("wizard", "n", "new", "Begin a new migration: choose what it does and fill in its form.", hint=4),
    Action("apply", "a", "apply", "Look at what would run, confirm it, and apply it.", hint=6),
    Action("export", "x", "export", "Write it as the files of a migration tool.", hint=8),
    Action("new", "N", "blank", "Begin a blank migration."),
)
WIZARD = declare(
    "wizard",
    Action("back", "escape", "back", "Go a step back; what was typed stays.", hint=30, palette=False),
    Action("next", "enter", "next", "Go on.", hint=10, palette=False),
    Action("filter", "/", "filter", "Filter the list of changes.", hint=20, palette=False),
)
FORM = declare(
    "form",
    Action("next", "enter", "next", "Take what is offered, or go on.", hint=10, palette=False),
    Action("following", "tab", "next field", "Go to the next field.", hint=20, palette=False),
    Action("previous", "shift+tab", "field before", "Go to the field before.", palette=False),
    Action(
        "down",
        "down",
        "offers",
        "Go to the values that are offered; the next field where none are.",
        palette=False,
    ),
    Action("up", "up", "up", "Go up in what is offered; to the field before.", palette=False),
    Action(
        "fold", "ctrl+o", "optional", "Show or hide the fields that may stay empty.", hint=25, palette=False
    ),
)
CARDS = declare(
    "ways",
    Action("next", "enter", "take it", "Write this way into the editor.", hint=10, palette=False),
    Action("down", "j down right", "next way", "Go to the next way.", palette=False),
    Action("up", "k up left", "way before", "Go to the way before.", palette=False),
)
APPLY = declare(
    "apply",
    Action("begin", "enter", "confirm", "Ask for the confirmation; after an end, look again.", palette=False),
    Action("turn", "d", "take back", "Look at the way back, or at the way forth again.", palette=False),
    Action(
        "waive", "w", "waive", "Run although an item fails, with a reason that is recorded.", palette=False
    ),
    Action("pause", "p", "pause", "Hold a backfill after its batch, or let it go on.", palette=False),
    Action("faster", "+", "faster", "Let a backfill work a larger part of the time.", palette=False),
    Action("slower", "-", "slower", "Let a backfill work a smaller part of the time.", palette=False),
    Action("stop", "s", "stop", "Stop in a clean state; the way on and back is said.", palette=False),
    Action("end_blocker", "k", "end blocker", "Cancel or end the session that is in the way.", palette=False),
    Action("yes", "g", "yes", "Answer yes to what the run asks.", palette=False),
    Action("again", "n", "no", "Answer that an interrupted statement was not done.", palette=False),
    Action("copy", "y", "copy", "Copy the command that goes on, or what would run.", palette=False),
    Action("close", "escape", "close", "Close; what runs has to be stopped first.", palette=False),
)
REASON = declare(
    "reason",
    Action("close", "escape", "close", "Waive nothing.", palette=False),
)
EXPORT = declare(
    "export",
    Action("next", "enter", "next", "Choose the tool; then choose the folder; then write.", palette=False),
    Action("copy", "y", "copy", "Copy the file that is shown.", palette=False),
    Action("close", "escape", "back", "Go a step back; close.", palette=False),
)
