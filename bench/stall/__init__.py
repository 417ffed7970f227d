"""Default strategies on large tables with others at work: who waits how long."""
