"""Why a note has its odds, as plain JSON values."""

from __future__ import annotations

import math
from typing import Any

from notes import OUTCOMES
from reports.explanation import Effects, NoteExplanation, Reason, Similar, how_to_read


def explanation_values(explanation: NoteExplanation) -> dict[str, Any]:
    """Give everything as plain JSON values, every feature included; what is missing is null."""
    similar = explanation.similar
    return {
        "loan_id": explanation.loan_id,
        "seller": explanation.seller,
        "as_of_date": explanation.as_of_date,
        "facts": list(explanation.facts),
        "odds": dict(explanation.odds),
        "bid": {name: _json(value) for name, value in explanation.bid.items()},
        "scale": " ".join(how_to_read(explanation)),
        "average_note": _by_outcome(explanation.average),
        "groups": [
            {
                "group": group.name,
                "effects": _by_outcome(group.effects),
                "features": [_reason_values(one) for one in group.reasons],
            }
            for group in explanation.groups
        ],
        "this_note": _by_outcome(explanation.total),
        "similar": None if similar is None else _similar_values(similar),
        "model": explanation.model,
        "training_data": explanation.training_data,
        "remarks": list(explanation.remarks),
    }


def _reason_values(reason: Reason) -> dict[str, Any]:
    return {
        "feature": reason.feature,
        "words": reason.words,
        "meaning": reason.meaning,
        "unit": reason.unit,
        "value": _json(reason.value),
        "usual": _json(reason.usual),
        "effects": _by_outcome(reason.effects),
        "direction": {
            str(one): "for" if value > 0 else "against" if value < 0 else "neither"
            for one, value in zip(OUTCOMES, reason.effects, strict=True)
        },
    }


def _similar_values(similar: Similar) -> dict[str, Any]:
    notes = [
        {
            "loan_id": one.loan_id,
            "as_of_date": one.as_of_date,
            "outcome": one.outcome,
            "outcome_detail": one.outcome_detail or None,
            "months": one.months,
            "distance": one.distance,
            "facts": dict(zip(similar.headings, one.facts, strict=True)),
        }
        for one in similar.notes
    ]
    counts = {str(one): similar.counts.get(one, 0) for one in OUTCOMES}
    return {
        "notes": notes,
        "near": similar.n_near,
        "counts": counts,
        "resolved_notes": similar.n_all,
        "middle_distance": similar.middle_distance,
    }


def _by_outcome(effects: Effects) -> dict[str, float]:
    return {str(one): value for one, value in zip(OUTCOMES, effects, strict=True)}


def _json(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
