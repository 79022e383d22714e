"""Money as sellers write it, put into plain dollars.

``$120,345.67``, ``USD 1,200``, ``(1,200.00)``, ``1,200-`` and ``-$5`` are read; separators of thousands (comma, apostrophe,
space) must stand where they belong.  ``120k``, ``1.2M`` and amounts in another currency are refused cell by cell.

``DR`` and ``CR`` are the servicer's own books.  What a borrower owes is a debit there, so on a balance, an advance or a fee
``DR`` is positive and ``CR`` negative; money that came in or is held for the borrower is a credit, so there it is the other
way round (:data:`_CREDITS`, and a balance of escrow).

A lone dash is zero in a column with other money formatting (``$``, parentheses, separators, two decimals), since accounting
formats write zero that way, and nothing in any other; ``$ -`` is zero anywhere.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.schema import Field
from tapes.asking import Answer, Question
from tapes.forms.distinct import Distinct
from tapes.forms.exact import plain_numbers, shifted
from tapes.forms.formed import Context, Formed, Mask
from tapes.forms.missing import NINES, missing_remark, plain_dashes, shown_heading, stands_for_nothing
from tapes.forms.money_cells import has_comma_decimals, has_dot_decimals, read_amount
from tapes.forms.signs import counts_held, heading_says_held, settle_signs

_CREDITS = frozenset({"suspense_balance", "last_payment_amount", "amount_received", "net_proceeds", "gross_proceeds"})
"""Columns of which a credit is the natural side."""
_PLACES = {"dollars": 0, "thousands": 3, "millions": 6, "cents": -2, "european": 0}
_UNITS = {
    "dollars": "dollars",
    "thousands": "thousands of dollars",
    "millions": "millions of dollars",
    "cents": "cents",
    "european": "dollars, comma as decimal mark",
    "annual": "dollars a year",
}
_SIGNS = frozenset({"advance_positive", "advance_negative"})
"""What a mapping may say of a column of escrow: which sign an advance has.  The unit is then dollars."""
_MONTHLY = frozenset({"p_and_i", "senior_payment"})
_NO_MONEY = frozenset({"percent", "fraction", "basis_points"})
"""What a heading may say that makes the column no amount; other words of headings (a month's payment) say nothing of it."""
_SIMPLE = r"^-?\$? ?-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?$"
_FORMATTED = r"[$(]|[0-9],[0-9]{3}|\.[0-9]{2}\)?$"
_GROUPED_BY_DOTS = re.compile(r"\d{1,3}\.\d{3}", re.ASCII)
_FEWEST = 3
_FILLED = frozenset({"as_is_value", "original_value"})
_LEAST_FILLER = 9_999_999
"""The least amount of nothing but nines that is taken for a filler."""


def form_money(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of money into plain dollars.

    The unit is the mapping's word (``dollars``, ``thousands``, ``millions``, ``cents``, ``annual`` for a year's instalments,
    ``european`` for a decimal comma, ``advance_positive`` or ``advance_negative`` for escrow), else the heading's, else
    dollars.  Decimal commas are also read where every cell proves them.
    """
    hint = context.unit_hint if context.unit_hint in _UNITS or context.unit_hint in _NO_MONEY else None
    unit = context.stated or hint or "dollars"
    signs = unit if unit in _SIGNS else None
    unit = "dollars" if signs else unit
    if unit not in _UNITS or (unit == "annual" and one.name not in _MONTHLY):
        return _not_money(text, unit, context)
    values = plain_numbers(text)
    filled = values is not None and _has_fillers(one, context) and bool((values >= _LEAST_FILLER).any())
    if values is not None and not filled and unit == "dollars" and not heading_says_held(one.name, context.heading):
        dotted = _dotted_thousands(text, values, context)
        if dotted is not None or (signs is None and not bool((values < 0).any())):
            return Formed(_nothing(text), question=dotted) if dotted else Formed(text, _UNITS[unit])
    return _Money(Distinct(text), one, context).formed(text, unit, signs)


def _has_fillers(one: Field, context: Context) -> bool:
    """Tell a seller's column of values, in which nothing but nines stands for nothing."""
    return one.name in _FILLED and context.heading.lower() != one.name


class _Money:
    """A column of money by its distinct cells."""

    def __init__(self, distinct: Distinct, one: Field, context: Context) -> None:
        self.distinct, self.one, self.context = distinct, one, context
        self.array = pa.array(distinct.texts, pa.string())
        typed = context.numeric
        written = distinct.counts if typed is None else distinct.counts_in(~typed)
        self.as_text: Mask = written > 0
        self.against = "DR" if one.name in _CREDITS else "CR"

    def formed(self, text: Any, unit: str, signs: str | None) -> Formed:
        if unit == "dollars" and self.context.stated != "dollars":
            proven = self._comma_decimals()
            if isinstance(proven, Question):
                return Formed(_nothing(text), question=proven)
            unit = "european" if proven else unit
        if counts_held(self.one.name, self.context.heading, signs):
            self.against = "DR"
        cells, nothing, dashes = self._cells(unit)
        numbers = _floats(cells)
        cells, remarks = settle_signs(cells, numbers, self.distinct.counts, self.one.name, self.context.heading, signs)
        remarks += self._dash_remark(dashes)
        remarks += missing_remark(
            self.context.heading,
            self.distinct.count(nothing),
            (cell for cell, hit in zip(self.distinct.texts, nothing, strict=True) if hit),
        )
        return Formed(self.distinct.spread(cells), _UNITS[unit], remarks=remarks)

    def _cells(self, unit: str) -> tuple[list[str | None], Mask, Mask]:
        """Give the distinct cells in dollars (as written where unreadable), which stand for nothing, and which for zero."""
        european, places = unit == "european", _PLACES.get(unit, 0)
        simple = np.zeros(len(self.distinct.texts), dtype=bool)
        cells: list[str | None] = list(self.distinct.texts)
        if not european:
            found = pc.match_substring_regex(self.array, _SIMPLE)
            simple = found.to_numpy(zero_copy_only=False)
            cells = pc.if_else(found, pc.replace_substring_regex(self.array, r"[$, ]", ""), self.array).to_pylist()
        is_zero = self._has_money_formatting()
        nothing = np.zeros(len(cells), dtype=bool)
        if _has_fillers(self.one, self.context):
            nothing = pc.match_substring_regex(self.array, NINES).to_numpy(zero_copy_only=False).astype(bool)
        dashes = np.zeros(len(cells), dtype=bool)
        cells = [None if filler else cell for filler, cell in zip(nothing, cells, strict=True)]
        simple = simple | nothing
        for i in np.flatnonzero(~simple):
            written = self.distinct.texts[i]
            if stands_for_nothing(written):
                dashes[i] = is_zero and not plain_dashes(written).strip("- ")
                nothing[i] = not dashes[i]
                cells[i] = "0" if dashes[i] else None
            else:
                cells[i] = self._dollars(written, european and bool(self.as_text[i]))
        if places or unit == "annual":
            cells = [_in_unit(cell, unit, places) for cell in cells]
        return cells, nothing, dashes

    def _dollars(self, written: str, european: bool) -> str:
        amount = read_amount(written, european)
        if amount is None or (amount.side and amount.negative):
            return written
        return f"-{amount.number}" if amount.negative or amount.side == self.against else amount.number

    def _has_money_formatting(self) -> bool:
        hits = pc.match_substring_regex(self.array, _FORMATTED).to_numpy(zero_copy_only=False)
        return bool((hits & self.as_text).any())

    def _comma_decimals(self) -> bool | Question:
        """Say whether the column writes decimals behind a comma; a question where cells speak for it and none against."""
        cells = self.distinct.texts
        some = pc.match_substring_regex(self.array, r",[0-9]{1,2}\D*$|\.[0-9]{3}\.").to_numpy(zero_copy_only=False)
        commas = self._typed([hit and has_comma_decimals(cell) for cell, hit in zip(cells, some, strict=True)])
        if not commas.any():
            return False
        dots = self._typed([has_dot_decimals(cell) for cell in cells])
        amounts = dots | self._typed([read_amount(cell, european=True) is not None for cell in cells])
        n_commas, n_dots, n_amounts = (self.distinct.count(hits) for hits in (commas, dots, amounts))
        both = any("." in cell for cell, hit in zip(cells, commas, strict=True) if hit)
        if not n_dots and (both or n_commas == n_amounts > 1):
            return True
        if n_commas <= n_dots or 2 * n_commas < n_amounts or n_commas < _FEWEST:
            return False
        example = cells[int(np.argmax(commas))]
        return _ask(
            self.context.heading,
            f"{n_commas:,} of {n_amounts:,} amounts have a comma before their last one or two digits ({example}), "
            f"{n_dots:,} can only be read with a dot as decimal mark",
            "Is the comma the decimal mark?",
            ("european", "yes: 1.200,50 is 1200.50"),
            ("dollars", "no: amounts with such a comma are refused"),
        )

    def _typed(self, hits: list[bool]) -> Mask:
        """Keep of some distinct cells those that the file holds as text."""
        typed: Mask = self.as_text & np.array(hits, dtype=bool)
        return typed

    def _dash_remark(self, dashes: Mask) -> tuple[str, ...]:
        n = self.distinct.count(dashes)
        lone = f"{n:,} lone dashes are" if n != 1 else "1 lone dash is"
        return (
            (f"Column {shown_heading(self.context.heading)}: {lone} zero, as accounting formats write it.",)
            if n
            else ()
        )


def _in_unit(cell: str | None, unit: str, places: int) -> str | None:
    if cell is None or read_amount(cell) is None:
        return cell
    return f"{float(cell) / 12:.6f}" if unit == "annual" else shifted(cell, places)


def _floats(cells: list[str | None]) -> NDArray[np.float64]:
    try:
        values: NDArray[np.float64] = pc.cast(pa.array(cells, pa.string()), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        amounts = [None if cell is None else read_amount(cell) for cell in cells]
        pairs = zip(amounts, cells, strict=True)
        values = np.array([np.nan if amount is None or cell is None else _float(cell) for amount, cell in pairs])
    return values


def _float(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def _dotted_thousands(text: Any, values: NDArray[np.float64], context: Context) -> Question | None:
    """Ask whether 350 dollars or 350,000 are meant where every amount looks like ``350.000``."""
    filled = ~np.isnan(values) & (values != 0)
    rows = np.flatnonzero(filled if context.numeric is None else filled & ~context.numeric)
    if context.stated is not None or not len(rows) or len(rows) < int(filled.sum()):
        return None
    if not all(_GROUPED_BY_DOTS.fullmatch(text[int(i)].as_py()) for i in rows[:_FEWEST]):
        return None
    cells = text.take(pa.array(rows))
    if not pc.all(pc.match_substring_regex(cells, r"^[1-9][0-9]{0,2}\.[0-9]{3}$")).as_py():
        return None
    return _ask(
        context.heading,
        f"every amount has exactly three digits behind its dot, as {cells[0].as_py()}",
        "Does the dot part thousands?",
        ("european", "yes: 350.000 is 350000"),
        ("dollars", "no: 350.000 is 350"),
    )


def _not_money(text: Any, unit: str, context: Context) -> Formed:
    if context.stated is None:
        remark = f"Column {shown_heading(context.heading)} is in {unit} by its heading, not in money: it is not read."
        return Formed(_nothing(text), "not read", remarks=(remark,))
    question = _ask(
        context.heading,
        f"the mapping says {unit!r}, which is no unit of money",
        "In which unit is the column?",
        ("dollars", "1200 is 1,200 dollars"),
        ("thousands", "1200 is 1,200,000 dollars"),
        ("cents", "1200 is 12 dollars"),
    )
    return Formed(_nothing(text), question=question)


def _ask(heading: str, evidence: str, asks: str, *answers: tuple[str, str]) -> Question:
    lines = tuple(Answer(meaning, "units", heading, unit) for unit, meaning in answers)
    return Question(heading, evidence, asks, lines)


def _nothing(text: Any) -> Any:
    return pa.chunked_array([pa.nulls(len(text), pa.string())])
