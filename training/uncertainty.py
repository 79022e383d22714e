"""How sure a model is, learned with it: the same recipe on quarters of the loans, and what the notes were like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from models.classifier import OutcomeClassifier
from models.familiarity import learn_familiar
from models.folds import grouped_folds
from models.side_by_side import on_one_thread
from models.spread import FACTOR, FACTOR_ALIKE, learn_spread, log_odds
from models.uncertainty import Uncertainty
from notes import OUTCOMES
from notes.doubt import Z_90
from training.evaluate import Floats
from training.member_settings import UncertaintySettings
from training.parts import Part, Watched
from training.stratum_report import StratumReport

N_PARTS = 4
"""Loans are dealt into so many parts; the factor of :mod:`models.spread` was measured for quarters."""
LARGE = 20_000
"""Rows from which half as many fits are made."""
_SMALLEST = 1e-3
"""Share under which a stratum's share of an outcome has no log odds of its own."""


def learn_uncertainty(
    model: OutcomeClassifier,
    part: Part,
    watched: Watched,
    settings: UncertaintySettings,
    *,
    took_open_notes: bool,
) -> dict[str, Any]:
    """Learn how sure a model is of its probabilities: :meth:`Uncertainty.to_dict`, empty if it is not to be learned.

    Parameters
    ----------
    model
        Fitted on all of the part, temperature set.
    part
        The resolved notes with their weights.
    watched
        The snapshots that the part was made from, open ones included.
    took_open_notes
        Whether the model had a second fit with the open notes, which the quarters do without.
    """
    if settings.fits == 0:
        return {}
    n_fits = settings.fits if len(part.outcome) < LARGE else -(-settings.fits // 2)
    fits = [_fit_on(mask, model, part) for mask in _parts(part, n_fits, model.random_state)]
    factor = FACTOR if took_open_notes else FACTOR_ALIKE
    apart, rows = [one for one, _ in fits], np.array([one for _, one in fits])
    spread = on_one_thread(learn_spread, model.predict_proba(part.features), apart, rows, factor)
    familiar = learn_familiar(watched.features, watched.snapshots.resolutions.tape.notes.text("property_state"))
    short = short_history_sd(part.censoring.strata)
    return Uncertainty(spread, familiar, short, settings.wide_bid_range).to_dict()


def short_history_sd(strata: Iterable[StratumReport]) -> dict[str, tuple[float, ...]]:
    """Turn what the timelines of short strata may be wrong by into standard deviations of log odds.

    The shares of a stratum at the slowest and at the fastest timelines tried are taken for its 5 % and 95 % points; of one
    with hardly a resolved note those of its whole interval, since no quarter of the loans shows what none of them does.
    """
    found: dict[str, tuple[float, ...]] = {}
    for one in strata:
        if one.short:
            ends = (one.low, one.high) if one.hardly_seen else (one.timeline_low, one.timeline_high)
            low, high = (np.clip(end, _SMALLEST, 1 - _SMALLEST) for end in ends)
            sd = (log_odds(np.asarray(high)) - log_odds(np.asarray(low))) / (2 * Z_90)
            found |= {name: tuple(float(value) for value in sd) for name in one.members}
    return found


def _parts(part: Part, n_fits: int, seed: int) -> list[NDArray[np.bool_]]:
    """Deal the loans into quarters, anew after every four, each outcome spread over them as far as it goes."""
    codes = np.array([OUTCOMES.index(one) for one in part.outcome], dtype=np.intp)
    dealt = [
        grouped_folds(codes, part.loan, N_PARTS, seed + turn, part.weight) for turn in range(-(-n_fits // N_PARTS))
    ]
    return [dealt[one // N_PARTS] == one % N_PARTS for one in range(n_fits)]


def _fit_on(rows: NDArray[np.bool_], model: OutcomeClassifier, part: Part) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the probabilities of all notes by a fit on some, and which notes are of their loans."""
    alike = clone(model)
    if "ridge" not in model.report_["pool_weights"]:
        alike.set_params(ridge_below=0)  # a quarter is to err as the model does
    fitted = alike.fit(part.features[rows], part.outcome[rows], part.weight[rows], part.loan[rows])
    # Calibration and floor are not what the fits are compared in.
    return model.calibrator_.probabilities(fitted.scores(part.features)), rows
