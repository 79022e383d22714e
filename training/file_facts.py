"""What reading the user's file showed that a reader of the model's figures must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.left_out import LeftOut


@dataclass(frozen=True)
class FileFacts:
    """Facts of the resolutions file and its payments; each is None where no file was read.

    Parameters
    ----------
    columns
        Heading to what it was read as (a canonical column, or a word for not being used).
    payments_after_as_of
        Payment rows that were cut because they came after their note's as-of month.
    excepted_as_later
        Rows that reading left out because of a date after their ``as_of_date``, by field.
    left_out
        Loans that could not be read, by what became of them.
    remarks
        Sentences on the data for the warnings, first of them.
    """

    columns: Mapping[str, str] | None = None
    payments_after_as_of: int | None = None
    excepted_as_later: Mapping[str, int] | None = None
    left_out: LeftOut | None = None
    remarks: tuple[str, ...] = ()
