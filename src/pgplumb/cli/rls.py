"""`pgplumb rls [TARGET]`: who reaches which tenant's rows, proved cell by cell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, FINDINGS, UsageError, say

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.unread import Unread
    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.rls_answer import RlsAnswer
    from pgplumb.foundation.profile import Profile
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.rls.cost.cost import PolicyCosts
    from pgplumb.rls.judgement import Judgement
    from pgplumb.rls.probe import Probe
    from pgplumb.rls.tenant_map import TenantMap
    from pgplumb.server.session import Session

NAME = "rls"
HELP = "Prove which rows of which tenant each role reaches."
TIMEOUT_MS = 60_000
MOST_PAIRS = 2_000_000
"""Pairs of a kind of relation and a role that a command asks about: some seconds of the server's time."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_target(parser)
    group = parser.add_argument_group("what to judge")
    group.add_argument(
        "--role",
        action="append",
        metavar="R",
        default=[],
        help="only this role; may be given several times (default: every role outside pg_* that can log in"
        " or holds a privilege on a table)",
    )
    group = parser.add_argument_group("whose rows are whose")
    group.add_argument(
        "--tenant",
        action="append",
        metavar="COLUMN",
        default=[],
        help="the column that tells one tenant's rows from another's; may be given several times",
    )
    group.add_argument(
        "--tenant-map",
        type=Path,
        metavar="FILE",
        help='a JSON object: {"public.docs": "tenant_id", "public.tasks": "project_id -> projects.tenant_id"}',
    )
    group.add_argument(
        "--identity",
        action="append",
        metavar="EXPR",
        default=[],
        help="by what a session says who it is: current_setting('app.tenant_id'), auth.uid(), or"
        " members(tenant_id) where user_id = current_setting('app.user_id'); may be given several times",
    )
    group = parser.add_argument_group(
        "what to try on the server",
        "Suspected leaks are tried on made-up rows where that calls nothing but built-in functions over constants:"
        " no table is read, nothing is set. Everything runs READ ONLY, for 2 seconds at most, and is rolled back.",
    )
    group.add_argument(
        "--witness",
        action="store_true",
        help="try those too whose policies read tables or call functions of users: as each role (SET LOCAL ROLE)"
        " with the identity's settings set, SELECT of the policy's own expression over made-up rows. Functions"
        " that policies call do run",
    )
    group.add_argument(
        "--probe",
        action="store_true",
        help="look for rows of other tenants among the real ones: as each role, for a few tenants, SELECT EXISTS"
        " (... LIMIT 1) on each object; not on tables of more than 5 million rows without an index on the tenant",
    )
    group.add_argument(
        "--costs",
        action="store_true",
        help="what policies cost: the top statements of pg_stat_statements are planned as the roles that ran them,"
        " with policies as they are and as they might be, in a twin on this machine; nothing of it runs on the server",
    )
    group = parser.add_argument_group("what to report")
    group.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="text (default), json or markdown",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Read privileges and policies, judge, print."""
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.foundation.config import load_config

    written = _written(arguments.tenant_map) if arguments.tenant_map else {}
    with connected(named_target(arguments, load_config())) as session, progress() as step:
        answer = _answer(session, arguments, written, step)
    if answer.judgement.matrix.omitted:
        say(f"pgplumb: {answer.judgement.matrix.omitted}")
    for fault in answer.faults:
        say(f"pgplumb: internal error: {fault}")
    _print(answer, arguments.format)
    return FINDINGS if answer.leaks or answer.faults else DONE


def _answer(
    session: Session, arguments: argparse.Namespace, written: Mapping[str, str], step: Step
) -> RlsAnswer:
    from datetime import UTC, datetime

    from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
    from pgplumb.cli.writers.rls_answer import RlsAnswer
    from pgplumb.rls.accepted import accepted_cells
    from pgplumb.rls.judge import judge
    from pgplumb.rls.side_channels import side_channels
    from pgplumb.rls.surface import read_surface

    step("catalog")
    catalog = with_expressions(read_structure(session), read_expressions(session)).catalog
    step("privileges")
    matrix = _matrix(session, catalog, arguments.role)
    surface = read_surface(session, matrix)
    profile = _profile()
    tenants = _tenants(catalog, arguments, written, profile)
    step("policies")
    judgement = judge(matrix, surface, tenants)
    _say_unread(judgement)
    probes: tuple[Probe, ...] = ()
    faults: tuple[str, ...] = ()
    if arguments.probe:
        from pgplumb.rls.probe import contradictions, probe

        step("rows of other tenants")
        probes = probe(session, judgement)
        faults += contradictions(judgement, probes)
    step("made-up rows")
    judgement = _confirmed(session, judgement, arguments.witness)
    if arguments.witness:
        from pgplumb.rls.crosscheck import differences

        step("plans")
        faults += differences(session, judgement)
    accepted = accepted_cells(judgement, profile.accepted, datetime.now(UTC).date())
    costs = _costs(session, judgement, arguments.role, step) if arguments.costs else None
    return RlsAnswer(judgement, side_channels(judgement), accepted, probes, faults, costs)


def _costs(session: Session, judgement: Judgement, named: list[str], step: Step) -> PolicyCosts | Unread:
    """Return what policies cost. Whom a rewrite is proved for are all roles, whichever were named."""
    from dataclasses import replace

    from pgplumb.cli.rls_costs import read_costs

    world = judgement.world
    if named:
        world = replace(world, matrix=_matrix(session, world.catalog, []))
    return read_costs(session, world, step)


def _confirmed(session: Session, judgement: Judgement, asked: bool) -> Judgement:
    """Return a judgement with the suspected leaks confirmed for which a row was found, and say what was left out."""
    from pgplumb.rls.witness.seek import search

    found = search(session, judgement, asked=asked)
    if found.untried:
        say(
            f"pgplumb: the time for made-up rows was over: {_ways(found.untried)} not tried and stays suspected."
            " Name fewer roles with --role."
        )
    if found.unasked:
        say(
            f"pgplumb: {_ways(found.unasked)} not tried on made-up rows: that would read tables or call functions"
            " of users. --witness does it, read only."
        )
    if found.not_as:
        say(
            f"pgplumb: what {', '.join(found.not_as)} may do was not tried: this connection cannot act as them."
            " Connect as a member of these roles."
        )
    return judgement.confirm(found.proofs) if found.proofs else judgement


def _matrix(session: Session, catalog: Catalog, roles: list[str]) -> AccessMatrix:
    from pgplumb.rls.access_reader import read_access

    known = {role.name for role in catalog.roles.values()}
    for name in roles:
        if name not in known:
            raise UsageError(f"there is no role {name}. `psql -c '\\du'` lists them.")
    with session.unit(TIMEOUT_MS) as unit:
        return read_access(unit, catalog, roles, most_pairs=MOST_PAIRS)


def _ways(count: int) -> str:
    return "1 suspected leak was" if count == 1 else f"{count:,} suspected leaks were"


def _profile() -> Profile:
    from pgplumb.foundation.profile import Profile, find_profile, load_profile

    found = find_profile(Path.cwd())
    return load_profile(found) if found else Profile()


def _tenants(
    catalog: Catalog, arguments: argparse.Namespace, written: Mapping[str, str], profile: Profile
) -> TenantMap:
    from pgplumb.foundation.profile import FILE_NAME
    from pgplumb.foundation.text import sanitise
    from pgplumb.rls.prover.identity import readable
    from pgplumb.rls.tenant_paths import PathError
    from pgplumb.rls.tenants import tenant_map

    for text in arguments.identity:
        if not readable(text):
            raise UsageError(
                f"--identity {sanitise(text)} is no SQL expression. Write one, such as"
                " current_setting('app.tenant_id'), or members(tenant_id) where user_id = ..."
            )
    try:
        return tenant_map(catalog, tuple(arguments.tenant), written, tuple(arguments.identity), profile)
    except PathError as error:
        where = arguments.tenant_map or f"tenant_map of {FILE_NAME}"
        raise UsageError(f"{where}: {error}. Correct the map.") from None


def _say_unread(judgement: Judgement) -> None:
    """Say which identities prove nothing: a table that is not there, a function that is not known."""
    from pgplumb.foundation.text import sanitise
    from pgplumb.rls.prover.identity import identities

    for text in identities(judgement.world).unread:
        say(
            f"pgplumb: the identity {sanitise(text)} is not understood and proves nothing. Write an expression of the"
            " session, or members(tenant_id) where user_id = ... with a table that is there."
        )


def _written(path: Path) -> Mapping[str, str]:
    """Return what a file of --tenant-map says. Raises UsageError."""
    import json

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. Name a file that can be.") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no JSON: {error}. Write an object of tables and columns.") from None
    if not isinstance(document, dict) or not all(isinstance(value, str) for value in document.values()):
        raise UsageError(f'{path} is no map of tenants. Write {{"public.docs": "tenant_id"}}.')
    return document


def _print(answer: RlsAnswer, form: str) -> None:
    from pgplumb.cli.terminal import Screen, emit

    if form == "json":
        from pgplumb.cli.writers import rls_json

        emit(rls_json.write(answer))
    elif form == "markdown":
        from pgplumb.cli.writers import rls_markdown

        emit(rls_markdown.write(answer))
    else:
        from pgplumb.cli.writers import rls_text

        emit(rls_text.write(answer, Screen.of(sys.stdout)))
