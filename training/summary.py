"""A training run in flat numbers and words: what was in the data, what was measured, what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.sources import HISTORY, source_fields
from notes import PaymentHistory, Resolutions
from notes.counts import count_of
from notes.history import UNKNOWN
from notes.inputs import NEEDED, Inputs
from notes.months import format_month
from training.config import TrainingConfig
from training.judge import CHAMPION, MODEL
from training.refusals import resolved_loans
from training.scores import Evaluation
from training.snapshots import Snapshots
from training.splits import Split
from training.weights import CensoringWeights, Labels, ended_in_last_month, followed_by_seller, months_followed

LEAST_WITH_HISTORY = 0.1
"""Share of the snapshots with a payment history under which a model is shown none: of so few it learns too little of what
payments say (docs/model.md)."""
YOUNG_MONTHS, RECENT_MONTHS = 12.0, 36.0
"""Of the notes known so shortly before the end of what was seen, some have not ended yet, whatever their kind."""


@dataclass(frozen=True)
class DataSummary:
    """What the model was trained on, in numbers."""

    n_given: int
    n_snapshots: int
    n_loans: int
    n_resolved: int
    n_beyond_horizon: int
    """Snapshots decided later than the horizon, or followed to it and still open."""
    n_in_last_month: int
    """Snapshots that ended in a month that their seller's file does not show whole: open at the month end before."""
    open_share: float
    """Of the weight of the snapshots, those beyond the horizon included."""
    class_counts: Mapping[str, int]
    """Resolved loans an outcome."""
    first_month: str
    last_month: str
    longest_followed: float
    """Months."""
    class_counts_at_streaks: Mapping[int, Mapping[str, int]] | None
    with_history: float
    """Share of the snapshots of whose payments anything is known."""
    with_months: float
    """Share of those with a history that tells how far behind they were in a month before the last."""
    n_young: int
    """Those of the last :data:`YOUNG_MONTHS` before the month in which their seller was last seen."""
    n_young_open: int
    """Those of them without an outcome."""
    n_recent: int
    """Snapshots of the last :data:`RECENT_MONTHS` before that month."""
    n_recent_open: int


def summarise(
    snapshots: Snapshots, labels: Labels, class_counts_at_streaks: Mapping[int, Mapping[str, int]] | None
) -> DataSummary:
    """Count what the model is trained on."""
    months = snapshots.resolutions.tape.notes.month("as_of_date")
    followed = followed_by_seller(snapshots.resolutions)
    young, recent = followed <= YOUNG_MONTHS, followed <= RECENT_MONTHS
    in_last_month = ended_in_last_month(snapshots.resolutions, labels)
    is_open = ~labels.resolved & ~in_last_month  # a file without open notes has none of these either
    return DataSummary(
        n_given=snapshots.n_given,
        n_snapshots=len(snapshots),
        n_loans=snapshots.n_loans,
        n_resolved=int(labels.resolved.sum()),
        n_beyond_horizon=int(labels.beyond_horizon.sum()),
        n_in_last_month=int(in_last_month.sum()),
        open_share=float(snapshots.weight[~labels.resolved].sum() / snapshots.weight.sum()),
        class_counts=resolved_loans(snapshots, labels),
        first_month=format_month(int(months.min())),
        last_month=format_month(int(months.max())),
        longest_followed=float(months_followed(snapshots.resolutions).max()),
        class_counts_at_streaks=class_counts_at_streaks,
        with_history=float(has_history(snapshots.resolutions.tape.history).mean()),
        with_months=_with_months(snapshots.resolutions.tape.history),
        n_young=int(young.sum()),
        n_young_open=int((young & is_open).sum()),
        n_recent=int(recent.sum()),
        n_recent_open=int((recent & is_open).sum()),
    )


def has_history(history: PaymentHistory) -> NDArray[np.bool_]:
    """Say of which notes anything is known of their payments, bool, shape (n,)."""
    known: NDArray[np.bool_] = (history.months_delinquent != UNKNOWN).any(axis=1)
    return known | ~np.isnan(history.amount_received).all(axis=1)


def _with_months(history: PaymentHistory) -> float:
    has = has_history(history)
    known = (history.months_delinquent[:, :-1] != UNKNOWN).any(axis=1)
    return float(known[has].mean()) if has.any() else 0.0


def inputs_of(snapshots: Snapshots, data: DataSummary) -> Inputs:
    """Say which of the fields that features read no snapshot has, and whether enough have a payment history."""
    frame = snapshots.resolutions.tape.notes.frame
    fields = sorted({name for names in source_fields().values() for name in names if name != HISTORY})
    never = tuple(name for name in fields if name not in NEEDED and not frame[name].notna().any())
    if data.with_history < LEAST_WITH_HISTORY:
        return Inputs(False, False, never)
    history = snapshots.resolutions.tape.history
    without = np.asarray(np.isnan(history.amount_received).all(axis=1), dtype=np.bool_)
    receipts = 1.0 - without[has_history(history)].mean()
    return Inputs(data.with_months >= LEAST_WITH_HISTORY, float(receipts) >= LEAST_WITH_HISTORY, never)


def training_window(resolutions: Resolutions) -> dict[str, str]:
    """Give first and last ``as_of_date`` and last ``observed_through``, ISO dates."""
    as_of = resolutions.tape.notes.days("as_of_date")
    return {
        "first_as_of_date": str(as_of.min()),
        "last_as_of_date": str(as_of.max()),
        "last_observed_through": str(resolutions.observed_through.max()),
    }


