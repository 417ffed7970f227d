"""Applying a migration from the screen: looked at, confirmed, run, and what stands afterwards."""
