"""Snapshots of loans: which months are looked at, what was known then, and what came after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import HISTORY_MONTHS, PaymentHistory
from notes.history import UNKNOWN
from notes.months import month_end
from notes.schema import STATES
from tapes.fannie.layout import BANDS, OCCUPANCIES, PROPERTY_TYPES
from tapes.fannie.records import LoanMonths
from tapes.resolutions import LabelSettings, MonthsAfter, TermChange, Terminal

_EPOCH = 1970 * 12


@dataclass(frozen=True)
class Cells:
    """Snapshots by position: loan and column of a :class:`LoanMonths`, int64, shape (n_snapshots,)."""

    loan: NDArray[np.int64]
    column: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.loan)


@dataclass(frozen=True)
class Loans:
    """Acquisition data converted, indexed by loan_id; only loans that can be told as notes (state and value known)."""

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        assert self.frame.index.is_unique


def read_loans(acquisitions: pd.DataFrame) -> tuple[Loans, dict[str, int]]:
    """Convert the acquisition file.

    Returns
    -------
    loans
        Those with a state of the union or DC, an original balance, rate, term and loan-to-value.
    left_out
        How many lack which of these.
    """

    def number(name: str, scale: float = 1.0) -> pd.Series:
        return pd.to_numeric(acquisitions[name], errors="coerce") / scale

    units = number("units")
    value = number("original_upb") / number("original_ltv", 100.0)
    kind = acquisitions["property_type"].map(PROPERTY_TYPES)
    frame = pd.DataFrame(
        {
            "lien_position": 1.0,
            "original_balance": number("original_upb"),
            "original_rate": number("original_rate", 100.0),
            "original_term": number("original_term"),
            "origination_date": _month_start(acquisitions["origination"]),
            "first_payment_date": _month_start(acquisitions["first_payment"]),
            "rate_type": acquisitions["product_type"].map({"FRM": "fixed", "ARM": "arm"}),
            "property_state": acquisitions["state"].where(acquisitions["state"].isin(STATES)),
            "property_type": kind.mask(units.between(2, 4), "2-4_unit"),
            "units": units,
            "occupancy": acquisitions["occupancy"].map(OCCUPANCIES),
            "as_is_value": value.round(2),
            "original_value": value.round(2),
            "mi_coverage": number("mi_percent", 100.0),
            "credit_score": number("credit_score").where(lambda score: score.between(300, 850)),
            "dti": number("dti", 100.0),
            "original_ltv": number("original_ltv", 100.0),
        },
        index=acquisitions.index,
    )
    needed = {
        "a state (territories are not covered)": frame["property_state"].notna(),
        "an original balance and loan-to-value": np.isfinite(frame["as_is_value"]) & (frame["as_is_value"] > 0),
        "the original terms": frame[["original_rate", "original_term", "first_payment_date"]].notna().all(axis=1),
    }
    good = np.logical_and.reduce(list(needed.values()))
    left_out = {name: int((~has).sum()) for name, has in needed.items() if not has.all()}
    return Loans(frame[good]), left_out


def candidates(months: LoanMonths, is_loan: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find the months of which a snapshot can be taken: status known, still alive, bool, shape (n_loans, n_columns)."""
    column = np.arange(months.months_delinquent.shape[1])[None, :]
    alive = (column < months.terminal_at[:, None]) & (column < months.n_months[:, None])
    upb = months.upb - np.nan_to_num(months.non_interest_bearing)
    owed = np.isnan(upb) | (upb > 0)
    known: NDArray[np.bool_] = months.months_delinquent != UNKNOWN
    return months.is_recorded & alive & owed & known & is_loan[:, None]


def one_a_band(months: LoanMonths, possible: NDArray[np.bool_], seed: int) -> Cells:
    """Draw one snapshot a loan within each band of months behind.

    The draw hangs on the seed, the loan's number and the month only, not on the rest of the file.
    """
    key = _random_keys(months, seed)
    loans, columns = [], []
    for low, high in BANDS:
        inside = possible & (months.months_delinquent >= low) & (months.months_delinquent <= high)
        loan = np.flatnonzero(inside.any(axis=1))
        loans.append(loan)
        columns.append(np.where(inside[loan], key[loan], -1.0).argmax(axis=1))
    return _sorted(np.concatenate(loans), np.concatenate(columns))


