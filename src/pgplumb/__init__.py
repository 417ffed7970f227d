"""pgplumb: a plumb line for PostgreSQL, in the terminal."""

__version__ = "0.1.0"
