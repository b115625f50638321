"""Differences between two versions of a page, as people read them; and how two rewritings are merged.

Knows no model and no database: versions come as parts, and go as parts or as what a template shows.
"""

from cms.differences.comparison import Change, Comparison, Difference, compare
from cms.differences.merging import Conflict, Merge, apply, merge
from cms.differences.parts import Image, Kind, Part, Record
from cms.differences.rendering import sections, shown_conflict
from cms.differences.summary import Counts, counts, summary

__all__ = [
    "Change",
    "Comparison",
    "Conflict",
    "Counts",
    "Difference",
    "Image",
    "Kind",
    "Merge",
    "Part",
    "Record",
    "apply",
    "compare",
    "counts",
    "merge",
    "sections",
    "shown_conflict",
    "summary",
]
