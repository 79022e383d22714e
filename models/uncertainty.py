"""What a model keeps of its own doubt, and what it makes of it for a tape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.familiarity import Familiar
from models.predictor import Floats
from models.spread import Spread
from notes import OUTCOMES, OutcomeDoubt, OutcomeProbabilities, Tape
from notes.strata import STRATA, in_strata, stratum_of

FORMAT = 1
SHORT_HISTORY_FACTOR = 1.2
"""On the deviations of a note of a stratum with a short history, whose slow outcomes were partly made up for; measured, see
docs/uncertainty.md."""


@dataclass(frozen=True)
class Uncertainty:
    """Learned with a model and kept in its bundle.

    Parameters
    ----------
    spread
        How far the log odds are off as a rule.
    familiar
        What the notes of the training were like.
    short_history
        Stratum with a short history to four standard deviations of log odds, those of what its timelines may be wrong
        by; they are added as squares to the spread times :data:`SHORT_HISTORY_FACTOR`.
    wide_bid_range
        A bid range wider than this share of the bid is flagged.
    """

    spread: Spread
    familiar: Familiar
    short_history: Mapping[str, tuple[float, ...]]
    wide_bid_range: float

    def doubt(self, tape: Tape, features: pd.DataFrame, probabilities: OutcomeProbabilities) -> OutcomeDoubt:
        """Say how sure the model is of the probabilities of a tape's notes.

        Parameters
        ----------
        features
            Of the same notes, row by row.
        """
        is_short = in_strata(tape, tuple(self.short_history))
        factor = np.where(is_short, SHORT_HISTORY_FACTOR, 1.0)[:, None]
        timelines = self._short_history_sd()[stratum_of(tape)]
        down, up = (np.hypot(factor * sd, timelines) for sd in self.spread.sd(probabilities.values))
        far = self.familiar.far(features, tape.notes.text("property_state"))
        return OutcomeDoubt(
            sd_down=down,
            sd_up=up,
            correlation=self.spread.correlation,
            far=far,
            wide_bid_range=self.wide_bid_range,
        )

    def _short_history_sd(self) -> Floats:
        """Give the deviations of every stratum, shape (n_strata, 4): 0 where the history is long enough."""
        none = (0.0,) * self.spread.correlation.shape[0]
        return np.array([self.short_history.get(name, none) for name in STRATA])

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON."""
        return {
            "format": FORMAT,
            "spread": self.spread.to_dict(),
            "familiar": self.familiar.to_dict(),
            "short_history": {name: list(sd) for name, sd in self.short_history.items()},
            "wide_bid_range": self.wide_bid_range,
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Uncertainty:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        ValueError
            It is of another format, or no such content.
        """
        try:
            if content["format"] != FORMAT:
                raise ValueError(f"uncertainty: format {content['format']!r} is not {FORMAT}")
            short = {str(name): tuple(float(one) for one in sd) for name, sd in content["short_history"].items()}
            n_classes = len(OUTCOMES)
            if any(len(sd) != n_classes or not all(0 <= one < math.inf for one in sd) for sd in short.values()):
                raise ValueError(
                    f"this is no uncertainty of a model: short_history needs {n_classes} deviations a stratum"
                )
            spread = Spread.from_dict(content["spread"], n_classes)
            familiar, wide = Familiar.from_dict(content["familiar"]), float(content["wide_bid_range"])
            if not wide > 0:
                raise ValueError(f"this is no uncertainty of a model: wide_bid_range must be above 0, found {wide}")
            return cls(spread, familiar, short, wide)
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(f"this is no uncertainty of a model: {error!r}") from error
