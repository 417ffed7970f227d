"""The keys of the editor. Whatever is printable is typed; these are the others."""

from __future__ import annotations

from pgplumb.tui.actions import Action, declare

_MOVES = (
    ("left", "left", "left", "Go one character to the left."),
    ("right", "right", "right", "Go one character to the right."),
    ("up", "up", "up", "Go one row up."),
    ("down", "down", "down", "Go one row down."),
    ("word_left", "ctrl+left", "word left", "Go to the start of the word."),
    ("word_right", "ctrl+right", "word right", "Go to the end of the word."),
    ("line_start", "home", "line start", "Go to the start of the line."),
    ("line_end", "end", "line end", "Go to the end of the line."),
    ("page_up", "pageup", "page up", "Go a page up."),
    ("page_down", "pagedown", "page down", "Go a page down."),
    ("text_start", "ctrl+home", "text start", "Go to the start of the text."),
    ("text_end", "ctrl+end", "text end", "Go to the end of the text."),
)
"""Name, key, label, help. With shift they select."""


def _shifted(key: str) -> str:
    return key.replace("ctrl+", "ctrl+shift+") if key.startswith("ctrl+") else f"shift+{key}"


ACTIONS = declare(
    "editor",
    Action("leave", "escape", "list", "Leave the text; the other keys work again.", hint=1, palette=False),
    *(
        Action(name, key, label, text, call=f"go('{name}', False)", palette=False)
        for name, key, label, text in _MOVES
    ),
    *(
        Action(
            f"select_{name}",
            _shifted(key),
            f"select {label}",
            f"Select: {text[0].lower()}{text[1:]}",
            call=f"go('{name}', True)",
            palette=False,
        )
        for name, key, label, text in _MOVES
    ),
    Action("select_all", "alt+a", "select all", "Select the whole text.", palette=False),
    Action("undo", "ctrl+z", "undo", "Take the last change back.", hint=2),
    Action("redo", "ctrl+y", "redo", "Make the change again that was taken back.", hint=3),
    Action("indent", "tab", "indent", "Indent the line or the selected lines.", palette=False),
    Action("dedent", "shift+tab", "dedent", "Indent the line or the selected lines less.", palette=False),
    Action("break", "enter", "new line", "Begin a line, indented as the one before.", palette=False),
    Action("delete_left", "backspace", "delete", "Delete the character before the cursor.", palette=False),
    Action(
        "delete_right", "delete ctrl+d", "delete", "Delete the character under the cursor.", palette=False
    ),
    Action("delete_word", "ctrl+w", "delete word", "Delete up to the start of the word.", palette=False),
    Action("delete_start", "ctrl+u", "delete line", "Delete up to the start of the line.", palette=False),
    Action("delete_end", "ctrl+k", "delete line", "Delete up to the end of the line.", palette=False),
    Action("cut", "ctrl+x", "cut", "Cut the selected text, or the line.", palette=False),
    Action("copy", "alt+c", "copy", "Copy the selected text, or the line.", palette=False),
    Action("paste", "ctrl+v", "paste", "Paste what was cut or copied here.", palette=False),
)
