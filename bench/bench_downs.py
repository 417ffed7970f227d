"""Every strategy of every intent, up and down and up again in a twin with rows: does the plan say what comes out?"""

from __future__ import annotations

import sys
from collections import Counter

from tests.migrate.intents.downs import ALL, Down, downs, workshop

from bench.figure import Figure
from pgplumb.migrate.intents import intent_names


def run() -> list[Figure]:
    """Prove them all; what does not agree is printed, and so is why a way back is not exact."""
    found: list[Down] = []
    with workshop(ALL) as (place, catalog):
        for case in ALL:
            found += downs(place, catalog, case)
    for down in sorted(found, key=lambda d: (d.agrees, d.case.intent, d.case.id, d.strategy.name)):
        if not down.agrees or down.proof.verdict != "exact":
            print(f"{'' if down.agrees else 'DISAGREES '}{down}", file=sys.stderr)
    verdicts = Counter(down.proof.verdict for down in found)
    wrong = [down for down in found if not down.agrees]
    absent = set(intent_names()) - {down.case.intent for down in found}
    return [
        Figure("ways back: intents", len({d.case.intent for d in found}), "intents"),
        Figure("ways back: intents without any tried", len(absent), "intents", 0),
        Figure("ways back: strategies tried", len(found), "strategies"),
        Figure("ways back: proved exact", verdicts["exact"], "strategies"),
        Figure("ways back: proved to bring back the shape", verdicts["shape"], "strategies"),
        Figure("ways back: proved to be none", verdicts["none"], "strategies"),
        Figure("ways back: not tried, with the reason", verdicts["unknown"], "strategies"),
        Figure("ways back: the plan says another thing than the proof", len(wrong), "strategies", 0),
        Figure("ways back: a proof, mean", sum(d.proof.seconds for d in found) / len(found) * 1000, "ms"),
    ]
