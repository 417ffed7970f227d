"""Index advice for a whole workload, every candidate priced by the planner itself, and deterministic to the byte."""
