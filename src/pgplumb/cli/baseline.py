"""An earlier run of `pgplumb check --format json`: what it found is known, and only what is new counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding

FORMAT = "pgplumb.check.v1"


class Baseline:
    """The findings of an earlier run, by rule and object.

    Messages hold numbers that move, so that a finding is known by its rule and object alone; where a rule has
    several about one object, those with the same words are matched first, then as many as there were.
    """

    def __init__(self, messages: dict[tuple[str, str], Counter[str]]) -> None:
        self._messages = messages

    def new(self, result: RuleResult) -> tuple[Finding, ...]:
        """Return the open findings of a rule that the earlier run did not have."""
        left = {key: known.copy() for key, known in self._messages.items() if key[0] == result.rule.id}
        unmatched: list[Finding] = []
        for finding in result.open_findings:
            known = left.get((result.rule.id, finding.object))
            if known and known[finding.message] > 0:
                known[finding.message] -= 1
            else:
                unmatched.append(finding)
        new: list[Finding] = []
        for finding in unmatched:
            known = left.get((result.rule.id, finding.object))
            if known and known.total() > 0:
                known[next(known.elements())] -= 1
            else:
                new.append(finding)
        return tuple(new)

    def gone(self, checklist: Checklist) -> int:
        """Return how many earlier findings, of the rules that ran, are no more."""
        ran = {result.rule.id for result in checklist.results}
        now = Counter((r.rule.id, f.object) for r in checklist.results for f in r.findings)
        earlier = ((key, known.total()) for key, known in self._messages.items() if key[0] in ran)
        return sum(max(count - now[key], 0) for key, count in earlier)


def load_baseline(path: Path) -> Baseline:
    """Read a baseline. Raises UsageError for a file that is none."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != FORMAT:
            raise ValueError
        messages: dict[tuple[str, str], Counter[str]] = {}
        for rule, finding in _findings(document):
            messages.setdefault((rule, finding["object"]), Counter())[finding["message"]] += 1
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}. Name a file that this machine has."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{path} is no baseline. Make one with `pgplumb check --format json --fail-on never > {path.name}`."
        ) from None
    return Baseline(messages)


def _findings(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in document["rules"]:
        for finding in rule["findings"]:
            if finding["waived"] is None:
                yield rule["id"], finding
