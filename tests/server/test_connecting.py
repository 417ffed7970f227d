"""Each way in which a connection fails has one clear line, and no line holds a password."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgplumb.server.connecting import kind_of
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.errors import ConnectError
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.conftest import majors

SECRET = "p4ss/w@rd %'x"

HBA = """
local all postgres trust
local all refused reject
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Strict:
    """A small server that asks for passwords, on a socket and on 127.0.0.1."""

    def __init__(self, server: EmbeddedServer, port: int) -> None:
        self.server = server
        self.port = port

    def target(self, **parts: str) -> Target:
        """Return a target over TCP."""
        known = {"host": "127.0.0.1", "port": str(self.port), "user": "app", "dbname": "postgres", **parts}
        return Target.from_arguments(psycopg.conninfo.make_conninfo("", **known))

    def socket_target(self, user: str, dbname: str = "postgres") -> Target:
        """Return a target over the socket."""
        return Target.from_arguments(
            f"host={self.server.socket_directory} port={self.port} user={user} dbname={dbname}"
        )


@pytest.fixture(scope="module")
def strict() -> Iterator[Strict]:
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "max_connections": "7",
        "max_wal_senders": "0",
        "password_encryption": "scram-sha-256",
    }
    with EmbeddedServer.start(settings=settings) as server:
        admin = f"{server.conninfo()} port={port}"
        with psycopg.connect(admin, autocommit=True) as connection:
            secret = SECRET.replace("'", "''")
            connection.execute(f"CREATE ROLE app LOGIN PASSWORD '{secret}'".encode())
            connection.execute("CREATE ROLE refused LOGIN")
            (server.root / "data" / "pg_hba.conf").write_text(HBA)
            connection.execute("SELECT pg_reload_conf()")
        yield Strict(server, port)


def refused(target: Target, connect_timeout: int = 10) -> ConnectError:
    """Return the error of a connection that must fail, having looked at its words."""
    with pytest.raises(ConnectError) as caught:
        Session.open(target, connect_timeout=connect_timeout).close()
    error = caught.value
    assert "\n" not in str(error)
    assert error.what
    assert error.next_step
    assert SECRET not in str(error)
    assert error.__cause__ is None
    assert not any(SECRET in text for text in variables(error))
    return error


def variables(error: ConnectError) -> list[str]:
    """Return all variables of our code that a traceback of an error could print."""
    return [
        repr(value)
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if "pgplumb/server" in frame.f_code.co_filename
        for value in frame.f_locals.values()
    ]


@pytest.mark.parametrize(
    "text",
    [
        "service=no_such_service",
        "host=localhost port=abc",
        "host=localhost port=99999",
        "host=a,b port=1,2,3",
        "host=localhost sslmode=wrong",
        "host=localhost connect_timeout=abc",
        "hostaddr=999.1.1.1",
    ],
)
def test_a_value_that_makes_no_sense(text: str) -> None:
    assert refused(Target.from_arguments(text)).kind == "target"


@pytest.mark.parametrize("host", ["a" * 300, "exa..mple"])
def test_a_host_that_can_be_none(host: str) -> None:
    assert refused(Target.from_arguments(f"host={host}")).kind == "name"


def test_the_right_password_opens(strict: Strict) -> None:
    for target in (strict.target().with_password(SECRET), strict.target(password=SECRET)):
        with Session.open(target) as session:
            assert session.once("SELECT current_user")[0] == ("app",)


def test_a_wrong_password(strict: Strict) -> None:
    error = refused(strict.target().with_password("wrong"))
    assert error.kind == "password"
    assert error.password_needed
    assert "app@127.0.0.1" in error.what
    assert refused(strict.target(password="wrong" + SECRET)).kind == "password"


def test_a_missing_password_asks_for_one(strict: Strict) -> None:
    error = refused(strict.target())
    assert error.kind == "password-needed"
    assert error.password_needed


