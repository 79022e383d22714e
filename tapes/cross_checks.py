"""Columns against each other: an instalment in cents, a balance in thousands, a value in the balance's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from notes.months import Days, whole_months_between
from tapes.asking import Answer, Question, raise_open
from tapes.columns import Columns
from tapes.findings import Findings
from tapes.mapped import MappedTable
from tapes.rules import Values, was_modified

Floats = NDArray[np.float64]

_FEWEST, _FEWEST_CANONICAL = 3, 10
"""Rows from which a column is judged; of fewer the single cells are flagged, but for values that no home has.  A canonical
heading states its unit, so that more is needed to doubt it."""
_LEAST_HOME = 2_000.0
"""Dollars below which no home's value and no pool's usual balance lies."""
_MOST_HOME, _MOST_BALANCE = 5e6, 1e6
"""Dollars above which no pool's usual value and balance lies."""
_APART, _FAR_APART = 20.0, 50.0
_USUAL_TERM = 360.0
_CENTS, _ANNUAL = (40.0, 250.0), (7.0, 20.0)
"""How many times the instalment that rate, term and balance give is stated: about 100, about 12."""
_MOST = 2 / 3
_LEAST_INSTALMENT, _MOST_INSTALMENT = 0.5, 2.5
_SWAPPED = 1.25
_FITS, _FEW_FIT, _MOST_FIT = 0.1, 0.2, 0.6
"""An instalment fits a principal when it is within a tenth of what repays it over the rest of the term at the note's rate;
balance and value are doubted when it fits the value in over three fifths of the rows, in over half the value alone, and the
balance alone in fewer than a fifth as many."""
_NEARLY_ALL, _WITHIN = 0.9, 5.0
"""Share of the notes never modified that owe more than was lent, from which the two columns are doubted; further apart than
five times they are in two units rather than in each other's place."""
_REPAYS = 0.02
"""An instalment repays what was lent to within a fiftieth of it over the whole term."""
_MORE_THAN_PRINCIPAL, _LOW_RATE, _MORE_THAN_INTEREST = 1.15, 0.01, 1.5
_HIGH_RATE = 0.36


@dataclass(frozen=True)
class _Known:
    """What the checks look at; NaN where unknown or not above zero.

    ``ratio`` is the instalment over that of the original balance and term; ``of_debt`` and ``of_value`` over that which
    repays the balance, or the value in its place, in what is left of the term; ``of_upb_from_start`` and ``of_original``
    over that which repays the balance, or the original balance, in the whole of it.  ``modified``: as
    :func:`tapes.rules.was_modified` tells.
    """

    upb: Floats
    debt: Floats
    value: Floats
    original: Floats
    p_and_i: Floats
    ratio: Floats
    of_debt: Floats
    of_value: Floats
    of_upb_from_start: Floats
    of_original: Floats
    modified: NDArray[np.bool_]


def check_across(values: Values, mapped: MappedTable, as_of: Days, findings: Findings) -> None:
    """Compare columns: refuse a file whose column is in another unit than it says or in another's place, flag single rows.

    A unit that the mapping states is taken for granted.

    Raises
    ------
    TapeError
        A question about a column as a whole, with the mapping's lines that answer it.
    """
    known = _known(values, mapped.columns, as_of)
    raise_open(tuple(_questions(known, mapped)), mapped.table.place())
    findings.flag(known.upb == known.value, "W_UPB_IS_VALUE")
    findings.flag(known.value < _LEAST_HOME, "W_VALUE_RANGE")
    rate = values.number("note_rate")
    findings.flag((rate == 0) & (known.ratio > _MORE_THAN_PRINCIPAL), "W_RATE_ZERO")
    findings.flag(rate > _HIGH_RATE, "W_RATE_HIGH")
    findings.flag((rate > 0) & (rate < _LOW_RATE) & (known.ratio > _MORE_THAN_INTEREST), "W_RATE_LOW")
    findings.flag(_unlike_its_terms(known, values, as_of), "W_P_AND_I_TERMS")


def _known(values: Values, columns: Columns, as_of: Days) -> _Known:
    def above_zero(name: str) -> Floats:
        numbers = values.number(name)
        return np.where(numbers > 0, numbers, np.nan)

    upb, original, p_and_i = above_zero("upb"), above_zero("original_balance"), above_zero("p_and_i")
    debt = upb + np.nan_to_num(values.number("senior_lien_balance"))
    rate, value = values.number("note_rate"), above_zero("as_is_value")
    ratio = p_and_i / instalment(np.fmax(original, upb), rate, _term(values))
    left = whole_months_between(as_of, values.days("maturity_date")).astype(np.float64)
    left = np.where(left >= 1, left, np.nan)
    of_debt, of_value = (p_and_i / instalment(one, rate, left) for one in (upb, value))
    from_upb, from_original = (p_and_i / instalment(one, rate, _term(values)) for one in (upb, original))
    of = (of_debt, of_value, from_upb, from_original)
    return _Known(upb, debt, value, original, p_and_i, ratio, *of, was_modified(columns, values))


