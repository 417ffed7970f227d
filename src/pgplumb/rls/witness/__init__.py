"""Counterexamples: rows made up, on which a leaking predicate is evaluated by the server. Nothing is written."""
