"""PostgreSQL's releases, as far as they were known. Nothing is looked up: each row is as old as it says.

Source: https://www.postgresql.org/support/versioning/
"""

from __future__ import annotations

from datetime import date

NEWEST_MINOR = {
    13: (23, date(2025, 11, 13)),
    14: (24, date(2026, 8, 13)),
    15: (20, date(2026, 11, 12)),
    16: (15, date(2026, 8, 13)),
    17: (11, date(2026, 8, 13)),
    18: (6, date(2026, 8, 13)),
}
"""By major version: the newest minor release that was known, and the day on which it came out."""

END_OF_LIFE = {
    13: date(2025, 11, 13),
    14: date(2026, 11, 12),
    15: date(2027, 11, 11),
    16: date(2028, 11, 9),
    17: date(2029, 11, 8),
    18: date(2030, 11, 14),
}
"""When each major version gets its last release."""
