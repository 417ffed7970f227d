"""What EXPLAIN ANALYZE measured: at one node, and of the plan as a whole. Read with defaults.

The keys differ from version to version: a figure that the server did not give is None or 0, as said at each.
Times are milliseconds. Source: https://www.postgresql.org/docs/current/using-explain.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Buffers:
    """Blocks that a node and all below it touched, over all its loops; 0 where not given."""

    shared_hit: int = 0
    shared_read: int = 0
    shared_dirtied: int = 0
    shared_written: int = 0
    local_hit: int = 0
    local_read: int = 0
    temp_read: int = 0
    temp_written: int = 0


@dataclass(frozen=True, slots=True)
class Actual:
    """The measured side of a node. `rows`, times and removed rows are averages of one loop."""

    rows: float
    """Rounded to a whole number before 18."""
    loops: float
    """How often the node was run; 0 means never."""
    startup_ms: float | None = None
    """None where timing was off."""
    total_ms: float | None = None
    """None where timing was off. Time below the node is in it."""
    removed_by_filter: float = 0
    removed_by_join_filter: float = 0
    removed_by_recheck: float = 0
    """Rows Removed by Index Recheck."""
    buffers: Buffers | None = None
    """None where they were not counted."""
    read_ms: float | None = None
    """Reading shared and local blocks; None where track_io_timing is off."""
    write_ms: float | None = None
    temp_read_ms: float | None = None
    """Reading temporary files, 15 and later."""
    temp_write_ms: float | None = None
    sort_method: str | None = None
    """"quicksort", "top-N heapsort", "external merge"; of an incremental sort, all its methods."""
    sort_kb: int = 0
    """Sort Space Used, workers' shares included."""
    sort_on_disk: bool = False
    """Whether any process sorted on disk."""
    hash_batches: int = 0
    """Of a Hash, or of a hashed aggregate; 1 means that it fitted in memory."""
    planned_hash_batches: int = 0
    """Original Hash Batches; fewer than `hash_batches` means that the estimate was wrong."""
    peak_memory_kb: int = 0
    disk_kb: int = 0
    """Disk Usage of a hashed aggregate."""
    heap_fetches: float = 0
    """Of an Index Only Scan, over all loops: rows whose page was not known to be all visible."""
    index_searches: float | None = None
    """18 and later."""
    exact_blocks: int = 0
    lossy_blocks: int = 0
    workers_launched: int | None = None
    cache_hits: int = 0
    """Of a Memoize, as the next three."""
    cache_misses: int = 0
    cache_evictions: int = 0
    cache_overflows: int = 0
    storage: str | None = None
    """"Memory" or "Disk" of a CTE Scan, Materialize, WindowAgg or table function, 18 and later."""
    storage_kb: int = 0

    @property
    def ms_total(self) -> float | None:
        """Time of all loops together, what is below included; under a Gather, of all processes."""
        return None if self.total_ms is None else self.total_ms * self.loops

    @property
    def never_executed(self) -> bool:
        """Nothing ever asked the node for a row."""
        return self.loops == 0


