"""Why a plan is not applied at all: nothing was run, and one line says what to do."""

from __future__ import annotations

from pgplumb.server.errors import ServerError


class Refused(ServerError):  # noqa: N818
    """A run that does not begin. `what`, `why` and `next_step` as of every server error."""

    def __init__(self, what: str, why: str, next_step: str, *, usage: bool = True) -> None:
        super().__init__(what, why, next_step)
        self.usage = usage
        """Whether another command line or file would help; false where somebody else must act first."""
