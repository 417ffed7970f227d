"""Schemas of many kinds, each with queries that are planned on a server and in its twin."""
