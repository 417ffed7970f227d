"""The parts of a table's detail: one file a part, each with a `PART`."""
