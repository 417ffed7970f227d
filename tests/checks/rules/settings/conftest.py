"""Cases that name roles."""

from tests.checks.rules.roles import cases, roles

__all__ = ["cases", "roles"]