def instalment(principal: Floats, rate: Floats, months: Floats) -> Floats:
    """Give the level monthly instalment that repays a principal.

    Parameters
    ----------
    principal
        Dollars, shape (n_rows,).
    rate
        Annual fraction, shape (n_rows,); at 0 the instalment is the principal over the months.
    months
        Shape (n_rows,), at least 1.

    Returns
    -------
    float64, shape (n_rows,), dollars a month; NaN where something is missing.

    Examples
    --------
    >>> instalment(np.array([200_000.0, 1200.0]), np.array([0.06, 0.0]), np.array([360.0, 12.0])).round(2).tolist()
    [1199.1, 100.0]
    """
    monthly = np.where(rate > 0, rate / 12, np.nan)
    level = principal * monthly / -np.expm1(-months * np.log1p(monthly))
    return np.where(rate == 0, principal / months, level)


def _term(values: Values) -> Floats:
    """Count months from the first instalment to maturity, 360 where unknown."""
    first, origination = values.days("first_payment_date"), values.days("origination_date")
    months = whole_months_between(np.where(np.isnat(first), origination, first), values.days("maturity_date"))
    return np.where(months >= 1, months, _USUAL_TERM).astype(np.float64)


def _questions(known: _Known, mapped: MappedTable) -> Iterator[Question]:
    columns = {name: mapped.assignment.of(name) for name in ("upb", "as_is_value", "p_and_i", "original_balance")}
    stated = mapped.mapping.units
    canonical = all(one is None or one.heading.lower() == name for name, one in columns.items())
    if canonical and len(known.upb) < _FEWEST_CANONICAL:
        return
    headings = {name: one.heading for name, one in columns.items() if one is not None and one.heading not in stated}
    yield from _amounts(known, headings)
    # One column is asked to change places with one other: what instalments show goes before what balances show.
    sure = tuple(_original_places(known, headings, by_instalment=True))
    yield from sure or tuple(_places(known, headings)) or _original_places(known, headings)
    if "p_and_i" in headings:
        yield from _instalments(known, headings["p_and_i"])


def _amounts(known: _Known, headings: dict[str, str]) -> Iterator[Question]:
    """Ask about balances and values a thousand or a hundred times too small or too large for each other."""
    both = ~np.isnan(known.upb) & ~np.isnan(known.value)
    if not both.any():
        return
    upb, debt, value = (float(np.median(one[both])) for one in (known.upb, known.debt, known.value))
    said = f"half of the balances are under {upb:,.2f} and half of the values under {value:,.2f}"
    if value < _LEAST_HOME and "as_is_value" in headings:
        yield _in_which(headings["as_is_value"], f"{said}, no price of a home", "thousands")
    if int(both.sum()) < _FEWEST:
        return
    if upb < _LEAST_HOME and (value < _LEAST_HOME or value > _FAR_APART * upb) and "upb" in headings:
        yield _in_which(headings["upb"], said, "thousands")
    all_in_cents = value > _MOST_HOME
    # Of values in thousands the balances only look like cents: one of the two is asked.
    apart = debt > _APART * value and value >= _LEAST_HOME
    if (apart or (all_in_cents and debt > _MOST_BALANCE)) and "upb" in headings:
        yield _in_which(headings["upb"], said, "cents")
    if (all_in_cents or (value > _APART * debt and upb >= _LEAST_HOME)) and "as_is_value" in headings:
        yield _in_which(headings["as_is_value"], said, "cents")


def _instalments(known: _Known, heading: str) -> Iterator[Question]:
    ratio = known.ratio[~np.isnan(known.ratio)]
    for unit, (low, high) in (("cents", _CENTS), ("annual", _ANNUAL)):
        hits = int(((ratio >= low) & (ratio <= high)).sum())
        if len(ratio) >= _FEWEST and hits >= _MOST * len(ratio):
            times = f"some {np.median(ratio):,.0f} times what rate, term and balance give"
            yield _in_which(heading, f"in {hits:,} of {len(ratio):,} rows it is {times}", unit)


def _places(known: _Known, headings: dict[str, str]) -> Iterator[Question]:
    """Ask about a balance and a value that are the same column, or stand in each other's place."""
    if not {"upb", "as_is_value"} <= set(headings):
        return
    upb, value = headings["upb"], headings["as_is_value"]
    right = Answer("both columns are what they seem", "units", upb, "dollars")
    both = ~np.isnan(known.upb) & ~np.isnan(known.value)
    same = int((known.upb == known.value).sum())
    if same >= _FEWEST and 2 * same > int(both.sum()):
        yield Question(
            f"{upb}, {value}",
            f"in {same:,} of {int(both.sum()):,} rows the two hold the same amount",
            "Is one of them a copy of the other?",
            (
                Answer(f"{value} is the balance again: the value is in another column", "columns", value, "ignored"),
                Answer(f"{upb} is the value again: the balance is in another column", "columns", upb, "ignored"),
                right,
            ),
        )
    for evidence in _signs_of_a_swap(known, both):
        yield _swapped(upb, (value, "as_is_value"), evidence)


