"""A real streaming standby of a test server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgplumb.server import keeper, server_folders
from pgplumb.server.embedded import EmbeddedServer
from tests.waiting import eventually

PRIMARY = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}
"""Settings that the primary needs."""


@contextmanager
def standby_of(primary: EmbeddedServer) -> Iterator[str]:
    """Copy a server, let the copy stream from it, and give its connection string without a database name."""
    root = Path(server_folders.make_root())
    try:
        account, programs = keeper.choose(primary.bindir.path, root)
        cluster = keeper.Cluster(root, account, programs, dict(keeper.SETTINGS_WITHOUT_DURABILITY))
        for folder in (cluster.data, cluster.sockets):
            folder.mkdir(mode=0o700)
            if account.switch:
                os.chown(folder, account.uid, account.gid)
        conninfo = f"host={primary.socket_directory} user=postgres"
        command = [str(programs / "pg_basebackup"), "-d", conninfo, "-D", str(cluster.data)]
        cluster._run([*command, "-R", "-X", "stream", "-c", "fast", "--no-sync"])
        server = cluster.launch()
        try:
            with primary.connect() as connection:

                def streams() -> bool:
                    found = connection.execute("SELECT state FROM pg_stat_replication").fetchall()
                    return [state for (state,) in found] == ["streaming"]

                assert eventually(streams), "the standby does not stream"
            yield f"host={cluster.sockets} user=postgres"
        finally:
            keeper.stop(server)
    finally:
        shutil.rmtree(root)