def in_months(months: LoanMonths, possible: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> Cells:
    """Take every snapshot in wanted months, bool by month index."""
    index = months.first_month[:, None] + np.arange(possible.shape[1])[None, :]
    return _sorted(*np.nonzero(possible & wanted[np.minimum(index, len(wanted) - 1)]))


def worst(months: LoanMonths, possible: NDArray[np.bool_]) -> Cells:
    """Take each loan's worst month, the first where several are equal, of loans that were ever behind."""
    status = np.where(possible, months.months_delinquent, UNKNOWN)
    loan = np.flatnonzero(status.max(axis=1, initial=UNKNOWN) >= 1)
    return Cells(loan, status[loan].argmax(axis=1))


def history(months: LoanMonths, cells: Cells) -> PaymentHistory:
    """Give the sixty months up to and including each snapshot's, and nothing later."""
    back = cells.column[:, None] - np.arange(HISTORY_MONTHS - 1, -1, -1)[None, :]
    status = np.where(back >= 0, months.months_delinquent[cells.loan[:, None], np.maximum(back, 0)], UNKNOWN)
    return PaymentHistory(status.astype(np.int16), np.full(status.shape, np.nan, dtype=np.float32))


def months_after(months: LoanMonths, cells: Cells, settings: LabelSettings) -> MonthsAfter:
    """Give the months strictly after each snapshot's, up to the horizon."""
    n_columns = months.months_delinquent.shape[1]
    ahead = cells.column[:, None] + np.arange(1, settings.horizon_months + 1)[None, :]
    inside, loan = ahead < n_columns, cells.loan[:, None]
    status = np.where(inside, months.months_delinquent[loan, np.minimum(ahead, n_columns - 1)], UNKNOWN)
    modified = ahead == months.modified[cells.loan][:, None]
    ends = ahead == months.terminal_at[cells.loan][:, None]
    left = months.n_months[cells.loan] - 1 - cells.column
    return MonthsAfter(
        status.astype(np.int16),
        np.where(modified, TermChange.MODIFICATION, TermChange.NONE).astype(np.int8),
        np.where(ends, months.terminal[cells.loan][:, None], Terminal.NONE).astype(np.int8),
        np.minimum(left, settings.horizon_months),
        months.months_delinquent[cells.loan, cells.column].astype(np.float64),
    )


def note_frame(months: LoanMonths, cells: Cells, loans: Loans) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Say what was known of each snapshot at its month's end.

    Returns
    -------
    frame
        Canonical columns.
    scheduled
        bool, shape (n_snapshots,): notes whose balance is the one of the original terms.
    """
    at = (cells.loan, cells.column)
    loan_id = months.loan_id[cells.loan]
    frame = loans.frame.loc[loan_id].reset_index(drop=True)
    index = months.first_month[cells.loan] + cells.column
    behind = months.months_delinquent[at].astype(np.float64)
    stated, last = months.upb[at], _last_known(months.upb, cells)
    scheduled = np.isnan(last)
    deferred = _last_known(months.non_interest_bearing, cells)
    upb = np.where(np.isnan(stated), last, stated) - np.nan_to_num(deferred)
    frame["loan_id"], frame["as_of_date"] = loan_id, month_end(_days(index)).astype("datetime64[s]")
    frame["upb"] = np.where(scheduled, _scheduled_upb(frame, index, behind), upb).round(2)
    frame["deferred_balance"] = np.where(deferred > 0, deferred, np.nan)
    rate = _last_known(months.rate, cells) / 100.0
    frame["note_rate"] = np.where(np.isnan(rate), frame["original_rate"], rate).round(8)
    frame["maturity_date"] = _days(_last_known(months.maturity, cells)).astype("datetime64[s]")
    frame["valuation_date"], frame["valuation_type"] = frame["origination_date"], "original"
    modified = months.modified[cells.loan]
    known = modified <= cells.column
    changed = month_end(_days(np.where(known, months.first_month[cells.loan] + modified, np.nan)))
    frame["modification_date"] = changed.astype("datetime64[s]")
    return frame.drop(columns=["original_rate", "original_term"]), scheduled


def _scheduled_upb(frame: pd.DataFrame, index: NDArray[np.int64], behind: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the balance of the original terms after the instalments due by the month's end, less those unpaid."""
    first = frame["first_payment_date"].to_numpy(dtype="datetime64[M]").astype(np.int64) + _EPOCH
    term = frame["original_term"].to_numpy(dtype=np.float64)
    paid = np.clip(index - first + 1 - behind, 0.0, term)
    monthly = frame["original_rate"].to_numpy(dtype=np.float64) / 12.0
    growth = 1.0 + np.where(monthly > 0, monthly, 1.0)
    level = (growth**term - growth**paid) / (growth**term - 1.0)
    original: NDArray[np.float64] = frame["original_balance"].to_numpy(dtype=np.float64)
    upb: NDArray[np.float64] = original * np.where(monthly > 0, level, 1.0 - paid / term)
    return upb


def _last_known(values: NDArray[np.float64], cells: Cells) -> NDArray[np.float64]:
    """Carry the latest known value up to and including each snapshot's month; NaN where there is none."""
    column = np.arange(values.shape[1])[None, :]
    last = np.maximum.accumulate(np.where(np.isnan(values), -1, column), axis=1)[cells.loan, cells.column]
    return np.where(last >= 0, values[cells.loan, np.maximum(last, 0)], np.nan)


def _random_keys(months: LoanMonths, seed: int) -> NDArray[np.float64]:
    """Give each loan and month a number in [0, 1) that hangs on nothing else but the seed (SplitMix64)."""
    loan: NDArray[np.uint64] = pd.util.hash_array(months.loan_id, categorize=False)
    index = months.first_month[:, None] + np.arange(months.months_delinquent.shape[1])[None, :]
    with np.errstate(over="ignore"):
        x = loan[:, None] + index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = x ^ (x >> np.uint64(31))
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


def _sorted(loan: Any, column: Any) -> Cells:
    order = np.lexsort((column, loan))
    return Cells(loan[order].astype(np.int64), column[order].astype(np.int64))


def _days(index: Any) -> Any:
    """Give the first day of months by index, NaT where NaN."""
    values = np.asarray(index, dtype=np.float64)
    known = ~np.isnan(values)
    days = np.full(values.shape, np.datetime64("NaT", "D"))
    days[known] = (values[known].astype(np.int64) - _EPOCH).astype("datetime64[M]").astype("datetime64[D]")
    return days


def _month_start(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text, format="%m/%Y", errors="coerce").astype("datetime64[s]")
