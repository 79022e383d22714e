"""What a seller says only by the way, told to where the contract has it: every cell so filled carries a flag."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.months import Days, add_months
from notes.schema import Kind, field
from tapes.columns import Columns, read_field
from tapes.convert import to_days
from tapes.fields import SELLER_FIELDS
from tapes.findings import Findings, Mask
from tapes.forms.distinct import Distinct
from tapes.forms.status_words import read_status
from tapes.headings.columns import shown_heading
from tapes.headings.valuation import valuation_code

_CONVERTED = (Kind.FLAG, Kind.DATE, Kind.NUMBER)
_MOST_APART = 31
"""Days by which a count of days past due may differ from the due date: sellers count from the day of grace, or by months."""
_STAGES: tuple[tuple[str, str], ...] = (
    ("foreclosure_sale_date", "sale_scheduled"),
    ("foreclosure_judgment_date", "judgment"),
    ("foreclosure_first_legal_date", "filed"),
    ("foreclosure_referral_date", "referred"),
)
"""The date that shows a stage."""
_WORKOUTS = ("forbearance", "trial", "repayment_plan", "deferral", "review")
"""What the note's status may say of loss mitigation."""
_BUCKET = "months_delinquent"
_CHAPTERS = ("7", "11", "12", "13")
_STAGE_CODES = field("foreclosure_status").codes


FILLS: dict[str, tuple[str, ...]] = {
    "days_past_due": ("next_due_date",),
    "remaining_term": ("maturity_date",),
    "modified_maturity_date": ("maturity_date",),
    "arm_flag": ("rate_type",),
    "foreclosure_flag": ("foreclosure_status",),
    **{name: ("foreclosure_status",) for name, _ in _STAGES},
    "bankruptcy_status": ("bankruptcy_chapter",),
    "loan_status": ("foreclosure_status", "bankruptcy_chapter", "loss_mitigation_status"),
    _BUCKET: ("foreclosure_status", "bankruptcy_chapter", "loss_mitigation_status"),
}
"""Which fields :func:`derive` may fill from a column, where they are empty."""


def derive(columns: Columns, as_of: Days, findings: Findings) -> Columns:
    """Fill what is empty from the seller's other columns, and set them against each other.

    A due date is told from the days past due, the maturity from the remaining term, an adjustable rate from its flag, the
    stage of a foreclosure from its dates, flag and the note's status, which may also name a chapter or a plan.  What the
    contract's own column says is never changed, but for a bankruptcy that another column calls over, and a maturity before
    a modification.

    Parameters
    ----------
    columns
        In contract form.
    as_of
        datetime64[D], shape (n_rows,); NaT on rows that are excepted.
    """
    columns = _with_valuation_type(columns, findings)
    seller = _Seller(columns, as_of, findings)
    if not seller.values and not seller.words and not seller.bucketed:
        return _with_foreclosure(columns, seller)
    findings.refuse_rows(seller.flag("reo_flag") == 1, "E_RESOLVED", "reo_flag", columns.written("reo_flag"))
    for name in ("foreclosure_first_legal_date", "foreclosure_judgment_date"):
        findings.refuse_rows(seller.days(name) > as_of, "E_FUTURE", name, columns.written(name))
    columns = _with_due_date(columns, seller)
    columns = _with_modified_maturity(columns, seller)
    columns = _with_maturity(columns, seller)
    columns = _with_rate_type(columns, seller)
    findings.flag(_foreclosure_conflict(columns, seller), "W_FORECLOSURE_CONFLICT")
    columns = _with_foreclosure(columns, seller)
    columns = _with_bankruptcy(columns, seller)
    columns = _with_workout(columns, seller)
    undated = (seller.flag("modification_flag") == 1) & ~columns.filled("modification_date")
    findings.flag(undated, "W_MODIFICATION_UNDATED")
    return columns


def _with_valuation_type(columns: Columns, findings: Findings) -> Columns:
    """Take the kind of valuation from the value's heading where no column has it: ``AVM Value``."""
    code = None if "valuation_type" in columns.text else valuation_code(columns.headings.get("as_is_value", ""))
    if code is None:
        return columns
    heading = shown_heading(columns.headings["as_is_value"])
    findings.warnings.append(f"valuation_type is {code}, by the heading {heading}.")
    return _filled(columns, "valuation_type", columns.filled("as_is_value"), pa.scalar(code))


