"""The section of the report on signs of having seen the future."""

from __future__ import annotations

from collections.abc import Mapping

from reports.page import Block, Section
from tapes.headings.columns import shown_heading
from training.config import TrainingConfig
from training.feature_columns import several
from training.judgement import Judgement
from training.judgement_leakage import FeatureAuc, LeakageReport, OutcomeLikeColumn
from training.page_words import (
    spoken,
)

_TOP = 10
"""Features shown, besides the suspect ones."""


def leakage_section(judgement: Judgement, config: TrainingConfig) -> Section:
    """Signs of having seen the future."""
    leakage, data = judgement.leakage, config.data
    points = [
        f"Training refuses a feature that alone ranks one outcome with an AUC above {data.max_feature_auc:g}. Suspect is "
        f"one of which the AUC less two standard errors is above {data.suspect_payment_auc:g} (payment behaviour) or "
        f"{data.suspect_other_auc:g} (any other). Those and the highest are below."
    ]
    points.append(_later_dates(leakage))
    if leakage.payments_after_as_of is not None:
        points.append(f"Payment rows after their note's as-of month, cut: {leakage.payments_after_as_of:,}.")
    if leakage.columns is None:
        points.append("No file was read, so there were no column headings to look at.")
    elif not leakage.columns:
        points.append(
            f"None of the {leakage.n_columns:,} columns of the file is headed like an outcome, but for those that give it. "
            "Only columns that features are made of can leak; of one that is not read, nothing is in the model."
        )
    blocks = [
        Block(
            points=points,
            heading=("feature", "tells", "AUC", "at least", ""),
            rows=[_auc_row(one) for rank, one in enumerate(leakage.aucs) if one.suspect or rank < _TOP],
            words=(1,),
            caption="Features that alone rank an outcome best",
        )
    ]
    if leakage.columns:
        blocks.append(
            Block(
                heading=("heading in the file", "read as", "does the model know it?"),
                rows=[(shown_heading(one.heading), spoken(one.read_as), _known_by(one)) for one in leakage.columns],
                words=(1, 2),
                caption=f"Columns headed like an outcome, of {leakage.n_columns:,} in the file",
            )
        )
    return Section("leakage", "Could it have seen the future?", blocks)


def _auc_row(one: FeatureAuc) -> tuple[str, ...]:
    suspect = "suspect" if one.suspect else ""
    return (spoken(one.name), spoken(one.outcome), f"{one.auc:.3f}", f"{one.at_least:.3f}", suspect)


def _later_dates(leakage: LeakageReport) -> str:
    """Say which dates of past events lie after the as-of date; reading a file leaves such rows out, so none is left."""
    excepted = leakage.excepted_as_later
    if excepted is None:
        return f"Event dates after their note's as-of date, taken as missing: {_counted(leakage.later_dates)}."
    beware = " Such a column was written after the as-of date: what it says of the other rows may be as late." * bool(
        excepted
    )
    return (
        "Rows of the file left out because they date what is past after their as-of date (E_FUTURE), by column: "
        f"{_counted(excepted)}.{beware}"
    )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{spoken(name)} {count:,}" for name, count in counts.items()) or "none"


def _known_by(column: OutcomeLikeColumn) -> str:
    """Say whether anything of a column is in the model."""
    if column.features:
        return (
            f"yes, by {several([spoken(name) for name in column.features])}: it must be as it stood on the as-of date"
        )
    return "no, nothing of it: it cannot leak"
