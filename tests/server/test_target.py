"""What a person may name as the target."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgplumb.foundation.config import Config, Connection
from pgplumb.server.errors import ConnectError
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.databases import Database

SECRET = "s3cr3t-w0rd"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://app:{SECRET}@db1:5433/shop?sslmode=require",
        f"host=db1 port=5433 user=app dbname=shop password='{SECRET}'",
    ],
)
def test_a_connection_string_goes_to_libpq_as_given(text: str) -> None:
    target = Target.from_arguments(text)
    assert target.conninfo == text
    assert target.label == "app@db1:5433/shop"
    assert SECRET not in str(target.parameters())


def test_a_password_on_the_command_line_gets_a_warning() -> None:
    warning = Target.from_arguments(f"postgresql://app:{SECRET}@db1/shop").warning
    assert warning is not None
    assert SECRET not in warning
    assert Target.from_arguments("postgresql://app@db1/shop").warning is None
    assert Target.from_arguments(None).warning is None


def test_a_bare_word_is_a_database() -> None:
    target = Target.from_arguments("shop", host="db1", user="app")
    assert target.parameters() == {"dbname": "shop", "host": "db1", "user": "app"}


@pytest.mark.parametrize("name", ["my shop", "it's", "back\\slash", "naïve", "ends with '"])
def test_a_database_may_have_any_name(database: Database, name: str) -> None:
    quoted = name.replace('"', '""')
    database.execute(f'CREATE DATABASE "{quoted}"')
    try:
        host = str(database.server.socket_directory)
        with Session.open(Target.from_arguments(name, host=host, user="postgres")) as session:
            assert session.once("SELECT current_database()")[0] == (name,)
        with Session.open(database.target().with_database(name)) as session:
            assert session.once("SELECT current_database()")[0] == (name,)
    finally:
        database.execute(f'DROP DATABASE "{quoted}" WITH (FORCE)')


def test_a_socket_is_called_local_whatever_its_directory() -> None:
    assert Target.from_arguments("postgresql:///shop?host=/var/run/postgresql").label == "local/shop"
    assert Target.from_arguments("shop", user="app").label == "app@local/shop"
    assert Target.from_arguments(None, host="/tmp", port=5433).label == "local:5433"


def test_what_the_string_says_wins_over_the_options_as_in_psql() -> None:
    target = Target.from_arguments("postgresql://db1/shop", host="db2", port=6000, user="app")
    assert target.parameters() == {"dbname": "shop", "host": "db1", "port": "6000", "user": "app"}
    assert target.overrides() == {"port": "6000", "user": "app"}


def test_the_option_d_may_be_a_connection_string_too() -> None:
    assert Target.from_arguments(None, dbname="postgresql://db1/shop").conninfo == "postgresql://db1/shop"
    assert Target.from_arguments(None, dbname="shop").parameters() == {"dbname": "shop"}


def test_nothing_at_all_leaves_everything_to_libpq(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", str(database.server.socket_directory))
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setenv("PGDATABASE", database.name)
    with Session.open(Target.from_arguments(None)) as session:
        assert session.once("SELECT current_database()")[0] == (database.name,)


def test_a_service_is_read_by_libpq(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    services = tmp_path / "services.conf"
    host = database.server.socket_directory
    services.write_text(f"[shop]\nhost={host}\nuser=postgres\ndbname={database.name}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    for target in (Target.from_arguments("service=shop"), Target.from_arguments(None, service="shop")):
        assert target.label == "service shop"
        with Session.open(target) as session:
            assert session.once("SELECT current_database()")[0] == (database.name,)


def test_a_saved_connection_brings_its_environment(database: Database) -> None:
    config = Config((Connection("shop", database.uri, "prod", ("true",), read_only=False),))
    target = Target.from_arguments("@shop", dbname="other", config=config)
    assert target.conninfo == database.uri
    assert (target.environment, target.password_command, target.read_only) == ("prod", ("true",), False)
    assert target.parameters()["dbname"] == "other"
    assert target.label.startswith("shop (")


def test_an_unknown_saved_connection_says_which_there_are() -> None:
    config = Config((Connection("shop", ""), Connection("crm", "")))
    with pytest.raises(ConnectError) as caught:
        Target.from_arguments("@nope", config=config)
    assert "@shop, @crm" in str(caught.value)
    with pytest.raises(ConnectError):
        Target.from_arguments("@nope")


@pytest.mark.parametrize(
    "text",
    [
        f"host=db1 password='{SECRET}",
        f"host=db1 {SECRET}",
        f"postgresql://app:{SECRET}%zz@db1/shop",
        f"postgresql://app@db1/shop?passwrod={SECRET}",
        f"host=db1\0 password={SECRET}",
    ],
)
def test_an_unreadable_string_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(ConnectError) as caught:
        Target.from_arguments(text)
    assert caught.value.kind == "target"
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_representation_shows_the_typed_password() -> None:
    target = Target.from_arguments("host=db1").with_password(SECRET)
    assert target.password == SECRET
    assert SECRET not in repr(target)
    assert SECRET not in repr(Target.from_arguments(f"postgresql://app:{SECRET}@db1/shop"))
    assert SECRET not in repr(Connection("shop", f"password={SECRET}"))
    assert SECRET not in target.label


def test_the_rest_of_a_password_with_an_at_sign_is_not_taken_for_a_host_to_show() -> None:
    target = Target.from_arguments(f"postgresql://app:half@{SECRET}@db1/shop")
    assert target.label == "app@db1/shop"
    assert SECRET in target.secrets()
    with pytest.raises(ConnectError) as caught:
        Session.open(target, connect_timeout=2)
    assert SECRET not in str(caught.value)