@dataclass
class _Seller:
    """The seller's own columns, converted."""

    columns: Columns
    as_of: Days
    findings: Findings

    def __post_init__(self) -> None:
        here = [one for one in SELLER_FIELDS if one.name in self.columns.text]
        self.values = {one.name: read_field(self.columns, one, self.findings) for one in here if one.kind in _CONVERTED}
        self.words = [one.name for one in here if one.name in ("loan_status", "bankruptcy_status")]
        self.bucketed = _BUCKET in self.columns.text
        self._statuses = [self.columns.cells("loan_status")]
        if self.bucketed:
            self._statuses.append(_words_of_buckets(self.columns, self.findings))

    def flag(self, name: str) -> NDArray[np.float64]:
        """Give a flag as 1 and 0, or a number; NaN where it is missing."""
        return self.values[name] if name in self.values else np.full(len(self.as_of), np.nan)

    def days(self, name: str) -> Days:
        """Give a date of the seller's or of the contract's, NaT where it is missing or cannot be read."""
        days: Days = self.values[name] if name in self.values else to_days(self.columns.cells(name))[0]
        return days

    def says(self, name: str, word: str) -> Mask:
        """Say where a column in contract form holds a word."""
        return _says(self.columns, name, word)

    def status(self, word: str) -> Mask:
        """Say where the note's status says something, in the column of statuses or in that of buckets."""
        pattern = rf"(?:^|\+){word}(?:\+|$)"
        hits = (pc.fill_null(pc.match_substring_regex(one, pattern), False).to_numpy() for one in self._statuses)
        told: Mask = np.logical_or.reduce(list(hits))
        return told


def _words_of_buckets(columns: Columns, findings: Findings) -> Any:
    """Read the words that stand in a column of buckets as statuses of the note; null where a cell is a number or unknown.

    A word says there what it says under a heading of statuses: an end keeps the row out.
    """
    cells = Distinct(columns.cells(_BUCKET))
    found = [read_status(text) if any(map(str.isalpha, text)) else None for text in cells.texts]
    told = {one.tells for one in found if one is not None and one.tells}
    for code in sorted(told):
        mask = cells.mask([one is not None and one.tells == code for one in found])
        if code.startswith("E_"):
            findings.refuse_rows(mask, code, _BUCKET, columns.written(_BUCKET))
        else:
            findings.flag(mask, code, _BUCKET, columns.written(_BUCKET))
    return cells.spread([None if one is None else one.wording.code for one in found])


def _says(columns: Columns, name: str, word: str) -> Mask:
    hits: Mask = pc.fill_null(pc.equal(columns.cells(name), word), False).to_numpy()
    return hits


def _with_due_date(columns: Columns, seller: _Seller) -> Columns:
    late = seller.flag("days_past_due")
    known = ~np.isnan(late) & ~np.isnat(seller.as_of)
    if not known.any():
        return columns
    due = seller.as_of - np.where(known, late, 0).astype("timedelta64[D]")
    stated, paid_to = seller.days("next_due_date"), seller.days("paid_to_date")
    stated = np.where(np.isnat(stated), add_months(paid_to, 1), stated)
    apart = np.abs((stated - due).astype("timedelta64[D]").astype(np.float64))
    seller.findings.flag(known & ~np.isnat(stated) & (apart > _MOST_APART), "W_DUE_DAYS")
    empty = ~columns.filled("next_due_date") & ~columns.filled("paid_to_date") & known
    seller.findings.flag(empty, "W_DUE_DERIVED")
    return _filled(columns, "next_due_date", empty, _written(due))


def _with_modified_maturity(columns: Columns, seller: _Seller) -> Columns:
    """Take a modified note's maturity for its maturity; a column of maturities may still hold the one at origination."""
    modified, stated = seller.days("modified_maturity_date"), seller.days("maturity_date")
    known = ~np.isnat(modified)
    seller.findings.flag(known & ~np.isnat(stated) & (modified != stated), "W_MATURITY_MODIFIED")
    return _filled(columns, "maturity_date", known & (modified != stated), _written(modified))


def _with_rate_type(columns: Columns, seller: _Seller) -> Columns:
    """Take the rate for adjustable where a flag says so and nothing says otherwise; "no" leaves fixed and step."""
    is_arm = seller.flag("arm_flag") == 1
    seller.findings.flag(is_arm & seller.says("rate_type", "fixed"), "W_RATE_TYPE")
    return _filled(columns, "rate_type", is_arm & ~columns.filled("rate_type"), pa.scalar("arm"))


def _with_maturity(columns: Columns, seller: _Seller) -> Columns:
    term = seller.flag("remaining_term")
    empty = ~np.isnan(term) & ~np.isnat(seller.as_of) & ~columns.filled("maturity_date")
    if not empty.any():
        return columns
    seller.findings.flag(empty, "W_MATURITY_DERIVED")
    maturity = add_months(seller.as_of, np.rint(np.where(empty, term, 0)).astype(np.int64))
    return _filled(columns, "maturity_date", empty, _written(maturity))


