"""What a desk's resolutions say beside the four probabilities, as it is kept with a model and used by a score."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import Tape
from notes.outcome_times import OutcomeTimes
from notes.strata import in_strata
from pricing.assumptions import Assumptions
from pricing.own_resolutions import OwnResolutions
from pricing.own_terms import OwnTerms, table_timelines

FORMAT = 1


@dataclass(frozen=True)
class DeskTerms:
    """Months, branch weights and recoveries of the resolutions that a model was trained on.

    Parameters
    ----------
    times
        When each outcome comes.
    own
        Which way it goes and what it brings.
    short_history
        Strata in which foreclosures are partly an assumption, flag ``SHORT_HISTORY``.
    """

    times: OutcomeTimes
    own: OwnResolutions
    short_history: tuple[str, ...] = ()

    def apply(
        self, tape: Tape, assumptions: Assumptions, *, timelines: bool, recoveries: bool
    ) -> tuple[Assumptions, OwnTerms]:
        """Give the assumptions to price a tape with, and the terms that :func:`pricing.build_legs` takes.

        Parameters
        ----------
        timelines
            Use own months, shrunk to the table.
        recoveries
            Use own branch weights and recoveries, shrunk to the assumptions.
        """
        if recoveries:
            assumptions = self.own.assumptions(assumptions)
        months = None
        if timelines:
            table = table_timelines(tape, assumptions)
            months = self.times.timelines(tape, table, assumptions.closing.months_to_close)
        if recoveries:
            return assumptions, self.own.terms(tape, assumptions, months)
        return assumptions, OwnTerms(timelines=months)

    def has_short_history(self, tape: Tape) -> NDArray[np.bool_]:
        """Say which notes are to carry the flag ``SHORT_HISTORY``, shape (n_notes,)."""
        return in_strata(tape, self.short_history)

    def to_json(self) -> str:
        """Write as JSON text; the same terms give the same text."""
        content = {
            "format": FORMAT,
            "times": json.loads(self.times.to_json()),
            "own": json.loads(self.own.to_json()),
            "short_history": sorted(self.short_history),
        }
        return json.dumps(content, sort_keys=True, allow_nan=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> DeskTerms:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            The text is no such JSON or of a newer format.
        """
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']!r} is not {FORMAT}: this model is newer than the program")
            times, own = json.dumps(content["times"]), json.dumps(content["own"])
            short = tuple(str(name) for name in content["short_history"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"these are no desk terms: {error!r}") from error
        return cls(OutcomeTimes.from_json(times), OwnResolutions.from_json(own), short)
