"""From a tape to bids: the whole line, one statement a step."""

from __future__ import annotations

from dataclasses import replace

from pricing import build_legs, price_bids
from serving.request import ScoreRequest
from serving.result import Result, read_priceable, write_result


def score(request: ScoreRequest) -> Result:
    """Bid a tape and write the result folder.

    Raises
    ------
    TapeError
        The tape is refused, or nothing on it can be priced; then the folder holds ``exceptions.csv`` and ``run.json``.
    UsageError
        The result folder holds something else; or own months or recoveries are asked of a model without.
    ModelError
        What the bundle keeps of drift or of its own doubt cannot be read.
    """
    reading = read_priceable(request)
    frame = request.model.features(reading.tape)
    reading = replace(reading, warnings=(*reading.warnings, *request.about_history(reading, frame)))
    probabilities = request.model.predict(frame)
    assumptions, own = request.terms(reading.tape)
    legs = build_legs(reading.tape, assumptions, own)
    doubt, drift = request.model.doubt(reading.tape, frame, probabilities), request.drift(frame, probabilities)
    sheet = price_bids(reading.tape, legs, probabilities, assumptions, **request.marks(reading), doubt=doubt)
    return write_result(request, reading, sheet, drift)
