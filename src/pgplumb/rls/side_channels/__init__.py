"""Ways around row security that no policy closes: each file knows one kind."""

from __future__ import annotations

from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels import (
    copying_triggers,
    leaky_views,
    publications,
    references,
    server_defects,
    stored_copies,
    truncation,
    unique_keys,
)
from pgplumb.rls.side_channels.channel import SideChannel

_KINDS = (
    references,
    unique_keys,
    stored_copies,
    copying_triggers,
    leaky_views,
    publications,
    truncation,
    server_defects,
)


def side_channels(judgement: Judgement) -> tuple[SideChannel, ...]:
    """Return all that were found, by kind, object and message. Asks the server for nothing."""
    return tuple(sorted(channel for kind in _KINDS for channel in kind.find(judgement)))


__all__ = ["SideChannel", "side_channels"]
