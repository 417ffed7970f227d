"""`python -m bench [NAME...]`: runs every `bench_*.py`, or those named, and prints their figures as one table."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
import traceback
from collections.abc import Callable, Sequence

import bench
from bench.figure import Figure


def names() -> tuple[str, ...]:
    """Return the names of all benches, without `bench_`."""
    found = (m.name for m in pkgutil.iter_modules(bench.__path__) if m.name.startswith("bench_"))
    return tuple(sorted(name.removeprefix("bench_") for name in found))


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Return a row of cells for each figure."""
    return [
        (
            f.name,
            number(f.value),
            f.unit,
            "" if f.bar is None else f"<= {number(f.bar)}",
            f.verdict,
            f.ratio_of,
        )
        for f in figures
    ]


def number(value: float) -> str:
    """Write a number with three significant digits, large ones in full."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """Align cells: the first column and words to the left, numbers to the right."""
    head = ("figure", "value", "unit", "bar", "", "against")
    widths = [max(len(row[i]) for row in (head, *cells)) for i in range(len(head))]
    lines = []
    for row in (head, *cells):
        aligned = (
            c.rjust(w) if i in (1, 3) else c.ljust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(aligned).rstrip())
    return lines


def main(argv: Sequence[str]) -> int:
    """Run benches and print; 1 where one could not be run."""
    unknown = [name for name in argv if name not in names()]
    if unknown:
        print(f"there is no bench {unknown[0]}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    failed = 0
    for name in argv or names():
        begun = time.perf_counter()
        print(f"{name} ...", end="", file=sys.stderr, flush=True)
        try:
            run: Callable[[], list[Figure]] = importlib.import_module(f"bench.bench_{name}").run
            figures += run()
            print(f" {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        except Exception:
            failed = 1
            print(" could not be run", file=sys.stderr)
            traceback.print_exc()
    print("\n".join(table(rows(figures))))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
