"""Words and figures as the report and the model card write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notes import OUTCOMES
from notes.counts import count_of
from training.evaluate import Interval
from training.judge import BUCKET_TABLE, CHAMPION, MODEL
from training.splits import Split

MADE_WARNING = (
    "Trained on made notes. These figures show that the method works on notes whose truth is known; they say nothing about "
    "real notes, and no bid may rest on this model."
)
AGENCY_REMARK = (
    "Trained on an agency's loans: conforming loans under one servicing guide. Check it on your own resolutions before it "
    "bids on other notes."
)
_MODELS = {
    MODEL: "this model",
    CHAMPION: "the champion",
    BUCKET_TABLE: "bucket table",
    "class_prior": "class shares",
    "multinomial_logit": "multinomial logit",
}
_TRAINED_ON = {"made": "made notes", "own": "your own resolutions", "agency": "agency loans"}


def warning_of(training_data: str) -> str:
    """Give what must be said before anything else of a model trained on such data; empty: nothing."""
    return {"made": MADE_WARNING, "agency": AGENCY_REMARK}.get(training_data, "")


def trained_on(training_data: str) -> str:
    """Say whose notes those were."""
    return _TRAINED_ON[training_data]


def model_name(name: str) -> str:
    """Give a model's or baseline's name as prose has it."""
    return _MODELS.get(name, name.replace("_", " "))


def spoken(name: str) -> str:
    """Give a name without underscores."""
    return name.replace("_", " ")


def outcome_names() -> list[str]:
    """Give the four outcomes as prose has them."""
    return [spoken(str(one)) for one in OUTCOMES]


def in_last_month(n_snapshots: int) -> str:
    """Say why notes whose end is known are counted among the open ones."""
    return (
        f"{count_of(n_snapshots, 'snapshot')} ended in the month in which the seller's file ends, which it does not show "
        "whole, and counted as open at the month end before"
    )


def percent(share: float, digits: int = 1) -> str:
    """Write a share in percent.

    Examples
    --------
    >>> percent(0.1234), percent(0.5, 0)
    ('12.3%', '50%')
    """
    return f"{100 * share:.{digits}f}%"


def signed(value: float, digits: int = 4) -> str:
    """Write a number with its sign, a true minus, and none on what rounds to 0.

    Examples
    --------
    >>> signed(-0.01234), signed(0.5, 1), signed(-0.00001)
    ('−0.0123', '+0.5', '0.0000')
    """
    text = f"{value:+,.{digits}f}"
    return text[1:] if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def interval(one: Interval, digits: int = 4) -> str:
    """Write an estimate with its interval."""
    return f"{signed(one.estimate, digits)} [{signed(one.low, digits)}, {signed(one.high, digits)}]"


def mix(shares: Sequence[float]) -> list[str]:
    """Write a share an outcome."""
    return [percent(one) for one in shares]


def both_shares(predicted: Sequence[float], actual: Sequence[float]) -> list[str]:
    """Write predicted and actual share an outcome, percent without the sign, for a column that says so.

    Examples
    --------
    >>> both_shares([0.911], [0.8826])
    ['91.1 / 88.3']
    """
    return [f"{100 * one:.1f} / {100 * other:.1f}" for one, other in zip(predicted, actual, strict=True)]


def open_words(judged_months: int, horizon_months: int) -> str:
    """Say what "open" means of each part of the data, which are not looked at over the same months.

    Parameters
    ----------
    judged_months
        Within which an outcome counts in the parts that are fitted on, calibrated on and judged.
    horizon_months
        The same of all notes together.
    """
    if judged_months == horizon_months:
        return f"Open: without an outcome within {horizon_months} months of the as-of date."
    return (
        f"Open, in fit, calibrate and test: without an outcome within {judged_months} months of the as-of date, as long as "
        f"test notes were followed; in all: within {horizon_months} months. What came later counts as open."
    )


def taking_part(n_resolved: int, parts: Mapping[str, int], split: Split) -> str:
    """Say how many resolved snapshots each part of the split has, and why the others have no part in the judgement.

    Parameters
    ----------
    n_resolved
        Resolved snapshots, within the horizon.
    parts
        Those of ``fit``, ``calibrate`` and ``test``, within the judged months.
    """
    counts = [parts[name] for name in ("fit", "calibrate", "test")]
    left, n_used = split.no_part, sum(counts)
    late = n_resolved - n_used - left.embargo - left.young - left.other_side
    reasons = {
        f"in the {split.embargo_months} months of the embargo": left.embargo,
        f"too young, with less than {left.mature_months} months for an outcome to show": left.young,
        "of loans that are used on the other side of a cut": left.other_side,
        f"resolved after more than the {split.judged_months} months that are judged, so open there": late,
    }
    used = "{:,} to fit, {:,} to calibrate, {:,} to test".format(*counts)
    said = f"{n_used:,} of {n_resolved:,} resolved snapshots take part: {used}"
    why = "; ".join(f"{count:,} {reason}" for reason, count in reasons.items() if count)
    return f"{said}. The others: {why}. The model that is kept is fitted on all" if why else said


def probability_words(p_value: float) -> str:
    """Write a p-value.

    Examples
    --------
    >>> probability_words(0.0001), probability_words(0.234)
    ('under 0.001', '0.234')
    """
    return "under 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def sentence(remark: str) -> str:
    """Give a remark as a sentence: a capital, unless it begins with a file's name, and one full stop.

    Examples
    --------
    >>> sentence("no cut in time leaves enough to test on"), sentence("pay.csv: two rows. They were cut.")
    ('No cut in time leaves enough to test on.', 'pay.csv: two rows. They were cut.')
    """
    named = ":" in remark and " " not in remark.split(":")[0]
    begun = remark if named else f"{remark[:1].upper()}{remark[1:]}"
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."
