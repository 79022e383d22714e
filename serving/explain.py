"""Why a note of a tape has its odds: the model's reasons, and the resolved notes that it had the same reasons for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import process

from features import FEATURES, Group
from features.spoken import spoken_meaning, spoken_name, spoken_value
from models.contributions import against_the_others, contributions
from models.predictor import Floats, feature_values
from models.references import ReferenceNotes
from notes import OUTCOMES, OutcomeProbabilities, Tape, TapeError, UsageError
from pricing import build_legs, price_bids
from reports.explanation import Effects, NoteExplanation, Reason, ReasonGroup, Similar, SimilarNote, cut_line
from serving.request import DEMO_WARNING, ScoreRequest
from tapes import TapeReading, read_tape

N_SIMILAR, N_NEAR = 5, 50
_FACTS = ("months_behind", "full_payments_12m", "ltv", "occupancy_owner")
_FACT_HEADINGS = ("behind", "paid of 12", "LTV", "owner")
_BID = (
    *("bid", "bid_status", "no_bid_reason", "bid_pct_upb", "bid_pct_value", "expected_price", "floor_price", "max_bid"),
    *("binding_outcome", "expected_yield", "expected_roi", "expected_months", "loss_probability", "flags"),
    *("bid_low", "bid_high", *(f"p_{one}_{end}" for one in OUTCOMES for end in ("low", "high")), "far_from_training"),
)
_LIENS = {1: "first lien", 2: "second lien", 3: "third lien"}
_FEATURE = {one.name: one for one in FEATURES}


@dataclass(frozen=True)
class ExplainRequest:
    """A note to explain.

    Parameters
    ----------
    score
        The tape that it is on, the model and the assumptions, as for a score; nothing is written.
    loan_id
        The note.
    seller
        Whose, where several sellers have a loan of that number; None: not said.
    references
        The resolved notes kept with the model; None: there are none.
    """

    score: ScoreRequest
    loan_id: str
    seller: str | None = None
    references: ReferenceNotes | None = None


def explain(request: ExplainRequest) -> NoteExplanation:
    """Explain a note.

    Raises
    ------
    UsageError
        No note of that number is on the tape (the nearest are named), or several sellers have one.
    TapeError
        The tape is refused, or the note's row was excepted.
    """
    reading = read_tape(request.score.tape, request.score.reading)
    position = find_note(reading, request)
    tape = reading.tape.take(np.array([position], dtype=np.intp))
    frame = request.score.model.features(tape)
    probabilities = request.score.model.predict(frame)
    predictor = request.score.model.bundle.predictor
    values = feature_values(frame, predictor.model.feature_names)
    split = against_the_others(contributions(predictor.model, values, predictor.threads))[0]
    average, effects = beside_average(split, request.references)
    reasons = _reasons(predictor.model.feature_names, values[0], effects, request.references)
    notes, bid = tape.notes, _bid(request.score, reading, position, tape, (frame, probabilities))
    return NoteExplanation(
        banner=DEMO_WARNING if request.score.is_demo else "",
        loan_id=str(notes.text("loan_id")[0]),
        seller=str(notes.text("seller")[0]),
        as_of_date=str(notes.days("as_of_date")[0]),
        facts=_facts(tape, frame),
        odds={str(one): float(probabilities[one][0]) for one in OUTCOMES},
        bid=bid,
        average=_effects(average),
        groups=_groups(reasons),
        total=_effects(split.sum(axis=0)),
        similar=_similar(request, frame, split[:-1]),
        model=request.score.model.bundle.sha256,
        training_data=str(request.score.model.bundle.manifest["training_data"]),
        remarks=(*_remarks(reading, position, request), *_far(bid)),
    )


def beside_average(split: Floats, references: ReferenceNotes | None) -> tuple[Floats, Floats]:
    """Give the average resolved note's scores, and what each feature adds beside it, as sums to the same note.

    The model's own base is the mean of the rows it was fitted on, among them open notes once for each end they may have.
    """
    middle = np.zeros_like(split[:-1]) if references is None else references.average
    return split[-1] + middle.sum(axis=0), split[:-1] - middle


def find_note(reading: TapeReading, request: ExplainRequest) -> int:
    """Find the note that is meant: its position among the notes read; of several dates the latest."""
    notes, wanted = reading.tape.notes, request.loan_id.strip()
    loan_ids, sellers = notes.text("loan_id"), notes.text("seller")
    of_number = np.flatnonzero(loan_ids == wanted)
    if not len(of_number):
        raise _not_found(reading, request, wanted)
    found = of_number
    if request.seller is not None:
        said = request.seller.strip().casefold()
        found = np.array([i for i in of_number if sellers[i].strip().casefold() == said], dtype=np.intp)
    named = sorted({cut_line(sellers[i]) or "(none)" for i in (found if len(found) else of_number)})
    if not len(found):
        raise UsageError(
            f"loan {cut_line(wanted)} is not of the seller {cut_line(request.seller or '')!r}; it is of {', '.join(named)}"
        )
    if request.seller is None and len(named) > 1:
        raise UsageError(f"loan {cut_line(wanted)} is of several sellers; say which with --seller: {', '.join(named)}")
    return int(found[np.argmax(notes.days("as_of_date")[found])])


def _not_found(reading: TapeReading, request: ExplainRequest, wanted: str) -> Exception:
    place, shown = request.score.tape.name, cut_line(wanted)
    excepted = [one for one in reading.exceptions if one.loan_id == wanted]
    if excepted:
        why = "; ".join(sorted({f"{one.field}: {one.code}, {one.fix}" for one in excepted}))
        return TapeError(f"{place}: loan {shown} is in row {excepted[0].row}, which cannot be priced: {why}")
    # Not difflib, which takes a minute over a million loans.
    near = process.extract(wanted, list(dict.fromkeys(reading.tape.notes.text("loan_id"))), limit=3, score_cutoff=50)
    nearest = f"; nearest: {', '.join(cut_line(one[0]) for one in near)}" if near else ""
    return UsageError(f"{place}: there is no loan {shown} among its {len(reading.tape):,} notes{nearest}")


def _reasons(names: Sequence[str], values: Floats, effects: Floats, references: ReferenceNotes | None) -> list[Reason]:
    middle = pd.Series(np.nan, index=list(names)) if references is None or not len(references) else references.middle
    reasons = []
    for name, value, one in zip(names, values, effects, strict=True):
        feature, usual = _FEATURE[name], float(middle[name])
        shown = "" if np.isnan(usual) else spoken_value(feature, usual)
        said = (feature.unit, spoken_meaning(feature), spoken_name(feature), spoken_value(feature, float(value)))
        reasons.append(Reason(name, *said, float(value), usual, shown, _effects(one)))
    return reasons


def _groups(reasons: Sequence[Reason]) -> tuple[ReasonGroup, ...]:
    groups = []
    for group in Group:
        own = sorted((one for one in reasons if _FEATURE[one.feature].group is group), key=lambda one: -one.size)
        together = np.sum([one.effects for one in own], axis=0) if own else np.zeros(len(OUTCOMES))
        groups.append(ReasonGroup(group.value, _effects(together), tuple(own)))
    return tuple(groups)


def _facts(tape: Tape, frame: pd.DataFrame) -> tuple[str, ...]:
    notes = tape.notes
    lien = _LIENS.get(int(notes.number("lien_position")[0]), "junior lien")
    behind = spoken_value(_FEATURE["months_behind"], float(frame["months_behind"].iloc[0]))
    return (
        f"{lien} in {notes.text('property_state')[0]}",
        f"UPB ${notes.number('upb')[0]:,.0f}",
        f"value ${notes.number('as_is_value')[0]:,.0f}",
        f"{behind} months behind",
    )


def _bid(
    request: ScoreRequest,
    reading: TapeReading,
    position: int,
    tape: Tape,
    predicted: tuple[pd.DataFrame, OutcomeProbabilities],
) -> dict[str, Any]:
    """Price the note alone, which gives the bid that it has on its tape; ``predicted`` are its features and odds."""
    probabilities = predicted[1]
    assumptions, own = request.terms(tape)
    marks = request.marks(reading)
    flags = [marks["reading_flags"][position]]
    legs = build_legs(tape, assumptions, own)
    doubt, review = request.model.doubt(tape, *predicted), marks["review_reason"]
    sheet = price_bids(tape, legs, probabilities, assumptions, reading_flags=flags, review_reason=review, doubt=doubt)
    row = sheet.frame.iloc[0]
    return {name: row[name] if isinstance(row[name], str) else float(row[name]) for name in _BID}


def _similar(request: ExplainRequest, frame: pd.DataFrame, effects: Floats) -> Similar | None:
    references = request.references
    if references is None or not len(references):
        return None
    near = references.nearest(effects, N_NEAR, leave_out=request.loan_id.strip())
    resolved = references.resolved
    outcomes = [str(resolved.outcome[row]) for row in near.rows]
    notes = [
        SimilarNote(
            loan_id=str(resolved.loan_id[row]),
            as_of_date=str(resolved.as_of_date[row]),
            outcome=str(resolved.outcome[row]),
            outcome_detail=str(resolved.outcome_detail[row]),
            months=float(resolved.months[row]),
            distance=float(distance),
            facts=_similar_facts(references.features.iloc[row]),
        )
        for row, distance in zip(near.rows[:N_SIMILAR], near.distance, strict=False)
    ]
    return Similar(
        headings=_FACT_HEADINGS,
        own_facts=_similar_facts(frame.iloc[0]),
        notes=tuple(notes),
        counts={str(one): outcomes.count(str(one)) for one in OUTCOMES},
        n_near=len(near.rows),
        n_all=len(references),
        middle_distance=near.middle_distance,
    )


def _similar_facts(row: pd.Series) -> tuple[str, ...]:
    return tuple(spoken_value(_FEATURE[name], float(row[name])) if name in row else "" for name in _FACTS)


def _remarks(reading: TapeReading, position: int, request: ExplainRequest) -> tuple[str, ...]:
    notes = reading.tape.notes
    loan_id, seller = notes.text("loan_id"), notes.text("seller")
    same = np.count_nonzero((loan_id == loan_id[position]) & (seller == seller[position]))
    remarks = [f"the tape has this loan on {same} dates; this is the latest"] if same > 1 else []
    if request.references is not None and not len(request.references):
        remarks.append("the model was trained without one resolved note")
    if request.score.own_timelines:
        remarks.append("priced with the months of the model's own resolutions")
    if request.score.own_recoveries:
        remarks.append("priced with the branch weights and recoveries of the model's own resolutions")
    return tuple(remarks)


def _far(bid: dict[str, Any]) -> tuple[str, ...]:
    return (f"far from what the model learned from: {bid['far_from_training']}",) if bid["far_from_training"] else ()


def _effects(values: Floats) -> Effects:
    return tuple(float(one) for one in values)
