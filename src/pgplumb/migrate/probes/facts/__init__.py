"""One file a fact; each has a FACT."""
