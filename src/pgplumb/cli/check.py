"""`pgplumb check [TARGET]`: the checklist, for people and for machines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, FINDINGS, UsageError

if TYPE_CHECKING:
    from pgplumb.checks.facts import Facts
    from pgplumb.checks.replicas import Opener
    from pgplumb.checks.rule import Rule, Severity
    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.answer import Answer
    from pgplumb.foundation.config import Config
    from pgplumb.foundation.profile import Profile
    from pgplumb.server.session import Session

NAME = "check"
FORMATS = ("text", "json", "sarif", "junit", "markdown")
HELP = "Check a database against the rules of good practice."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_target(parser)
    group = parser.add_argument_group("what to check")
    group.add_argument(
        "--rule", action="append", metavar="ID", default=[], help="only this rule; may be given several times"
    )
    group.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="the project's profile; pgplumb.toml of this folder by default",
    )
    group.add_argument(
        "--replica",
        action="append",
        metavar="TARGET",
        default=[],
        help="a standby whose use of indexes counts too; may be given several times",
    )
    group.add_argument(
        "--sample-rows",
        action="store_true",
        help="also read about 10,000 rows of each table of 1,000 and more, to find columns that follow from others; "
        "what runs is told",
    )
    group.add_argument(
        "--source",
        action="append",
        type=Path,
        metavar="FILE",
        default=[],
        help="SQL that builds the project's schema, in order: what it says is compared with the database; it is built "
        "in a local server, nothing of it runs on TARGET",
    )
    group = parser.add_argument_group("what to report")
    group.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="an earlier --format json: only findings that it lacks count",
    )
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "never"),
        default="error",
        help="the severity from which on findings give exit status 1 (default: error)",
    )
    group.add_argument(
        "--format", choices=FORMATS, default="text", help="text (default), json, sarif, junit or markdown"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Read the database, run the rules, print the answer."""
    from pgplumb.checks.engine import Engine
    from pgplumb.checks.gather import gather
    from pgplumb.checks.quality import quality
    from pgplumb.checks.rule import Severity
    from pgplumb.cli.baseline import load_baseline
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.cli.writers.answer import Answer
    from pgplumb.foundation.config import load_config

    rules = chosen_rules(arguments.rule)
    profile = _profile(arguments.profile, arguments.rule)
    baseline = load_baseline(arguments.baseline) if arguments.baseline else None
    config = load_config()
    replicas = [_opener(named, config) for named in arguments.replica]
    with progress() as line:
        with connected(named_target(arguments, config)) as session:
            facts = gather(session, profile, line, replicas)
            if arguments.sample_rows:
                facts = _with_samples(session, facts)
        if arguments.source:
            facts = _with_source(arguments.source, facts, line)
        checklist = Engine(rules).run(facts, lambda done, of: line.bar("checking", done, of))
    named = () if arguments.rule else quality(checklist, profile, facts.now.date())
    answer = Answer(facts, checklist, baseline, complete=bool(arguments.rule), quality=named)
    threshold = None if arguments.fail_on == "never" else Severity(arguments.fail_on)
    _print(answer, arguments.format, threshold)
    return FINDINGS if answer.reaches(threshold) else DONE


def _with_samples(session: Session, facts: Facts) -> Facts:
    """Return the facts with what samples of rows show; tell each statement before it runs."""
    from dataclasses import replace

    from pgplumb.checks.row_samples import TIMEOUT_MS, sample_rows
    from pgplumb.cli.failures import say

    limit = f"READ ONLY, {TIMEOUT_MS // 1000} s at most"
    sampled = sample_rows(session, facts, lambda table, text: say(f"pgplumb: sampling ({limit}): {text}"))
    if not sampled.statements:
        say("pgplumb: no table of 1,000 rows and more was analysed and has columns worth a sample")
    return replace(facts, sampled=sampled)


def _with_source(files: Sequence[Path], facts: Facts, step: Step) -> Facts:
    """Return the facts with the catalog that files of SQL build. Raises UsageError where they do not."""
    from dataclasses import replace

    from pgplumb.cli.places import of_setup

    with of_setup(files, step, rehearse=False) as (_, catalog):
        return facts if catalog is None else replace(facts, source=catalog)


def _opener(named: str, config: Config) -> Opener:
    """Return a standby as people call it, and how a session is opened there. Raises ConnectError for no target."""
    from pgplumb.cli.connect import connected
    from pgplumb.cli.failures import say
    from pgplumb.server.target import Target

    target = Target.from_arguments(named, config=config)
    if target.warning:
        say(f"pgplumb: warning: {target.warning}")
    return target.label, lambda: connected(target)


def chosen_rules(ids: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules of some ids, all where none is named. Raises UsageError with near ids for one unknown."""
    from pgplumb.checks.registry import all_rules

    rules = all_rules()
    known = {rule.id for rule in rules}
    for wanted in ids:
        if wanted not in known:
            from difflib import get_close_matches

            near = get_close_matches(wanted, known, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`pgplumb rules` lists them all."
            raise UsageError(f"there is no rule {wanted}. {hint}")
    return tuple(rule for rule in rules if not ids or rule.id in ids)


def _profile(path: Path | None, ids: Sequence[str]) -> Profile:
    """Return the profile; a rule that was asked for by name runs even where the profile turns it off."""
    from dataclasses import replace

    from pgplumb.checks.thresholds import known_names
    from pgplumb.foundation.profile import Profile, find_profile, load_profile

    found = path or find_profile(Path.cwd())
    profile = load_profile(found, known_names()) if found else Profile()
    return replace(profile, enabled=profile.enabled | set(ids), disabled=profile.disabled - set(ids))


def _print(answer: Answer, form: str, threshold: Severity | None) -> None:
    from pgplumb.cli import writers
    from pgplumb.cli.terminal import Screen, emit

    writer = import_module(f"{writers.__name__}.check_{form}")
    if form == "text":
        emit(writer.write(answer, Screen.of(sys.stdout)))
    elif form == "junit":
        emit(writer.write(answer, threshold))
    else:
        emit(writer.write(answer))
