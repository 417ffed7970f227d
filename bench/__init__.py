"""Measurements of the budgets, as ratios in one run: `make bench`. Nothing here is asserted."""