def _foreclosure_conflict(columns: Columns, seller: _Seller) -> Mask:
    """Tell where the stated stage and the seller's flag or status speak against each other."""
    flag, none = seller.flag("foreclosure_flag"), seller.says("foreclosure_status", "none")
    told = (flag == 1) | (_stage_of_status(seller) >= 0)
    conflict: Mask = (none & told) | (columns.filled("foreclosure_status") & ~none & (flag == 0))
    return conflict


def _stage_of_status(seller: _Seller) -> NDArray[np.int64]:
    """Give the position of the stage that the note's status tells: -1 where it tells none, referred where it is bare."""
    bare = seller.status("foreclosure")
    stage = np.where(bare, _STAGE_CODES.index("referred"), -1)
    for _, code in _STAGES:
        stage = np.where(seller.status(f"foreclosure_{code}"), _STAGE_CODES.index(code), stage)
    return stage


def _with_foreclosure(columns: Columns, seller: _Seller) -> Columns:
    """Tell the stage where the status is empty: the furthest that a date up to the tape's shows, or a sale to come.

    A flag or a status without a stage counts as referred, the least that it can mean.  Where the seller flags no
    foreclosure, earlier dates are those of one that is over.
    """
    empty = ~columns.filled("foreclosure_status")
    told_by = ("foreclosure_flag", "loan_status", _BUCKET, *(name for name, _ in _STAGES))
    if not empty.any() or not any(name in columns.text for name in told_by):
        return columns
    flag, sale = seller.flag("foreclosure_flag"), seller.days("foreclosure_sale_date")
    reached = np.maximum(np.where(flag == 1, _STAGE_CODES.index("referred"), -1), _stage_of_status(seller))
    for name, code in _STAGES:
        shown = ~np.isnat(sale) if name == "foreclosure_sale_date" else seller.days(name) <= seller.as_of
        reached = np.maximum(reached, np.where(shown, _STAGE_CODES.index(code), -1))
    flagged_none = flag == 0
    told = empty & ((reached >= 0) | flagged_none)
    # The seller's own "no" is an answer and needs no flag, unless dates speak against it.
    seller.findings.flag(told & ~(flagged_none & (reached < 0)), "W_STATUS_DERIVED")
    reached = np.where(flagged_none & ~(sale >= seller.as_of), 0, reached)
    stages = pa.array(_STAGE_CODES, pa.string()).take(pa.array(np.maximum(reached, 0)))
    return _filled(columns, "foreclosure_status", told, stages)


def _with_bankruptcy(columns: Columns, seller: _Seller) -> Columns:
    """Take the chapter from the statuses where it is empty, that of a bankruptcy that is over out; flag contradictions."""
    told_over = seller.status("bankruptcy_over")
    over = seller.says("bankruptcy_status", "over") | told_over
    by_status, unlike = seller.status("bankruptcy"), np.zeros(len(over), dtype=bool)
    for chapter in _CHAPTERS:
        named = seller.says("bankruptcy_status", chapter) & ~columns.filled("bankruptcy_chapter")
        columns = _filled(columns, "bankruptcy_chapter", named, pa.scalar(chapter))
    for chapter in _CHAPTERS:
        named = seller.status(f"bankruptcy_{chapter}")
        by_status |= named
        empty = named & ~columns.filled("bankruptcy_chapter") & ~over
        columns = _filled(columns, "bankruptcy_chapter", empty, pa.scalar(chapter))
        unlike |= empty | (named & ~_says(columns, "bankruptcy_chapter", chapter))
    has_chapter = columns.filled("bankruptcy_chapter")
    seller.findings.flag((over & has_chapter) | told_over, "W_BANKRUPTCY_OVER")
    flag = seller.flag("bankruptcy_flag")
    is_open = (flag == 1) | seller.says("bankruptcy_status", "active") | by_status
    none_open = (flag == 0) | seller.says("bankruptcy_status", "none")
    against = unlike | (is_open & ~has_chapter) | (none_open & has_chapter)
    seller.findings.flag(~over & against, "W_BANKRUPTCY_CHAPTER")
    return _filled(columns, "bankruptcy_chapter", over & has_chapter, pa.scalar(None, pa.string()))


def _with_workout(columns: Columns, seller: _Seller) -> Columns:
    """Take the plan that the note's status names for its loss mitigation where that is empty."""
    for plan in _WORKOUTS:
        told = seller.status(plan) & ~columns.filled("loss_mitigation_status")
        seller.findings.flag(told, "W_STATUS_DERIVED")
        columns = _filled(columns, "loss_mitigation_status", told, pa.scalar(plan))
    return columns


def _filled(columns: Columns, name: str, where: Mask, values: Any) -> Columns:
    if not where.any():
        return columns
    text = pc.if_else(pa.array(where), values, columns.cells(name))
    return replace(columns, text=columns.text | {name: pa.chunked_array(text)})


def _written(days: Days) -> Any:
    return pa.array(np.datetime_as_string(days).astype(object), pa.string(), mask=np.isnat(days))
