"""A seller's headings to fields: exact aliases, then the saved mapping; a likeness is only ever suggested."""

from tapes.headings.assign import AssignedColumn, Assignment, Suggestion, assign
from tapes.headings.mapping import Mapping, find_mapping, headings_key, read_mapping
from tapes.headings.registry import Target, registry

__all__ = [
    "AssignedColumn",
    "Assignment",
    "Mapping",
    "Suggestion",
    "Target",
    "assign",
    "find_mapping",
    "headings_key",
    "read_mapping",
    "registry",
]
