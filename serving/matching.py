"""The loans of two tapes, brought together: which are on both, which on one, and which of them could not be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tapes import TapeReading

Positions = NDArray[np.intp]
"""Positions of notes among those that a tape's reading kept."""


@dataclass(frozen=True)
class Match:
    """Where each loan of two tapes went.

    Parameters
    ----------
    old, new
        Positions on the old and the new tape of the loans that both have, pair by pair.
    gone
        Positions on the old tape of loans that the new one has nowhere.
    added
        Positions on the new tape of loans that the old one has nowhere.
    excepted_now, excepted_before
        Loans read on one tape only because the other's row was excepted: position on the tape that was read, and the
        other's codes.
    excepted_gone, excepted_new, excepted_both
        Loans that neither tape's notes have: loan number, codes on the old tape, codes on the new one.
    remarks
        Sentences for the user.
    """

    old: Positions
    new: Positions
    gone: Positions
    added: Positions
    excepted_now: tuple[tuple[int, str], ...]
    excepted_before: tuple[tuple[int, str], ...]
    excepted_gone: tuple[tuple[str, str], ...]
    excepted_new: tuple[tuple[str, str], ...]
    excepted_both: tuple[tuple[str, str, str], ...]
    remarks: tuple[str, ...]


def match_loans(old: TapeReading, new: TapeReading) -> Match:
    """Match two tapes by seller and loan number; by loan number alone where one of them names no seller.

    Of a loan that a tape has on several days the latest counts.  An excepted row names its loan number only.
    """
    by_seller = all((one.tape.notes.text("seller") != "").any() for one in (old, new))
    before, after = _keys(old, by_seller), _keys(new, by_seller)
    both = before.merge(after, on=["seller", "loan_id"], how="outer", suffixes=("_old", "_new"))
    on_old, on_new = both["position_old"].notna(), both["position_new"].notna()
    paired = both[on_old & on_new].sort_values("position_new")
    only_old, only_new = _sorted(both["position_old"][~on_new]), _sorted(both["position_new"][~on_old])
    bad_old, bad_new = _excepted(old), _excepted(new)
    ids_old, ids_new = old.tape.notes.text("loan_id"), new.tape.notes.text("loan_id")
    gone = [int(i) for i in only_old if ids_old[i] not in bad_new]
    added = [int(i) for i in only_new if ids_new[i] not in bad_old]
    known = {*ids_old, *ids_new}
    rest_old, rest_new = ({one: bad[one] for one in bad if one not in known} for bad in (bad_old, bad_new))
    return Match(
        old=paired["position_old"].to_numpy(dtype=np.intp),
        new=paired["position_new"].to_numpy(dtype=np.intp),
        gone=np.array(gone, dtype=np.intp),
        added=np.array(added, dtype=np.intp),
        excepted_now=tuple((int(i), bad_new[ids_old[i]]) for i in only_old if ids_old[i] in bad_new),
        excepted_before=tuple((int(i), bad_old[ids_new[i]]) for i in only_new if ids_new[i] in bad_old),
        excepted_gone=tuple((one, codes) for one, codes in rest_old.items() if one not in rest_new),
        excepted_new=tuple((one, codes) for one, codes in rest_new.items() if one not in rest_old),
        excepted_both=tuple((one, codes, rest_new[one]) for one, codes in rest_old.items() if one in rest_new),
        remarks=(
            *_lost_zeros([str(ids_old[i]) for i in gone], [str(ids_new[i]) for i in added]),
            *_several("old", before, old),
            *_several("new", after, new),
        ),
    )


def _keys(reading: TapeReading, by_seller: bool) -> pd.DataFrame:
    notes = reading.tape.notes
    seller = notes.text("seller") if by_seller else np.full(len(notes), "", dtype=object)
    frame = pd.DataFrame(
        {
            "seller": pd.array(seller, dtype="str"),
            "loan_id": pd.array(notes.text("loan_id"), dtype="str"),
            "day": notes.days("as_of_date").astype("datetime64[s]"),
            "position": np.arange(len(notes), dtype=np.float64),
        }
    )
    return (
        frame.sort_values("day", kind="stable").drop_duplicates(["seller", "loan_id"], keep="last").drop(columns="day")
    )


def _sorted(positions: pd.Series) -> list[int]:
    return sorted(int(one) for one in positions)


def _excepted(reading: TapeReading) -> dict[str, str]:
    """Give the codes of each excepted loan number; of one that has a readable row too, nothing."""
    codes: dict[str, list[str]] = {}
    for one in reading.exceptions:
        if one.loan_id.strip():
            codes.setdefault(one.loan_id, []).append(one.code)
    read = set(reading.tape.notes.text("loan_id"))
    return {loan_id: " ".join(dict.fromkeys(found)) for loan_id, found in codes.items() if loan_id not in read}


def _lost_zeros(gone: list[str], added: list[str]) -> list[str]:
    alike = {one.lstrip("0") for one in gone} & {one.lstrip("0") for one in added}
    if not alike:
        return []
    return [
        f"{len(alike):,} loan numbers are gone and new that differ by leading zeros alone: a spreadsheet may have dropped "
        "them; they count as different loans."
    ]


def _several(which: str, keys: pd.DataFrame, reading: TapeReading) -> list[str]:
    more = len(reading.tape) - len(keys)
    if not more:
        return []
    return [f"The {which} tape has {more:,} rows that are other days, or other sellers, of a loan: the latest counts."]
