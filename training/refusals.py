"""When resolutions are refused before anything is fitted: too little in them, or a column that knows the future."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from notes import OUTCOMES, GateError, TapeError
from notes.counts import count_of
from training.config import LEAST_OF_AN_OUTCOME, TrainingConfig
from training.evaluate import ranking_aucs
from training.feature_columns import AS_KNOWN, made_of
from training.left_out import LeftOut
from training.page_words import in_last_month
from training.snapshots import Snapshots
from training.weights import Floats, Labels, ended_in_last_month, months_followed


def resolved_loans(snapshots: Snapshots, labels: Labels) -> dict[str, int]:
    """Count the loans that ended in each outcome within the horizon."""
    return {
        str(name): len(np.unique(snapshots.loan[labels.outcome == position])) for position, name in enumerate(OUTCOMES)
    }


def refuse_what_is_lacking(
    snapshots: Snapshots, labels: Labels, config: TrainingConfig, left_out: LeftOut | None = None
) -> None:
    """Refuse resolutions that no honest model can be fitted to.

    ``left_out`` are the rows of the file that could not be read: where they are what is lacking, that is said.

    Raises
    ------
    notes.TapeError
        Nothing there; nothing resolved; an outcome with too few loans; too much still open; followed too short.  The
        message lists everything that is lacking, the count of each outcome, and what can be done.
    """
    if len(snapshots) == 0:
        raise TapeError("resolutions: there are no rows; give notes with what became of them")
    counts = resolved_loans(snapshots, labels)
    n_early = int(ended_in_last_month(snapshots.resolutions, labels).sum())
    few = _too_few(counts, config.data.min_class_count, left_out, all_open=not n_early)
    lacking = [*few, *_too_young(snapshots, labels, config)]
    if not lacking:
        return
    table = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    left = left_out is not None and any(left_out.excepted.get(name, 0) for name in counts)
    first = "mend the rows that were left out, named above; then, where that is not enough, " if left else ""
    still_open = snapshots.n_loans - len(np.unique(snapshots.loan[labels.resolved]))
    raise TapeError(
        "resolutions: not enough to train on\n"
        + "\n".join(f"- {one}" for one in lacking)
        + f"\nloans by outcome within {config.label.horizon_months} months: {table}; open {still_open:,}\n"
        + (f"{in_last_month(n_early)}\n" if n_early else "")
        + f"{first}add more resolved notes (other sellers, earlier months, agency data with `notebid import`), or score "
        f"with the model there is{_lower(counts, config.data.min_class_count)}"
    )


def _lower(counts: Mapping[str, int], least: int) -> str:
    """Say whether a lower limit would do, where an outcome is short of loans."""
    short = min(counts.values())
    if short >= least:
        return ""
    if short >= LEAST_OF_AN_OUTCOME:
        return (
            f"; or lower data.min_class_count to {short} in a copy of configs/training.toml: the odds of a rare outcome "
            "then rest on so few"
        )
    return f"; of an outcome with fewer than {LEAST_OF_AN_OUTCOME} loans nothing can be learned, whatever the limit"


def _too_few(counts: dict[str, int], least: int, left_out: LeftOut | None, *, all_open: bool) -> list[str]:
    excepted = {} if left_out is None else left_out.excepted
    if sum(counts.values()) == 0 and all_open and not any(excepted.get(name, 0) for name in counts):
        return ["no note is resolved: every one is still open (outcome and resolution_date are empty)"]
    return [
        f"{name}: {count:,} resolved loans, at least {least:,} are needed (data.min_class_count)"
        + (f"; {count_of(excepted[name], 'loan')} of it left out" if excepted.get(name, 0) else "")
        for name, count in counts.items()
        if count < least
    ]


def _too_young(snapshots: Snapshots, labels: Labels, config: TrainingConfig) -> list[str]:
    lacking = []
    open_share = float(snapshots.weight[~labels.resolved].sum() / snapshots.weight.sum())
    if labels.resolved.any() and open_share > config.censoring.max_open_share:
        allowed = config.censoring.max_open_share
        lacking.append(f"{open_share:.0%} of the notes are open, at most {allowed:.0%} (censoring.max_open_share)")
    longest = float(months_followed(snapshots.resolutions).max())
    least = config.censoring.min_followed_months
    if longest < least:
        lacking.append(
            f"no note was followed for more than {longest:.0f} months after its as_of_date, at least {least} are needed "
            "(censoring.min_followed_months; observed_through says how far notes were seen)"
        )
    return lacking


def refuse_leaks(
    features: pd.DataFrame,
    labels: Labels,
    weight: Floats,
    max_auc: float,
    file_columns: Mapping[str, str] | None = None,
) -> None:
    """Refuse features that alone tell an outcome better than anything known on ``as_of_date`` can.

    Parameters
    ----------
    file_columns
        Heading to what it was read as; None where no file was read.

    Raises
    ------
    notes.GateError
        A feature ranks an outcome against the others with an AUC above ``max_auc``; each is listed with the columns of the
        file that it is made of, and what can be done.
    """
    rows = labels.resolved
    outcome, weights = labels.outcome[rows], weight[rows]
    leaks = []
    for name in features.columns:
        values = features[name].to_numpy(dtype=np.float64)[rows]
        for label, auc in zip(OUTCOMES, ranking_aucs(values, outcome, weights), strict=True):
            if auc > max_auc:
                made = made_of(name, file_columns)
                leaks.append(f"- {name} tells {label} from the rest with an AUC of {auc:.3f}; it is made of {made}")
    if leaks:
        raise GateError(
            f"features that know the outcome (AUC above {max_auc}): was the tape written after the event?\n"
            + "\n".join(leaks)
            + f"\n{AS_KNOWN}. The limit is data.max_feature_auc of "
            "configs/training.toml; raise it in a copy (--config, CONFIG=) only where all was known on as_of_date"
        )