def flat_metrics(evaluation: Evaluation, weights: CensoringWeights, data: DataSummary) -> dict[str, float]:
    """Give every figure under one name each, as a run logs it."""
    metrics: dict[str, float] = {
        "test_notes": float(evaluation.n_test),
        "unseen_share": evaluation.unseen_share,
        "training_notes": float(data.n_resolved),
        "open_share": data.open_share,
        "largest_weight": weights.largest,
        "effective_sample_size": weights.effective_sample_size,
    }
    for one in evaluation.scores:
        prefix = "" if one.name == MODEL else f"{one.name}."
        metrics |= {
            f"{prefix}log_loss": one.log_loss,
            f"{prefix}brier_score": one.brier_score,
            f"{prefix}calibration_error": one.calibration_error,
            f"{prefix}explained_share": one.explained_share,
        }
        if one.difference is not None:
            metrics |= {
                f"less_{one.name}": one.difference.estimate,
                f"less_{one.name}.low": one.difference.low,
                f"less_{one.name}.high": one.difference.high,
            }
    if evaluation.comparison:
        metrics["champion.compared_notes"] = float(evaluation.n_compared)
    for count in evaluation.counts:
        metrics |= {
            f"predicted.{count.outcome}": count.predicted,
            f"actual.{count.outcome}": count.actual,
            f"standard_error.{count.outcome}": count.standard_error,
        }
    return metrics


def manifest_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """Leave out what depends on the champion of the day, so that the same data give the same bundle."""
    return {name: value for name, value in metrics.items() if CHAMPION not in name}


def flat_parameters(
    config: TrainingConfig, training_data: str, split: Split, reports: Mapping[str, Mapping[str, Any]]
) -> dict[str, str | int | float]:
    """Give settings and choices flat, as a run logs them; ``reports`` is the prefix of the choices of each fit to them."""
    chosen: dict[str, str | int | float] = {
        "training_data": training_data,
        "split.out_of_time": str(split.out_of_time).lower(),
        "split.embargo_months": split.embargo_months,
        "split.judged_months": split.judged_months,
        "split.rows": f"fit {len(split.fit)}, calibrate {len(split.calibrate)}, test {len(split.test)}",
    }
    for prefix, report in reports.items():
        chosen |= _flat(report, prefix)
    return config.parameters() | chosen


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str | int | float]:
    flat: dict[str, str | int | float] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}.{key}")
        else:
            flat[f"{prefix}.{key}"] = value if isinstance(value, str | int | float) else str(value)
    return flat


def warnings_of(
    data: DataSummary,
    split: Split,
    weights: Mapping[str, CensoringWeights],
    evaluation: Evaluation,
) -> tuple[str, ...]:
    """Say what a reader of the figures must beware of."""
    found: list[str] = []
    if 0 < data.with_history < LEAST_WITH_HISTORY:
        found.append(
            f"{data.with_history:.1%} of the notes have a payment history, too few to learn from: the model reads that "
            "of no tape. Give the others' with --payments (PAYMENTS=)"
        )
    if data.with_history >= LEAST_WITH_HISTORY and data.with_months < LEAST_WITH_HISTORY:
        found.append(
            "the payments say what was received and not how far behind a note was each month (months_delinquent): how long, "
            "how often and how fast it fell behind has no value. Give both where you can"
        )
    if data.with_history == 0:
        found.append(
            "no note has a payment history: give it with --payments (PAYMENTS=); much of what a model goes by is in it"
        )
    if not split.out_of_time:
        found.append(split.statement)
    everything = weights["all"]
    found += _strata_warnings(everything)
    if everything.n_capped:
        found.append(
            f"{count_of(everything.n_capped, 'resolved note')} met the weight cap of {everything.largest:.0f}: the slowest "
            "outcomes count for too little"
        )
    if everything.effective_sample_size < data.n_resolved / 2:
        found.append(
            f"the weights leave an effective sample of {everything.effective_sample_size:,.0f} of {data.n_resolved:,} "
            "resolved notes"
        )
    if evaluation.unseen_share > 0.02:
        found.append(
            f"about {evaluation.unseen_share:.0%} of the resolutions take longer than any test note was followed; "
            "the test says nothing about them"
        )
    return tuple(found)


def _strata_warnings(everything: CensoringWeights) -> list[str]:
    """Say where the outcomes of open notes rest on the states' timelines."""
    found = []
    if everything.flagged_strata:
        n_estimated = sum(one.n_estimated for one in everything.strata if one.flagged)
        found.append(
            f"SHORT_HISTORY: {'; '.join(everything.flagged_strata)}: followed for a shorter time than nine tenths "
            f"of its foreclosures take; {count_of(n_estimated, 'note')} still open there got likely ends by the states' "
            "timelines, so foreclosure is partly an assumption there"
        )
    hardly = [one for one in everything.strata if one.short and one.hardly_seen]
    if hardly:
        n_notes, n_all = sum(one.n_notes for one in hardly), sum(one.n_notes for one in everything.strata)
        found.append(
            f"{n_notes / n_all:.0%} of the notes are in strata with hardly a resolved one "
            f"({'; '.join(name for one in hardly for name in one.members)}): what is bid there rests on the states' "
            "timelines, and no test can show whether it is right"
        )
    return found
