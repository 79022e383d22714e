"""A seller's headings to fields: exact aliases, then the saved mapping; a likeness is only ever suggested."""

from tapes.headings.assign import Assignment, assign, matched
from tapes.headings.columns import AssignedColumn, Suggestion
from tapes.headings.mapping import Mapping, headings_key, read_mapping
from tapes.headings.mapping_folder import find_mapping, mapping_remarks, near_mappings
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
    "mapping_remarks",
    "matched",
    "near_mappings",
    "read_mapping",
    "registry",
]
