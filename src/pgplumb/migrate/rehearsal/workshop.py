"""A server of our own whose schema and rows come from files: what `--setup` names is built there, inside the cage.

Roles are stubs that the builder makes, without login or rights. What else the cage does not let happen is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.rehearsal.hearing import failure, is_end
from pgplumb.migrate.rehearsal.script import Part, parts_of
from pgplumb.server.embedded import EmbeddedServer, Limits
from pgplumb.server.session import Session
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import split
from pgplumb.twin import wire
from pgplumb.twin.cage import CAGE, CAGE_SETTINGS, Breach, admit, breaches, make_cage
from pgplumb.twin.databases import SHAPE, owners
from pgplumb.twin.schema import SchemaText
from pgplumb.twin.session import watched
from pgplumb.twin.source import Locality, TwinSource

if TYPE_CHECKING:
    import psycopg

    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.statistics import Statistics
    from pgplumb.server.rows import Row

SETUP_SECONDS = 300.0
"""How long all files together may take."""
_ROLE = re.compile(
    r"\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\b)(?:\"((?:[^\"]|\"\")+)\"|([a-z_][\w$]*))", re.I
)
_OF_ROLES = frozenset({"CreateRoleStmt", "AlterRoleStmt", "AlterRoleSetStmt", "DropRoleStmt"})
_RESERVED = re.compile(r"pg_|pgplumb_|public$|none$", re.IGNORECASE)


class SetupFailed(Exception):  # noqa: N818
    """A setup file does not run; one line says where and why."""

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(f"{name}, line {line}: {message}")
        self.name = name
        self.line = line
        self.message = message


class Workshop:
    """One running server with a schema and rows; `rehearse` takes it as it takes a twin. A context manager."""

    with_rows = True

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self.gaps: list[str] = []
        """Statements of the files that were left out, with the reason."""
        locality = Locality(role=CAGE, superuser=True)
        self.source = TwinSource(server.major * 10000, schema=SchemaText(()), locality=locality)

    @classmethod
    def start(
        cls, files: Sequence[tuple[str, str]], *, major: int | None = None, bindir: Path | None = None
    ) -> Workshop:
        """Start a server and build what files (name, SQL) say, in order. Raises EmbeddedError and SetupFailed."""
        server = EmbeddedServer.start(
            bindir, major, CAGE_SETTINGS, checksums=False, limits=Limits(), private=True
        )
        try:
            made = cls(server)
            made._build(files)
        except BaseException:
            server.stop()
            raise
        return made

    @property
    def server_version(self) -> str:
        """As the server calls itself: "18.6"."""
        return self._server.version

    def read(self) -> tuple[Catalog, Statistics]:
        """Return the catalog and statistics of what was built. Raises QueryError and ConnectError.

        In it sessions begin without the timeouts of the cage, as they do on a new server.
        """
        with Session.open(self._server.target(SHAPE, CAGE)) as session:
            catalog, statistics = read_whole(session)
        free = {
            name: replace(setting, value="0", reset_value="0")
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
            if (setting := catalog.settings.get(name)) is not None
        }
        return replace(catalog, settings={**catalog.settings, **free}), statistics

    def stop(self) -> None:
        """Stop the server and remove its files; may be called twice."""
        self._server.stop()

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _build(self, files: Sequence[tuple[str, str]]) -> None:
        with self._server.connect("postgres") as admin:
            make_cage(admin, bypass_rls=True)
            options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} " + options).format(
                    sql.Identifier(SHAPE), sql.Identifier(CAGE)
                )
            )
        with self._server.connect(SHAPE) as builder:
            builder.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(CAGE)))
            with (
                self._server.connect(SHAPE, CAGE) as caged,
                watched(self._server, caged, SETUP_SECONDS) as watch,
            ):
                for name, text in files:
                    _make_roles(builder, text)
                    self._run(caged, builder, name, text)
                    if watch.why is not None:
                        raise SetupFailed(name, 1, watch.why)
                # What a planner would know of the rows.
                wire.send(caged, "ANALYZE")
            if open_ways := breaches(builder):
                raise Breach(open_ways)

    def _run(
        self, caged: psycopg.Connection[Row], builder: psycopg.Connection[Row], name: str, text: str
    ) -> None:
        """Run one file as psql would, and stop at its first error."""
        import psycopg
        from psycopg.pq import TransactionStatus

        for part, statement in zip(parts_of(text), split(text), strict=True):
            if part.way == "syntax":
                raise SetupFailed(name, statement.line, part.why)
            if part.node.kind == "GrantRoleStmt" and _grant(builder, part):
                continue
            if part.way == "refused" or part.node.kind in _OF_ROLES:
                if part.node.kind != "CreateRoleStmt":
                    self.gaps.append(f"{name}, line {statement.line}: {part.why or 'roles are stubs here'}")
                continue
            try:
                wire.send(caged, part.text, part.rows)
            except psycopg.Error as error:
                said = str(error).strip() if is_end(error) else failure(error).message
                at = failure(error).position
                line = statement.line + (Positions(part.text).line(at - 1) - 1 if at else 0)
                raise SetupFailed(name, line, said) from None
        if caged.info.transaction_status != TransactionStatus.IDLE:
            wire.send(caged, "ROLLBACK")
            self.gaps.append(f"{name}: it ends inside a transaction, which was rolled back")


def _make_roles(builder: psycopg.Connection[Row], text: str) -> None:
    """Make a stub for every role that a text creates, also from within its code."""
    there = set(owners(builder))
    for quoted, plain in _ROLE.findall(text):
        name = quoted.replace('""', '"') if quoted else plain.lower()
        if name not in there and not _RESERVED.match(name):
            builder.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
            there.add(name)
    admit(builder, sorted(there))


def _grant(builder: psycopg.Connection[Row], part: Part) -> bool:
    """Make stubs members of stubs; whether it was such a statement."""
    stubs = set(owners(builder))
    granted = {node.text("priv_name") for node in part.node.nodes("granted_roles")}
    grantees = {node.text("rolename") for node in part.node.nodes("grantee_roles")}
    if (
        not granted
        or not (granted | grantees) <= stubs
        or any(_RESERVED.match(n) for n in granted | grantees)
    ):
        return False
    word = sql.SQL("GRANT {} TO {}" if part.node.flag("is_grant") else "REVOKE {} FROM {}")
    for role in sorted(granted):
        for member in sorted(grantees):
            builder.execute(word.format(sql.Identifier(role), sql.Identifier(member)))
    return True
