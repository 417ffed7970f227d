"""Judges row security beside the reading: in a thread of its own, again where something changed, witnesses last."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.rls.side_channels import same_ground, side_channels
from pgplumb.server.errors import QueryError
from pgplumb.tui.live.looked_at import kept
from pgplumb.tui.requests import ProbeRows, SeekWitness
from pgplumb.tui.verdicts import Probed, Verdicts

if TYPE_CHECKING:
    from pgplumb.foundation.profile import Profile
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.rls.draft import Draft, Passage
    from pgplumb.rls.judgement import Judgement
    from pgplumb.rls.side_channels import SideChannel
    from pgplumb.rls.surface import Surface
    from pgplumb.rls.verdict import GateProof
    from pgplumb.server.session import Session
    from pgplumb.tui.live.board import Board
    from pgplumb.tui.live.errands import Errands

UNASKED_SECONDS = 4.0
"""How long harmless witnesses may be sought after a reading; what was not tried stays suspected."""
ASKED_SECONDS = 10.0
PROBE_SECONDS = 20.0


class Judging:
    """Keeps `State.verdicts` current. Usable from any thread; posts nothing once it has ended."""

    def __init__(self, board: Board, errands: Errands | None, profile: Profile) -> None:
        """Without `errands` no witness is sought: there is no server."""
        self._board = board
        self._errands = errands
        self._profile = profile
        self._lock = threading.Lock()
        self._wanted: tuple[AccessMatrix, Surface] | None = None
        self._last: tuple[AccessMatrix, Surface] | None = None
        self._working = False
        self._ended = False
        self._tried: set[Passage] = set()
        self._ways: tuple[Judgement, tuple[SideChannel, ...]] | None = None
        """Ways around row security, and the judgement that they were worked out of."""

    def end(self) -> None:
        """Post nothing any more."""
        with self._lock:
            self._ended = True

    def use_profile(self, profile: Profile) -> None:
        """Judge by another profile."""
        self._profile = profile
        if self._last is not None:
            self.take(*self._last)

    def read(self, session: Session, matrix: AccessMatrix) -> None:
        """On the second connection: read what stands around tables, then judge elsewhere."""
        from pgplumb.rls.surface import read_surface

        try:
            surface = read_surface(session, matrix)
        except QueryError as error:
            self._post(Unread(error.what))
            return
        self.take(matrix, surface)

    def fail(self, reason: Unread) -> None:
        """Say why nothing can be judged."""
        self._post(reason)

    def take(self, matrix: AccessMatrix, surface: Surface) -> None:
        """Judge this; of several readings the newest counts."""
        with self._lock:
            self._wanted = self._last = (matrix, surface)
            if self._working or self._ended:
                return
            self._working = True
        threading.Thread(target=self._work, name="pgplumb verdicts", daemon=True).start()

    def ask(self, request: SeekWitness | ProbeRows) -> None:
        """Seek a witness of one cell, or look at rows of one object, as a person wants who saw what will run."""
        if self._errands is None:
            return
        if isinstance(request, ProbeRows):
            self._errands.add(lambda session: self._probe(session, request.relation))
        else:
            self._errands.add(lambda session: self._seek_asked(session, request))

    def _work(self) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, None
                if wanted is None or self._ended:
                    self._working = False
                    return
            try:
                self._judge(*wanted)
            except Exception as error:
                # A fault of ours must not leave the tab waiting for ever.
                self._post(Unread(f"pgplumb failed: {type(error).__name__}: {error}; please report it"))

    def _judge(self, matrix: AccessMatrix, surface: Surface) -> None:
        from pgplumb.rls.judge import judge, rejudge
        from pgplumb.rls.tenant_paths import PathError
        from pgplumb.rls.tenants import tenant_map

        profile = self._profile
        try:
            tenants = tenant_map(matrix.catalog, profile=profile)
        except PathError as error:
            self._post(Unread(f"{error}. Correct tenant_map in pgplumb.toml."))
            return
        before = self._known
        if before is None:
            judgement = judge(matrix, surface, tenants)
        else:
            judgement = rejudge(before.judgement, matrix, surface, tenants)
            self._forget(before.judgement, judgement)
        known = self._known
        looks = kept(known.probed, known.judgement, judgement) if known is not None else {}
        found = Verdicts(judgement, profile.accepted, date.today(), probed=looks).prepare(known)
        seeking = self._errands is not None and bool(self._untried(found))
        self._show(found.but(seeking=seeking))
        if seeking and self._errands is not None:
            self._errands.add(self._seek_unasked)

    def _show(self, verdicts: Verdicts) -> None:
        """Post verdicts at once, and the ways around them when these are worked out."""
        known, last = self._known, self._ways
        if known is not None and last is not None and same_ground(last[0], verdicts.judgement):
            self._ways = verdicts.judgement, last[1]
            kept = verdicts.with_ways_of(known) if known.ways is last[1] else verdicts.but(ways=last[1])
            self._post(kept)
            return
        if known is not None and known.ways is not None:
            self._post(verdicts.with_ways_of(known))
        ways = side_channels(verdicts.judgement)
        self._ways = verdicts.judgement, ways
        if known is None or known.ways is None:
            self._post(verdicts.but(ways=ways))
            return
        now = self._known
        if now is not None and now.judgement is verdicts.judgement and now.ways != ways:
            self._post(now.but(ways=ways))

    @property
    def _known(self) -> Verdicts | None:
        known = self._board.state.verdicts
        return known if isinstance(known, Verdicts) else None

    def _forget(self, before: Judgement, judgement: Judgement) -> None:
        """Seek witnesses again of what a change took back, and of all where functions may answer otherwise."""
        if before.surface.functions != judgement.surface.functions:
            self._tried.clear()
        self._tried -= before.confirmed.keys() - judgement.confirmed.keys()

    def _untried(self, verdicts: Verdicts) -> list[Draft]:
        """Return the drafts with a suspected gate for which no witness was sought yet."""
        found: list[Draft] = []
        for one in verdicts.digests.values():
            wanted = one.suspects - self._tried
            if wanted:
                drafts = one.judged.drafts
                found += [d for d in drafts if d.verdict is None and not wanted.isdisjoint(d.passages)]
        return found

    def _seek_unasked(self, session: Session) -> None:
        """On the second connection: evaluate what is harmless, for as long as that may take."""
        from pgplumb.rls.witness.seek import seek

        known = self._known
        if known is None:
            return
        drafts = self._untried(known)
        self._tried |= {passage for draft in drafts for passage in draft.passages}
        proofs = seek(session, only(known.judgement, drafts), seconds=UNASKED_SECONDS) if drafts else {}
        self._confirm(proofs)

    def _seek_asked(self, session: Session, request: SeekWitness) -> None:
        from pgplumb.rls.witness.seek import seek

        known = self._known
        if known is None:
            return
        judgement = known.judgement
        drafts = [d for d in judgement.drafts if (d.kind, d.object, d.role, d.command) == request.cell]
        proofs = seek(session, only(judgement, drafts), asked=True, seconds=ASKED_SECONDS)
        self._confirm(proofs, request)

    def _probe(self, session: Session, relation: int) -> None:
        from pgplumb.rls.probe import contradictions, probe, summaries

        verdicts = self._board.state.verdicts
        if not isinstance(verdicts, Verdicts):
            return
        probes = probe(session, verdicts.judgement, frozenset({relation}), PROBE_SECONDS)
        faults = contradictions(verdicts.judgement, probes)
        found = Probed(tuple(summaries(probes)), faults, datetime.now().astimezone(), probes)
        now = self._board.state.verdicts
        if isinstance(now, Verdicts):
            look = kept({relation: found}, verdicts.judgement, now.judgement)
            self._post(now.but(probed={**now.probed, **look}))

    def _confirm(self, proofs: Mapping[Passage, GateProof], request: SeekWitness | None = None) -> None:
        verdicts = self._board.state.verdicts
        if not isinstance(verdicts, Verdicts):
            return
        known = frozenset().union(*(one.suspects for one in verdicts.digests.values()))
        proofs = {passage: proof for passage, proof in proofs.items() if passage in known}
        judgement = verdicts.judgement.confirm(proofs) if proofs else verdicts.judgement
        sought = verdicts.sought | {request.cell} if request else verdicts.sought
        looks = kept(verdicts.probed, verdicts.judgement, judgement)
        if judgement is verdicts.judgement:
            self._post(verdicts.but(seeking=False, sought=sought, probed=looks))
            return
        fresh = replace(verdicts, judgement=judgement, seeking=False, sought=sought, probed=looks)
        self._show(fresh.prepare(verdicts))

    def _post(self, verdicts: Verdicts | Unread) -> None:
        if isinstance(verdicts, Verdicts):
            # Here, where nobody waits for it.
            _ = verdicts.channels_of
        with self._lock:
            if not self._ended:
                self._board.change(verdicts=verdicts)


def only(judgement: Judgement, drafts: list[Draft]) -> Judgement:
    """Return a judgement of some drafts alone: what a witness is sought for."""
    from pgplumb.rls.draft import cell_of
    from pgplumb.rls.judgement import Judged

    own = tuple(drafts)
    kept = {"": Judged(own, frozenset(), tuple(map(cell_of, own)), frozenset(), {}, frozenset())}
    return replace(judgement, by_object=kept)
