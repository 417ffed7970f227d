"""ctrl+c ends a command at once and quietly, also while it waits for a server that says nothing."""

from __future__ import annotations

import signal
import socket
import subprocess

from tests.cli.running import PROGRAM


def test_ctrl_c_while_connecting_is_status_130() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"postgresql://127.0.0.1:{silent.getsockname()[1]}/shop"
        with subprocess.Popen(
            [PROGRAM, "check", uri], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            silent.settimeout(60)
            connection, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
            connection.close()
    assert process.returncode == 130
    assert output == b""
    assert b"Traceback" not in errors
