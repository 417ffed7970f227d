"""PostgreSQL's releases, as known on a day. Nothing is looked up: the table is as old as it says.

Source: https://www.postgresql.org/support/versioning/
"""

from __future__ import annotations

from datetime import date

KNOWN = date(2026, 8, 13)
"""The day of the newest release in this table."""

NEWEST_MINOR = {13: 23, 14: 24, 15: 19, 16: 15, 17: 11, 18: 6}
"""The last minor release of each major version on that day."""

END_OF_LIFE = {
    13: date(2025, 11, 13),
    14: date(2026, 11, 12),
    15: date(2027, 11, 11),
    16: date(2028, 11, 9),
    17: date(2029, 11, 8),
    18: date(2030, 11, 14),
}
"""When each major version gets its last release."""