def test_a_password_command_runs_at_every_connect(strict: Strict, tmp_path: Path) -> None:
    counter = tmp_path / "calls"
    program = (
        "import sys, pathlib; p = pathlib.Path(sys.argv[1]);"
        " p.write_text(p.read_text() + 'x' if p.exists() else 'x'); print(sys.argv[2]); print('second line')"
    )
    command = (sys.executable, "-c", program, str(counter), SECRET)
    target = Target(strict.target().conninfo, password_command=command)
    for _ in range(2):
        Session.open(target).close()
    assert counter.read_text() == "xx"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/nonexistent/program",), "No such file"),
        ((sys.executable, "-c", "print('hidden'); raise SystemExit(3)"), "status 3"),
        ((sys.executable, "-c", "pass"), "wrote nothing"),
    ],
)
def test_a_password_command_that_fails_is_named(strict: Strict, command: tuple[str, ...], why: str) -> None:
    error = refused(Target(strict.target().conninfo, password_command=command))
    assert error.kind == "password-command"
    assert command[0] in error.what
    assert why in error.why
    assert "hidden" not in str(error)


def test_an_unknown_database(strict: Strict) -> None:
    error = refused(strict.socket_target("postgres", "no_such_database"))
    assert error.kind == "database"
    assert "no_such_database" in str(error)


def test_an_unknown_role_and_one_that_may_not_log_in(server: EmbeddedServer) -> None:
    assert refused(Target(server.conninfo(user="no_such_role"))).kind == "role"
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute("CREATE ROLE connecting_nologin")
        try:
            assert refused(Target(server.conninfo(user="connecting_nologin"))).kind == "role"
        finally:
            admin.execute("DROP ROLE connecting_nologin")


def test_a_line_of_pg_hba_that_refuses(strict: Strict) -> None:
    assert refused(strict.socket_target("refused")).kind == "access"


def test_a_role_without_connect_privilege(strict: Strict) -> None:
    with psycopg.connect(strict.socket_target("postgres").conninfo, autocommit=True) as admin:
        admin.execute("CREATE DATABASE closed")
        admin.execute("REVOKE CONNECT ON DATABASE closed FROM public")
    error = refused(strict.target(dbname="closed").with_password(SECRET))
    assert error.kind == "access"


def test_a_server_without_tls(strict: Strict) -> None:
    error = refused(strict.target(sslmode="require").with_password(SECRET))
    assert error.kind == "tls"
    assert "sslmode" in error.next_step


def test_a_host_that_has_no_address() -> None:
    error = refused(Target.from_arguments("postgresql://app@no-such-host.invalid/shop"))
    assert error.kind == "name"
    assert "no-such-host.invalid" in error.what


def test_a_port_where_nobody_listens() -> None:
    error = refused(Target.from_arguments(f"host=localhost port={free_port()}"))
    assert error.kind == "unreachable"
    assert "Multiple connection attempts" not in str(error)


def test_a_socket_that_is_not_there(tmp_path: Path) -> None:
    assert refused(Target.from_arguments(f"host={tmp_path}")).kind == "socket"


def test_a_host_that_says_nothing() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        error = refused(Target.from_arguments(f"host=127.0.0.1 port={port}"), connect_timeout=2)
    assert error.kind == "timeout"


def test_something_that_is_no_postgres() -> None:
    with socket.socket() as other, contextlib.ExitStack() as stack:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def serve() -> None:
            for _ in range(2):
                client, _ = other.accept()
                client.recv(100)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                client.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        stack.callback(thread.join, 0)
        port = other.getsockname()[1]
        assert refused(Target.from_arguments(f"host=127.0.0.1 port={port} user=a dbname=b")).kind == "other"


def test_a_full_server(strict: Strict) -> None:
    usable = 7 - 3
    target = strict.target().with_password(SECRET)
    with contextlib.ExitStack() as held:
        for _ in range(usable):
            held.enter_context(Session.open(target))
        error = refused(target)
        assert error.kind == "full"
        assert error.transient
        for _ in range(3):
            held.enter_context(Session.open(strict.socket_target("postgres")))
        assert refused(target).kind == "full"


def test_a_server_that_shuts_down() -> None:
    with EmbeddedServer.start() as server, Session.open(Target(server.conninfo())) as session:
        assert session.once("SELECT 1")[0] == (1,)
        # A smart shutdown waits for the session above and takes no new one.
        os.kill(server.pid, signal.SIGTERM)
        error = wait_for_refusal(Target(server.conninfo()))
        assert error.kind == "starting"
        assert error.transient


def wait_for_refusal(target: Target) -> ConnectError:
    """Connect until it is refused: a signal takes its time."""
    for _ in range(2000):
        try:
            Session.open(target).close()
        except ConnectError as error:
            return error
    pytest.fail("the server goes on taking connections")


