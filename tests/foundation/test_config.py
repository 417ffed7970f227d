"""The user's configuration file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pgplumb.foundation.config import Config, ConfigError, Connection, config_path, load_config


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    config = load_config(
        write(
            tmp_path,
            """
            theme = "light"
            glyphs = "ascii"
            mouse = true
            [keys]
            quit = "Q"
            [connections.shop]
            conninfo = "postgresql://app@db1/shop"
            environment = "prod"
            password_command = ["op", "read", "a b"]
            [connections.local]
            conninfo = "service=local"
            password_command = "pass show 'my db'"
            read_only = false
            """,
        )
    )
    assert config.connections == (
        Connection("shop", "postgresql://app@db1/shop", "prod", ("op", "read", "a b"), True),
        Connection("local", "service=local", None, ("pass", "show", "my db"), False),
    )
    assert dict(config.keys) == {"quit": "Q"}
    assert (config.theme, config.glyphs, config.mouse) == ("light", "ascii", True)
    assert config.connection("local") == config.connections[1]
    assert config.connection("nowhere") is None


def test_without_a_file_there_is_an_empty_configuration() -> None:
    assert not config_path().exists()
    assert load_config() == Config()


def test_the_file_stands_where_xdg_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "pgplumb").mkdir()
    (tmp_path / "pgplumb" / "config.toml").write_text('theme = "x"')
    assert load_config().theme == "x"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative/path")
    assert config_path() == Path.home() / ".config" / "pgplumb" / "config.toml"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('them = "x"', 1, "them is no key of the configuration"),
        ('\n[connections.a]\nenvironment = "prod"', 2, "connections.a.conninfo is missing"),
        ("[connections.a]\nconninfo = 5", 2, "connections.a.conninfo must be a string"),
        ('[connections.a]\nconninfo = ""\npassword_command = []', 3, "names no program"),
        ('glyphs = "emoji"', 1, "must be auto, unicode or ascii"),
        ('[connections."a b"]\nconninfo = ""', 1, "is no name for a connection"),
        ('mouse = "yes"', 1, "must be true or false"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text))
    assert f"line {line}:" in str(caught.value)
    assert words in str(caught.value)


def test_broken_toml_and_an_absent_file_are_one_line_each(tmp_path: Path) -> None:
    for path in (write(tmp_path, "theme = = "), tmp_path / "absent.toml"):
        with pytest.raises(ConfigError) as caught:
            load_config(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_mistake_never_quotes_a_value(tmp_path: Path) -> None:
    path = write(tmp_path, '[connections.a]\nconninfo = "x"\npassword_command = 77123\npassword = "hunter2"')
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert "hunter2" not in str(caught.value)
    assert "77123" not in str(caught.value)


def test_importing_the_module_leaves_pydantic_alone() -> None:
    program = "import sys, pgplumb.foundation.config; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
