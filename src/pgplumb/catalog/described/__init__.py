"""A catalog by name: every object under its identifier, with its facts in words and names, never in oids."""