def _swapped(upb: str, other: tuple[str, str], evidence: str) -> Question:
    """Ask whether the balance and another column, given as heading and field, stand in each other's place."""
    heading, name = other
    answers = (
        Answer("yes; this line and the next", "columns", upb, name),
        Answer("yes; this line and the one before", "columns", heading, "upb"),
        Answer("both columns are what they seem", "units", upb, "dollars"),
    )
    return Question(f"{upb}, {heading}", evidence, "Do the two stand in each other's place?", answers)


def _original_places(known: _Known, headings: dict[str, str], by_instalment: bool = False) -> Iterator[Question]:
    """Ask about a balance and an original balance in each other's place: who was never modified owes no more than was lent.

    Nearly all such notes owing more asks; so does half of them, where their instalments repay the balance from the start.
    """
    if not {"upb", "original_balance"} <= set(headings):
        return
    judged = ~np.isnan(known.upb) & ~np.isnan(known.original) & ~known.modified
    above = judged & (known.upb > known.original)
    n, n_above = int(judged.sum()), int(above.sum())
    if n < _FEWEST + 2 or 2 * n_above <= n or np.median(known.upb[above] / known.original[above]) > _WITHIN:
        return
    repays, repays_original = (
        int((above & (abs(one - 1) <= _REPAYS)).sum()) for one in (known.of_upb_from_start, known.of_original)
    )
    fits = 2 * repays > n_above and repays_original < _FEW_FIT * repays
    if not fits and (by_instalment or n_above < _NEARLY_ALL * n):
        return
    evidence = (
        f"in {n_above:,} of {n:,} rows of notes that nobody calls modified the balance is above the original balance"
    )
    if fits:
        evidence += (
            f", and in {repays:,} of them the instalment repays that balance from the start, not the original one"
        )
    yield _swapped(headings["upb"], (headings["original_balance"], "original_balance"), evidence)


def _signs_of_a_swap(known: _Known, both: NDArray[np.bool_]) -> tuple[str, ...]:
    """Say what speaks for balance and value in each other's place, nothing or the strongest sign."""
    judged = both & ~np.isnan(known.original)
    swapped = int((judged & (known.upb > _SWAPPED * known.original) & (known.value <= known.original)).sum())
    if swapped >= _FEWEST + 2 and 2 * swapped > int(judged.sum()):
        above = f"the balance is over {_SWAPPED:g} times the original balance, and the value is not"
        return (f"in {swapped:,} of {int(judged.sum()):,} rows {above}",)
    judged = both & ~np.isnan(known.of_debt) & ~np.isnan(known.of_value)
    n = int(judged.sum())
    by_debt, by_value = (judged & (abs(one - 1) <= _FITS) for one in (known.of_debt, known.of_value))
    fit_debt, fit_value = int(by_debt.sum()), int(by_value.sum())
    only_debt, only_value = int((by_debt & ~by_value).sum()), int((by_value & ~by_debt).sum())
    alone = 2 * only_value > n and only_debt < _FEW_FIT * only_value
    if n < _FEWEST + 2 or fit_value <= _MOST_FIT * n or not alone:
        return ()
    return (
        f"the instalment repays the balance over the rest of the term at the note's rate in {fit_debt:,} of {n:,} rows, and "
        f"the value in its place in {fit_value:,}",
    )


def _in_which(heading: str, evidence: str, unit: str) -> Question:
    meanings = {
        "thousands": "120 is 120,000 dollars",
        "cents": "120000 is 1,200 dollars",
        "annual": "it is a year's payment: 12000 is 1,000 dollars a month",
    }
    asks = "Is it a year's payment?" if unit == "annual" else f"Is the column in {unit}?"
    answers = (
        Answer(meanings[unit], "units", heading, unit),
        Answer("it is in dollars as it stands", "units", heading, "dollars"),
    )
    return Question(heading, evidence, asks, answers)


def _unlike_its_terms(known: _Known, values: Values, as_of: Days) -> NDArray[np.bool_]:
    """Tell instalments that neither interest alone nor repayment over any term in sight comes near."""
    rate = values.number("note_rate")
    left = whole_months_between(as_of, values.days("maturity_date")).astype(np.float64)
    over_the_rest = instalment(known.upb, rate, np.where(left >= 1, left, 1.0))
    over_the_term = known.p_and_i / known.ratio
    least = np.fmin(known.upb * rate / 12, over_the_term)
    most = np.where(np.isnat(values.days("maturity_date")), over_the_term, np.fmax(over_the_rest, over_the_term))
    good = (known.p_and_i >= _LEAST_INSTALMENT * least) & (known.p_and_i <= _MOST_INSTALMENT * most)
    told_already = (12 * known.p_and_i >= known.upb) & (left > 24)  # W_P_AND_I
    unlike: NDArray[np.bool_] = ~good & ~np.isnan(known.ratio) & ~told_already
    return unlike