class Impostor:
    """Answers each connection with one message of the protocol, as servers in other languages do."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                with client:
                    length, code = struct.unpack("!II", client.recv(8, socket.MSG_WAITALL))
                    client.recv(length - 8)
                    if code in (80877103, 80877104):
                        client.sendall(b"N")
                        [length] = struct.unpack("!I", client.recv(4, socket.MSG_WAITALL))
                        client.recv(length - 4)
                    client.sendall(self._answer)

    def close(self) -> None:
        self._socket.close()


def message(kind: bytes, *fields: bytes) -> bytes:
    body = b"".join(fields)
    return kind + struct.pack("!I", len(body) + 4) + body


def text(value: str) -> bytes:
    return value.encode() + b"\0"


@pytest.mark.skipif(sys.platform != "linux", reason="libpq traces the protocol on Linux only")
@pytest.mark.parametrize(
    ("sqlstate", "words", "kind"),
    [
        ("53300", "désolé, trop de clients sont déjà connectés", "full"),
        ("57P03", "das Datenbanksystem startet", "starting"),
        ("28P01", 'ユーザー"app"のパスワード認証に失敗しました', "password"),
        ("3D000", 'база данных "shop" не существует', "database"),
        ("28000", "no existe una línea en pg_hba para «app»", "access"),
        ("XX000", "quelque chose", "other"),
    ],
)
def test_a_refusal_in_another_language_is_known_by_its_sqlstate(sqlstate: str, words: str, kind: str) -> None:
    fields = (b"S" + text("FATAL"), b"C" + text(sqlstate), b"M" + text(words), b"\0")
    impostor = Impostor(message(b"E", *fields))
    try:
        error = refused(Target.from_arguments(f"host=127.0.0.1 port={impostor.port} user=app dbname=shop"))
    finally:
        impostor.close()
    assert error.kind == kind
    assert words in error.why


def test_a_server_that_is_too_old() -> None:
    greeting = [
        message(b"R", struct.pack("!I", 0)),
        message(b"S", text("server_version"), text("12.22")),
        message(b"S", text("client_encoding"), text("UTF8")),
        message(b"K", struct.pack("!II", 1, 1)),
        message(b"Z", b"I"),
    ]
    impostor = Impostor(b"".join(greeting))
    try:
        error = refused(Target.from_arguments(f"host=127.0.0.1 port={impostor.port} user=app dbname=shop"))
    finally:
        impostor.close()
    assert error.kind == "version"
    assert "12.22" in error.what
    assert not error.transient


@pytest.mark.parametrize("name", ["ssl", "certificate", "too many clients", "pg_hba.conf"])
def test_a_database_with_a_misleading_name_is_still_a_missing_database(
    server: EmbeddedServer, name: str
) -> None:
    assert refused(Target(server.conninfo(name))).kind == "database"


def test_words_of_poolers_are_known() -> None:
    assert kind_of("FATAL: no such database: shop") == "database"
    assert kind_of("FATAL: no more connections allowed (max_client_conn)") == "full"
    assert kind_of("FATAL: server login has been failing, try again later (server_login_retry)") == "starting"


def test_a_line_of_pg_hba_that_demands_tls() -> None:
    openssl = shutil.which("openssl")
    if 15 not in majors() or openssl is None:
        pytest.skip("needs a server with TLS (Debian's 15) and the program openssl")
    port = free_port()
    settings = {"listen_addresses": "127.0.0.1", "port": str(port)}
    with EmbeddedServer.start(bindir=majors()[15], settings=settings) as server:
        data = server.root / "data"
        request = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        files = ["-keyout", str(data / "server.key"), "-out", str(data / "server.crt")]
        subprocess.run([*request, *files], check=True, capture_output=True)
        owner = data.stat()
        for name in ("server.key", "server.crt"):
            shutil.chown(data / name, owner.st_uid, owner.st_gid)
            (data / name).chmod(0o600)
        with psycopg.connect(f"{server.conninfo()} port={port}", autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET ssl = on")
            (data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
            admin.execute("SELECT pg_reload_conf()")
        base = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
        assert wait_for_refusal(Target.from_arguments(f"{base} sslmode=disable")).kind == "access"
        with Session.open(Target.from_arguments(f"{base} sslmode=require")) as session:
            assert session.once("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0] == (True,)
        verify = refused(Target.from_arguments(f"{base} sslmode=verify-full sslrootcert={data}/server.crt"))
        assert verify.kind == "tls"
