"""What the truth of a made world depends on: quantities that anyone can read off the tape and the history.

They are computed here, from the canonical arrays alone, so that a feature that is wrong cannot make itself right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, PaymentHistory, Tape
from notes.delinquency import months_delinquent
from notes.history import UNKNOWN
from notes.months import month_index
from notes.states import fact

Floats = NDArray[np.float64]
STAGES = {"": 0.0, "none": 0.0, "referred": 1.0, "filed": 2.0, "judgment": 3.0, "sale_scheduled": 4.0}
TYPICAL_SCORE = 660.0


@dataclass(frozen=True)
class Quantities:
    """One float64 array of shape (n_notes,) a quantity; none is ever NaN, each says what stands for a missing value.

    Parameters
    ----------
    behind
        Months behind on ``as_of_date``.
    quiet
        Months since money last came in, at most 140: by ``last_payment_date``; where that is missing, by the last month in
        which the history knows of money; ``behind`` where neither says.
    kept_3, kept_12
        Share, 0 to 1, of the last 3 or 12 month-to-month steps known in which the status did not rise; where none is
        known, the share that the months behind imply if they are the latest: ``max(0, 1 - behind / steps)``.
    collected_6
        Money received in the last 6 months over 6 instalments, within [0, 1.5]; ``kept_3`` where no amount is known.
    slipped_6
        Months behind less the status six months ago, within [-12, 6]; 0 where that status is unknown.
    equity
        ``1 - (upb + deferred_balance + senior_lien_balance) / as_is_value``, within [-0.6, 0.9].
    vacant, tenant, occupancy_unknown, second_lien, judicial, in_bankruptcy, modified, in_workout, matured
        1 or 0.
    stage
        0 no foreclosure, 1 referred, 2 filed, 3 judgment, 4 sale scheduled.
    score
        ``(credit_score - 660) / 60``; 0 where missing.
    rate
        Note rate less 0.05, over 0.015.
    log_upb
        ``ln(upb / 150,000)``.
    """

    behind: Floats
    quiet: Floats
    kept_3: Floats
    kept_12: Floats
    collected_6: Floats
    slipped_6: Floats
    equity: Floats
    vacant: Floats
    tenant: Floats
    occupancy_unknown: Floats
    second_lien: Floats
    judicial: Floats
    in_bankruptcy: Floats
    modified: Floats
    in_workout: Floats
    matured: Floats
    stage: Floats
    score: Floats
    rate: Floats
    log_upb: Floats


def quantities(tape: Tape) -> Quantities:
    """Read the quantities off a tape.

    Raises
    ------
    ValueError
        A note has no ``upb``, ``as_is_value``, ``note_rate`` or ``property_state``, or no way to know how far behind it
        is: the truth of such a note is not defined.
    """
    notes, behind = tape.notes, months_delinquent(tape)
    upb, value, rate = (notes.number(name) for name in ("upb", "as_is_value", "note_rate"))
    judicial = fact("judicial", notes.text("property_state"))
    if not (np.isfinite(behind + upb + value + rate + judicial) & (upb > 0) & (value > 0)).all():
        raise ValueError(
            "the truth needs upb, as_is_value, note_rate, property_state and the months behind of every note"
        )
    occupancy = notes.text("occupancy")
    quiet = notes.month("as_of_date") - month_index(notes.days("last_payment_date"))
    kept_3, debt = _kept(tape.history, behind, 3), upb + _zero_for_missing(notes.number("deferred_balance"))
    return Quantities(
        behind=behind,
        quiet=np.clip(np.where(np.isnan(quiet), _since_money(tape.history, behind), quiet), 0, 140),
        kept_3=kept_3,
        kept_12=_kept(tape.history, behind, 12),
        collected_6=_collected(tape, kept_3),
        slipped_6=_slipped(tape.history, behind),
        equity=np.clip(1 - (debt + _zero_for_missing(notes.number("senior_lien_balance"))) / value, -0.6, 0.9),
        vacant=(occupancy == "vacant").astype(np.float64),
        tenant=(occupancy == "tenant").astype(np.float64),
        occupancy_unknown=np.isin(occupancy, ["", "unknown"]).astype(np.float64),
        second_lien=(notes.number("lien_position") >= 2).astype(np.float64),
        judicial=judicial,
        in_bankruptcy=(notes.text("bankruptcy_chapter") != "").astype(np.float64),
        modified=(~np.isnan(notes.month("modification_date"))).astype(np.float64),
        in_workout=(~np.isin(notes.text("loss_mitigation_status"), ["", "none"])).astype(np.float64),
        matured=(notes.days("maturity_date") < notes.days("as_of_date")).astype(np.float64),
        stage=np.array([STAGES[stage] for stage in notes.text("foreclosure_status")]),
        score=_zero_for_missing((notes.number("credit_score") - TYPICAL_SCORE) / 60),
        rate=(rate - 0.05) / 0.015,
        log_upb=np.log(upb / 150_000),
    )


def _zero_for_missing(values: Floats) -> Floats:
    filled: Floats = np.where(np.isnan(values), 0.0, values)
    return filled


def _since_money(history: PaymentHistory, otherwise: Floats) -> Floats:
    came_in = history.amount_received > 0
    since: Floats = np.where(came_in.any(axis=1), came_in[:, ::-1].argmax(axis=1), otherwise)
    return since


def _kept(history: PaymentHistory, behind: Floats, steps: int) -> Floats:
    status = history.months_delinquent[:, HISTORY_MONTHS - steps - 1 :].astype(np.int64)
    known = (status[:, 1:] != UNKNOWN) & (status[:, :-1] != UNKNOWN)
    kept = known & (status[:, 1:] <= status[:, :-1])
    n_known = known.sum(axis=1)
    implied = np.maximum(0.0, 1 - behind / steps)
    share: Floats = np.where(n_known > 0, kept.sum(axis=1) / np.maximum(n_known, 1), implied)
    return share


def _collected(tape: Tape, otherwise: Floats) -> Floats:
    amounts = tape.history.amount_received[:, -6:].astype(np.float64)
    known = ~np.isnan(amounts)
    due = known.sum(axis=1) * tape.notes.number("p_and_i")
    total = np.where(known, amounts, 0.0).sum(axis=1)
    share = np.clip(total / np.where(due > 0, due, 1.0), 0.0, 1.5)
    collected: Floats = np.where(due > 0, share, otherwise)
    return collected


def _slipped(history: PaymentHistory, behind: Floats) -> Floats:
    then = history.months_delinquent[:, -7].astype(np.float64)
    slipped: Floats = np.where(then == UNKNOWN, 0.0, np.clip(behind - then, -12, 6))
    return slipped
