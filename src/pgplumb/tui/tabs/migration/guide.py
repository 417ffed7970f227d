"""What an empty editor says."""

from __future__ import annotations

from pgplumb.tui.widgets.ink import Line, Span, line


def _key(key: str, *words: str) -> Line:
    return line(
        Span(f"  {key:<4}", "key"), Span(words[0], "text"), *(Span(word, "muted") for word in words[1:])
    )


UP: tuple[Line, ...] = (
    (),
    line(Span("A migration, up and down", "strong")),
    (),
    _key("n", "choose what it does", "   a form, and its SQL as you fill it in"),
    _key("f", "on a failing check", " composes its fix, with the way back"),
    _key("e", "type one here", "   esc leaves the text"),
    _key("o", "write it in your editor", "   $VISUAL or $EDITOR"),
    _key("L", "load a file"),
    _key("w", "save it to a file"),
    (),
    line(Span("What you type is rehearsed in a local twin after every pause: locks,", "muted")),
    line(Span("errors, the checklist as it would be. The server itself is not touched.", "muted")),
)
DOWN: tuple[Line, ...] = (
    (),
    line(Span("What takes the migration back. It is proposed from the up where", "muted")),
    line(Span("that is known, and follows it until you change it.", "muted")),
)
