"""What a row must satisfy to be priced, and what is flagged on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from notes.months import Days, add_months, whole_months_between
from tapes.columns import Columns
from tapes.convert import to_flags
from tapes.files.lines import TOTAL
from tapes.findings import Findings, Mask
from tapes.refusal import shown_id

_PLACEHOLDER_IDS = pa.array(["0", "n/a", "#n/a", "na", "none", "null", "nan", "-", "."])
_LONGEST_ID = 100
_NAMED = 4
_ROUNDED = r"^\d(\.\d+)?[eE]\+?\d+$"
_OUT_OF_DOMAIN = ("land", "mixed_use", "commercial")
_MOST_UNITS = 4
_MOST_AHEAD = 12
"""Months that a borrower may plausibly have paid ahead."""
_MOST_OF_ORIGINAL = 1.5
"""A modification adds arrears to the balance; half as much again is more than arrears."""
_MOST_UNMODIFIED = 1.02
"""Without one the balance only falls, but for a slip of rounding or a fee."""
_OF_PROPERTY = frozenset(
    {
        "property_state",
        "property_zip",
        "property_type",
        "units",
        "occupancy",
        "as_is_value",
        "valuation_date",
        "valuation_type",
        "original_value",
        "annual_property_tax",
        "annual_insurance",
        "delinquent_taxes",
    }
)
"""In these the rows of one loan on several properties differ."""
_WHICH_PROPERTY = frozenset({"property_state", "property_zip", "property_type", "units"})
"""In one of these at least: two valuations of one property are two rows of one note."""
_PAST = (
    "origination_date",
    "last_payment_date",
    "valuation_date",
    "modification_date",
    "foreclosure_referral_date",
    "acceleration_date",
    "bankruptcy_filed_date",
)
_IN_ORDER = (
    ("origination_date", "first_payment_date"),
    ("origination_date", "maturity_date"),
    ("first_payment_date", "maturity_date"),
    ("origination_date", "next_due_date"),
)


def check_ids(columns: Columns, findings: Findings) -> None:
    """Except rows without a usable loan number; flag those that a spreadsheet has rounded."""
    ids = columns.cells("loan_id")
    placeholder = pc.is_in(pc.utf8_lower(ids), value_set=_PLACEHOLDER_IDS).to_numpy()
    total = pc.fill_null(pc.match_substring_regex(ids, f"(?i){TOTAL.pattern}"), False).to_numpy()
    long = pc.fill_null(pc.greater(pc.utf8_length(ids), _LONGEST_ID), False).to_numpy()
    findings.refuse_rows(~columns.filled("loan_id") | placeholder | total | long, "E_NO_ID", "loan_id", ids)
    rounded = pc.fill_null(pc.match_substring_regex(ids, _ROUNDED), False).to_numpy()
    findings.flag(rounded, "W_ID_DAMAGED")


def check_duplicates(columns: Columns, as_of: Days, findings: Findings) -> None:
    """Except rows that share loan number, seller and as-of date: all but the first when they are equal, else all.

    Rows that differ only in what they say of the property are one loan on several properties, and are called that.
    """
    identity = pd.DataFrame(
        {
            "loan_id": columns.cells("loan_id").to_pandas(),
            "seller": columns.cells("seller").to_pandas(),
            "as_of_date": as_of.astype("datetime64[s]"),
        }
    )
    settled = columns.filled("loan_id") & ~columns.table.ragged & ~np.isnat(as_of)
    repeated = identity.duplicated(keep=False).to_numpy() & settled
    if not repeated.any():
        return
    rows = np.flatnonzero(repeated)
    picked = pa.array(rows)
    cells = pd.DataFrame({i: column.take(picked).to_pandas() for i, column in enumerate(columns.table.columns)})
    cells = cells.fillna("")
    group = (
        identity.iloc[rows].groupby(["loan_id", "seller", "as_of_date"], dropna=False, sort=False).ngroup().to_numpy()
    )
    first = pd.Series(np.arange(len(rows))).groupby(group).transform("min").to_numpy()
    equal = (cells.to_numpy() == cells.to_numpy()[first]).all(axis=1)
    all_equal = pd.Series(equal).groupby(group).transform("all").to_numpy()
    repeats_first = all_equal & (first != np.arange(len(rows)))
    several = _several_properties(columns, cells, first)
    several = pd.Series(several).groupby(group).transform("all").to_numpy() & ~all_equal
    ids, n_rows = columns.cells("loan_id"), len(as_of)
    damaged = pc.fill_null(pc.match_substring_regex(ids, _ROUNDED), False).to_numpy()[rows] & ~all_equal
    findings.refuse_rows(_at(rows[damaged], n_rows), "E_ID_DAMAGED", "loan_id", ids)
    findings.refuse_rows(_at(rows[several], n_rows), "E_SEVERAL_PROPERTIES", "loan_id", ids)
    findings.refuse_rows(_at(rows[~all_equal & ~several], n_rows), "E_DUP", "loan_id", ids)
    findings.refuse_rows(_at(rows[repeats_first], len(as_of)), "E_DUP_SAME", "loan_id", columns.cells("loan_id"))


def flag_spellings(columns: Columns, as_of: Days, findings: Findings) -> None:
    """Flag rows whose loan numbers differ only as spreadsheets spell numbers: leading zeros, ``.0``, a quote before them.

    Warn of those that say the same in every other cell: they are one loan, and each of them is priced.
    """
    ids = columns.cells("loan_id")
    if not pc.any(pc.match_substring_regex(ids, r"^['\s]*0|^'|\.0+$")).as_py():
        return
    bare = pc.replace_substring_regex(pc.replace_substring_regex(ids, r"^['\s]*0*", ""), r"(\d)\.0+$", r"\1")
    keys = pd.DataFrame(
        {
            "bare": bare.to_pandas(),
            "seller": columns.cells("seller").to_pandas(),
            "as_of_date": as_of.astype("datetime64[s]"),
            "loan_id": ids.to_pandas(),
        }
    )
    asked = columns.filled("loan_id") & ~columns.table.ragged & ~findings.excepted
    if not (keys["bare"][asked].duplicated().any()):
        return
    kept = keys[asked].drop_duplicates()
    spelled = np.zeros(len(asked), dtype=bool)
    spelled[kept.index[kept.duplicated(["bare", "seller", "as_of_date"], keep=False)]] = True
    if not spelled.any():
        return
    findings.flag(spelled, "W_ID_SPELLING", "loan_id", ids)
    position = columns.table.headings.index(columns.headings["loan_id"])
    picked = pa.array(np.flatnonzero(spelled))
    others = [column.take(picked).to_pandas() for i, column in enumerate(columns.table.columns) if i != position]
    cells = pd.DataFrame({i: one.fillna("") for i, one in enumerate(others)}).assign(
        bare=keys["bare"][spelled].to_numpy()
    )
    twice = cells.duplicated(keep=False).to_numpy()
    if twice.any():
        named = ", ".join(
            repr(shown_id(one or "")) for one in ids.take(picked).filter(pa.array(twice))[:_NAMED].to_pylist()
        )
        findings.warnings.append(
            f"{int(twice.sum()):,} rows are the same loans under two spellings of their numbers ({named}), and equal in "
            "every other cell: each counts.  Take one of each out (W_ID_SPELLING)."
        )


def _several_properties(columns: Columns, cells: pd.DataFrame, first: NDArray[np.intp]) -> Mask:
    """Tell rows that say the same of the loan as the first of their group, or nothing, and are of another property.

    Parameters
    ----------
    cells
        What the file holds in the repeated rows, a column a column of the file.
    first
        The position among them of the first row of the same loan.
    """
    same, differs = np.ones(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    for name, heading in columns.headings.items():
        if heading not in columns.table.headings:
            continue
        one = cells[columns.table.headings.index(heading)].to_numpy()
        unlike = (one != one[first]) & (one != "") & (one[first] != "")
        if name in _WHICH_PROPERTY:
            differs |= unlike
        elif name not in _OF_PROPERTY:
            same &= ~unlike
    others = np.bincount(first[differs], minlength=len(cells))[first] > 0
    return same & others


class Values:
    """Converted columns by name, missing where the file has no such column."""

    def __init__(self, values: dict[str, Any], n_rows: int) -> None:
        self.by_name = values
        self._n_rows = n_rows

    def number(self, name: str) -> NDArray[np.float64]:
        """Give a numeric column, NaN missing."""
        return self.by_name[name] if name in self.by_name else np.full(self._n_rows, np.nan)

    def days(self, name: str) -> Days:
        """Give a date column, NaT missing."""
        return self.by_name[name] if name in self.by_name else np.full(self._n_rows, np.datetime64("NaT", "D"))

    def one_of(self, name: str, codes: tuple[str, ...]) -> Mask:
        """Say where a code column holds one of some codes."""
        if name not in self.by_name:
            return np.zeros(self._n_rows, dtype=bool)
        hits: Mask = pc.is_in(self.by_name[name], value_set=pa.array(codes, pa.string())).to_numpy()
        return hits


def check_required(columns: Columns, values: Values, findings: Findings, assume_first_lien: bool) -> None:
    """Except rows that lack what a bid cannot do without, and fill the lien position where that was asked for."""
    for name, code in (("upb", "E_UPB"), ("as_is_value", "E_VALUE"), ("property_state", "E_STATE")):
        findings.refuse_rows(~columns.filled(name), code, name, columns.written(name))
    worthless = values.number("as_is_value") == 0
    findings.refuse_rows(worthless, "E_VALUE", "as_is_value", columns.written("as_is_value"))
    findings.refuse_rows(values.number("upb") == 0, "E_RESOLVED", "upb", columns.written("upb"))
    no_instalment = ~columns.filled("p_and_i") | (values.number("p_and_i") == 0)
    findings.refuse_rows(~columns.filled("note_rate") & no_instalment, "E_RATE", "note_rate")
    lien, empty = values.number("lien_position"), ~columns.filled("lien_position")
    if assume_first_lien:
        values.by_name["lien_position"] = np.where(empty, 1.0, lien)
        findings.flag(empty, "W_LIEN_ASSUMED")
    else:
        findings.refuse_rows(empty, "E_LIEN", "lien_position", columns.written("lien_position"))
    partial = lien != np.floor(lien)
    findings.refuse_rows(partial & ~np.isnan(lien), "E_LIEN", "lien_position", columns.written("lien_position"))
    findings.refuse_rows((lien > 1) & ~columns.filled("senior_lien_balance"), "E_SENIOR", "senior_lien_balance")


def check_life(columns: Columns, values: Values, as_of: Days, findings: Findings) -> None:
    """Except rows whose dates contradict each other or the as-of date, and property that is no home."""
    for name in _PAST:
        findings.refuse_rows(values.days(name) > as_of, "E_FUTURE", name, columns.written(name))
    for before, after in _IN_ORDER:
        findings.refuse_rows(values.days(after) < values.days(before), "E_ORDER", after, columns.written(after))
    findings.refuse_rows(
        values.one_of("property_type", _OUT_OF_DOMAIN), "E_DOMAIN", "property_type", columns.written("property_type")
    )
    findings.refuse_rows(values.number("units") > _MOST_UNITS, "E_DOMAIN", "units", columns.written("units"))


def oldest_due(values: Values) -> Days:
    """Give the due date of the oldest unpaid instalment: as stated, else a month after ``paid_to_date``, else NaT."""
    stated, paid_to = values.days("next_due_date"), values.days("paid_to_date")
    return np.where(np.isnat(stated), add_months(paid_to, 1), stated)


def was_modified(columns: Columns, values: Values) -> Mask:
    """Tell notes that anything calls modified: a date, a flag, a maturity since, principal deferred, or the status."""
    flag = to_flags(columns.cells("modification_flag"))[0] == 1
    status = pc.fill_null(pc.match_substring(columns.cells("loan_status"), "loss_mitigation"), False).to_numpy()
    dated = ~np.isnat(values.days("modification_date")) | columns.filled("modified_maturity_date")
    told: Mask = flag | status | dated | (values.number("deferred_balance") > 0)
    return told


def flag_doubts(columns: Columns, values: Values, as_of: Days, findings: Findings) -> None:
    """Flag what is priced but should be looked at."""
    upb, value = values.number("upb"), values.number("as_is_value")
    debt = upb + np.nan_to_num(values.number("senior_lien_balance"))
    findings.flag((upb > 0) & ((debt < 0.01 * value) | (debt > 10 * value)), "W_VALUE_RANGE")
    left = whole_months_between(as_of, values.days("maturity_date"))
    findings.flag((12 * values.number("p_and_i") >= upb) & (left > 24), "W_P_AND_I")
    findings.flag(whole_months_between(as_of, values.days("next_due_date")) > _MOST_AHEAD, "W_PAID_AHEAD")
    senior = np.nan_to_num(values.number("senior_lien_balance"))
    findings.flag((values.number("lien_position") == 1) & (senior > 0), "W_LIEN_SENIOR")
    most = np.where(was_modified(columns, values), _MOST_OF_ORIGINAL, _MOST_UNMODIFIED) * values.number(
        "original_balance"
    )
    findings.flag(upb > most, "W_UPB_ORIGINAL")
    findings.flag(whole_months_between(values.days("valuation_date"), as_of) > 12, "W_VALUE_OLD")
    findings.flag(values.one_of("valuation_type", ("original",)), "W_VALUE_AT_ORIGINATION")
    sale = values.days("foreclosure_sale_date")
    findings.flag(values.one_of("foreclosure_status", ("sale_scheduled",)) & (sale < as_of), "W_SALE_DATE_PAST")
    findings.flag(values.one_of("foreclosure_status", ("none",)) & (sale >= as_of), "W_FORECLOSURE_CONFLICT")


def _at(rows: NDArray[np.intp], n_rows: int) -> Mask:
    mask = np.zeros(n_rows, dtype=bool)
    mask[rows] = True
    return mask
