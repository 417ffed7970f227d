"""How patient and how careful a run is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    attempts: int = 20
    """How often a step is tried whose locks are not had in time."""
    first_pause: float = 0.5
    """Between the first attempt and the second; doubled each time."""
    longest_pause: float = 30.0
    shortest_batch: float = 0.2
    longest_batch: float = 0.5
    """Between these lies the time that a batch should take."""
    patience: float = 0.03
    """How long others may wait for a batch before it is given up and made smaller."""
    first_batch: int = 500
    """Keys walked by the first batch."""
    largest_batch: int = 50_000
    replica_lag: float = 10.0
    """A backfill waits while a replica is further behind."""
    wal_rate: float = 100e6
    """Bytes of log a second, of the whole server, above which a backfill waits."""
    dead_rows: float = 2.0
    """As a multiple of what makes autovacuum begin; above it a backfill waits for autovacuum, where that is on."""
    vacuum_wait: float = 120.0
    """How long it waits at most: dead rows that an old transaction still sees are not cleaned by any vacuum."""
    old_transaction: float = 5.0
    """From this age on a transaction that holds locks on a table of the plan is worth a warning."""
    reconnect: float = 120.0
    """How long a lost server is tried again."""
    spare_disk: int = 1 << 30
    """What must stay free on the server's disk beside what the plan needs."""

    def pause(self, failures: int, chance: float) -> float:
        """Return how long to wait after so many failed attempts; `chance` lies in [0, 1) and spreads it by half."""
        base = min(self.longest_pause, self.first_pause * 2.0 ** min(max(failures - 1, 0), 30))
        return base * (0.5 + chance)
