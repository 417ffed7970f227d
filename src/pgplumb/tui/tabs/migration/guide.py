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
    _key("f", "on a failing check", " composes its fix, with the way back"),
    _key("e", "type one here", "   esc leaves the text"),
    _key("o", "write it in your editor", "   $VISUAL or $EDITOR"),
    _key("L", "load a file"),
    _key("w", "save it to a file"),
    (),
    line(Span("Errors, locks and hazards are found as you type, from the text and", "muted")),
    line(Span("the catalog. Nothing is run from here: not rehearsed, not applied.", "muted")),
)
DOWN: tuple[Line, ...] = (
    (),
    line(Span("What takes the migration back. It is proposed from the up where", "muted")),
    line(Span("that is known, and follows it until you change it.", "muted")),
)
