"""Statistics of a target, read by catalog reads and written into its twin."""

from pgplumb.twin.statistics.model import PlannerStatistics, WriteReport
from pgplumb.twin.statistics.reader import read_statistics
from pgplumb.twin.statistics.writer import write_statistics

__all__ = ["PlannerStatistics", "WriteReport", "read_statistics", "write_statistics"]
