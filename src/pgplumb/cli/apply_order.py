"""What `pgplumb apply` was asked for, once it is understood."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    import argparse

    from pgplumb.migrate.apply.controls import Controls
    from pgplumb.migrate.apply.events import Direction
    from pgplumb.migrate.apply.limits import Limits
    from pgplumb.migrate.apply.wording import Commands
    from pgplumb.migrate.plan import Plan
    from pgplumb.server.target import Target


@dataclass(frozen=True, slots=True)
class Order:
    """The plan, where it runs, and how."""

    plan: Plan
    target: Target
    direction: Direction
    limits: Limits
    waived: dict[str, str]
    commands: Commands


def order_of(arguments: argparse.Namespace) -> Order:
    """Read the plan and the target. Raises UsageError."""
    from pgplumb.cli.connect import named_target
    from pgplumb.foundation.config import load_config
    from pgplumb.migrate.apply.wording import Commands
    from pgplumb.migrate.plan_file import PlanFileError, load_plan

    try:
        plan = load_plan(arguments.plan)
    except PlanFileError as error:
        raise UsageError(str(error)) from None
    target = named_target(arguments, load_config())
    if target.name is not None and target.read_only:
        raise UsageError(
            f"the saved connection @{target.name} is read-only. Set read_only = false for it in the configuration"
            " to let plans be applied there."
        )
    again = _again(arguments, target)
    commands = Commands(f"{again} --resume", f"{again} --down")
    return Order(
        plan,
        target,
        "down" if arguments.down else "up",
        _limits(arguments),
        _waived(arguments.waive),
        commands,
    )


def _limits(arguments: argparse.Namespace) -> Limits:
    from dataclasses import replace

    from pgplumb.migrate.apply.limits import Limits

    given = {
        "attempts": arguments.attempts,
        "replica_lag": arguments.max_lag,
        "spare_disk": arguments.min_free,
    }
    if arguments.attempts is not None and arguments.attempts < 1:
        raise UsageError("--attempts must be at least 1")
    return replace(Limits(), **{name: value for name, value in given.items() if value is not None})


def _waived(texts: list[str]) -> dict[str, str]:
    found = dict(text.partition("=")[::2] for text in texts)
    if any(not reason.strip() for reason in found.values()):
        raise UsageError("--waive needs a reason: --waive ID=REASON")
    return found


def controls_of(arguments: argparse.Namespace) -> Controls:
    """Return the answers that the command line gives beforehand."""
    from pgplumb.migrate.apply.controls import Controls

    controls = Controls(arguments.gate_passed)
    if arguments.was_done is not None:
        controls.settle(arguments.was_done, "done")
    if arguments.not_done is not None:
        controls.settle(arguments.not_done, "again")
    return controls


def _again(arguments: argparse.Namespace, target: Target) -> str:
    """Return the command line that leads back here, without any secret."""
    words = ["pgplumb", "apply", str(arguments.plan)]
    given = (
        (arguments.host, "-h"),
        (arguments.port, "-p"),
        (arguments.username, "-U"),
        (arguments.dbname, "-d"),
    )
    if target.secrets():
        known = target.parameters()
        options = (("host", "-h"), ("port", "-p"), ("user", "-U"), ("dbname", "-d"))
        words += [word for name, option in options if known.get(name) for word in (option, known[name])]
    else:
        words += [arguments.target] if arguments.target else []
        words += [word for value, option in given if value for word in (option, value)]
    if arguments.confirm:
        words += ["--confirm", arguments.confirm]
    return shlex.join(words)
