"""Facts that only the target knows: what its rows and its other sessions have to say about a migration."""

from pgplumb.migrate.probes.probe import Answer, Probe, Status
from pgplumb.migrate.probes.probing import probes_for
from pgplumb.migrate.probes.running import run
from pgplumb.migrate.probes.settling import settle

__all__ = ["Answer", "Probe", "Status", "probes_for", "run", "settle"]