@dataclass(frozen=True, slots=True)
class Jit:
    """Compilation of expressions."""

    functions: int
    total_ms: float
    generation_ms: float = 0.0
    inlining_ms: float = 0.0
    optimization_ms: float = 0.0
    emission_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class TriggerTime:
    """One trigger that fired."""

    name: str
    relation: str | None
    constraint: str | None
    """The foreign key whose check it is."""
    ms: float
    calls: int


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What stands beside the plan itself."""

    planning_ms: float | None = None
    execution_ms: float | None = None
    """None where the statement was not executed."""
    jit: Jit | None = None
    triggers: tuple[TriggerTime, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    """Planner settings that are not at their defaults, where asked for."""


def read_figures(top: Mapping[str, object]) -> PlanFigures:
    """Return the figures of the object that holds "Plan"."""
    settings = top.get("Settings")
    return PlanFigures(
        planning_ms=measure(top, "Planning Time"),
        execution_ms=measure(top, "Execution Time"),
        jit=_jit(top),
        triggers=tuple(_trigger(one) for one in objects(top, "Triggers")),
        settings={k: str(v) for k, v in settings.items()} if isinstance(settings, dict) else {},
    )


def read_actual(raw: Mapping[str, object]) -> Actual | None:
    """Return the measured side of a node; None where the plan was not executed."""
    loops = measure(raw, "Actual Loops")
    if loops is None:
        return None
    workers = objects(raw, "Workers")
    groups = [raw[key] for key in ("Full-sort Groups", "Pre-sorted Groups") if isinstance(raw.get(key), dict)]
    methods, space, on_disk = _sorting([raw, *workers], [g for g in groups if isinstance(g, dict)])
    return Actual(
        rows=number(raw, "Actual Rows"),
        loops=loops,
        startup_ms=measure(raw, "Actual Startup Time"),
        total_ms=measure(raw, "Actual Total Time"),
        removed_by_filter=number(raw, "Rows Removed by Filter"),
        removed_by_join_filter=number(raw, "Rows Removed by Join Filter"),
        removed_by_recheck=number(raw, "Rows Removed by Index Recheck"),
        buffers=_buffers(raw),
        read_ms=_sum(raw, "I/O Read Time", "Shared I/O Read Time", "Local I/O Read Time"),
        write_ms=_sum(raw, "I/O Write Time", "Shared I/O Write Time", "Local I/O Write Time"),
        temp_read_ms=measure(raw, "Temp I/O Read Time"),
        temp_write_ms=measure(raw, "Temp I/O Write Time"),
        sort_method=methods,
        sort_kb=space,
        sort_on_disk=on_disk,
        hash_batches=max(int(number(one, k)) for one in (raw, *workers) for k in _BATCHES),
        planned_hash_batches=int(number(raw, "Original Hash Batches")),
        peak_memory_kb=max(int(number(one, "Peak Memory Usage")) for one in (raw, *workers)),
        disk_kb=sum(int(number(one, "Disk Usage")) for one in (raw, *workers)),
        heap_fetches=number(raw, "Heap Fetches"),
        index_searches=measure(raw, "Index Searches"),
        exact_blocks=sum(int(number(one, "Exact Heap Blocks")) for one in (raw, *workers)),
        lossy_blocks=sum(int(number(one, "Lossy Heap Blocks")) for one in (raw, *workers)),
        workers_launched=None if (n := measure(raw, "Workers Launched")) is None else int(n),
        cache_hits=sum(int(number(one, "Cache Hits")) for one in (raw, *workers)),
        cache_misses=sum(int(number(one, "Cache Misses")) for one in (raw, *workers)),
        cache_evictions=sum(int(number(one, "Cache Evictions")) for one in (raw, *workers)),
        cache_overflows=sum(int(number(one, "Cache Overflows")) for one in (raw, *workers)),
        storage=text(raw, "Storage"),
        storage_kb=int(number(raw, "Maximum Storage")),
    )


_BATCHES = ("Hash Batches", "HashAgg Batches")


def _sorting(
    processes: list[Mapping[str, object]], groups: list[Mapping[str, object]]
) -> tuple[str | None, int, bool]:
    """Return the methods, the space used in kB and whether any was on disk."""
    methods: list[str] = []
    space, on_disk = 0, False
    for one in processes:
        if (method := text(one, "Sort Method")) and method != "still in progress":
            methods.append(method)
        space += int(number(one, "Sort Space Used"))
        on_disk |= one.get("Sort Space Type") == "Disk"
    for group in groups:
        used = group.get("Sort Methods Used")
        methods += [m for m in used if isinstance(m, str)] if isinstance(used, list) else []
        for key in ("Sort Space Memory", "Sort Space Disk"):
            found = group.get(key)
            peak = int(number(found, "Peak Sort Space Used")) if isinstance(found, dict) else 0
            space = max(space, peak)
            on_disk |= key == "Sort Space Disk" and peak > 0
    return ", ".join(dict.fromkeys(methods)) or None, space, on_disk


def _buffers(raw: Mapping[str, object]) -> Buffers | None:
    if "Shared Hit Blocks" not in raw:
        return None
    return Buffers(
        *(
            int(number(raw, f"{name} Blocks"))
            for name in (
                *("Shared Hit", "Shared Read", "Shared Dirtied", "Shared Written"),
                *("Local Hit", "Local Read", "Temp Read", "Temp Written"),
            )
        )
    )


def _jit(top: Mapping[str, object]) -> Jit | None:
    raw = top.get("JIT")
    timing = raw.get("Timing") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(timing, dict):
        return None
    # Generation is one number before 17, from then on an object with the part that deforms rows.
    generation = timing.get("Generation")
    return Jit(
        functions=int(number(raw, "Functions")),
        total_ms=number(timing, "Total"),
        generation_ms=number(generation, "Total")
        if isinstance(generation, dict)
        else number(timing, "Generation"),
        inlining_ms=number(timing, "Inlining"),
        optimization_ms=number(timing, "Optimization"),
        emission_ms=number(timing, "Emission"),
    )


def _trigger(raw: Mapping[str, object]) -> TriggerTime:
    return TriggerTime(
        text(raw, "Trigger Name") or "?",
        text(raw, "Relation"),
        text(raw, "Constraint Name"),
        number(raw, "Time"),
        int(number(raw, "Calls")),
    )


def text(raw: Mapping[str, object], key: str) -> str | None:
    """Return a string; None where there is none."""
    value = raw.get(key)
    return value if isinstance(value, str) else None


def number(raw: Mapping[str, object], key: str) -> float:
    """Return a number; 0 where there is none."""
    return measure(raw, key) or 0.0


def measure(raw: Mapping[str, object], key: str) -> float | None:
    """Return a number; None where there is none."""
    value = raw.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def objects(raw: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    """Return a list of objects; empty where there is none."""
    value = raw.get(key)
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _sum(raw: Mapping[str, object], *keys: str) -> float | None:
    """Return the sum of those that are there; None where none is."""
    found = [value for key in keys if (value := measure(raw, key)) is not None]
    return sum(found) if found else None
