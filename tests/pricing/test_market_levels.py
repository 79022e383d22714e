"""How far the shipped preset bids from what public pools of non-performing notes sold for."""

import re

import numpy as np
import pandas as pd
import pytest

from notes import OUTCOMES, Notes, OutcomeProbabilities, PaymentHistory, Tape
from notes.schema import STATES
from pricing import price_tape

# Fannie Mae's announcements of winning bids: when, UPB over broker's value, cover bid in % of UPB.
POOLS = [
    ("2021-10-31", 0.54, 108.09),
    ("2021-10-31", 0.57, 102.75),
    ("2021-10-31", 0.68, 106.13),
    ("2021-10-31", 1.13, 69.55),
    ("2023-09-30", 0.41, 98.12),
    ("2025-07-31", 0.49, 99.66),
    ("2025-07-31", 0.50, 99.82),
]
UPB = 183_055.0  # FHFA's mean over the loans that Fannie Mae and Freddie Mac sold, as are the 2.8 years behind
# FHFA: of the settled loans 40 % avoided foreclosure; in its first report these were 4.9 cured or paid off, 3.1 modified
# and 3.8 short sales and deeds, of 11.8.
AVOIDED = [0.4 * share / 11.8 for share in (4.9, 3.1, 3.8)]
ODDS = [*AVOIDED, 1 - sum(AVOIDED)]


def pool(as_of_date: str, ltv: float) -> Tape:
    """Make a note a state, all alike: 5 %, 34 months behind, taxes paid by the servicer and advances of 7 % of UPB."""
    day = pd.Timestamp(as_of_date)
    frame = pd.DataFrame(
        {
            "loan_id": list(STATES),
            "as_of_date": day,
            "upb": UPB,
            "note_rate": 0.05,
            "maturity_date": day + pd.DateOffset(years=20),
            "rate_type": "fixed",
            "lien_position": 1.0,
            "as_is_value": UPB / ltv,
            "valuation_date": day - pd.DateOffset(months=1),
            "valuation_type": "bpo_exterior",
            "property_state": list(STATES),
            "escrowed": True,
            "escrow_advance": 0.05 * UPB,
            "corporate_advance": 0.02 * UPB,
            "next_due_date": (day + pd.DateOffset(days=1)) - pd.DateOffset(months=34),
        }
    )
    return Tape(Notes(frame), PaymentHistory.unknown(len(frame)))


def share_of_upb(tape: Tape, assumptions) -> float:
    """Bid for a pool of which 39 % stand in New Jersey, New York and Florida, the rest alike everywhere else; % of UPB."""
    p = OutcomeProbabilities(np.tile(ODDS, (len(tape), 1)))
    sheet = price_tape(tape, p, assumptions).frame
    big = sheet["loan_id"].isin(["NJ", "NY", "FL"]).to_numpy()
    weight = np.where(big, 0.39 / 3, 0.61 / (~big).sum())
    return 100 * float((weight * sheet["bid"] / UPB).sum())


def patient(shipped, changed):
    """Give the same costs with 7 % asked of every outcome and no ROI bound, floor price or margin."""
    keys = {f"hurdle.{o}.{k}": v for o in OUTCOMES for k, v in {"base": 0.07, "slope": 0.0, "min_roi": -0.99}.items()}
    return changed(shipped, {**keys, "bid.expected_weight": 1.0, "bid.margin": 0.0})


@pytest.mark.parametrize("position", range(len(POOLS)))
def test_the_page_lists_what_the_shipped_preset_bids(shipped, changed, shipped_path, position: int):
    as_of_date, ltv, sold = POOLS[position]
    page = (shipped_path.parents[1] / "docs" / "pricing.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d{4}-\d\d) \| (\d+) % \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", page, flags=re.M)
    month, ltv_listed, sold_listed, bid, at_seven = listed[position]
    assert (month, float(ltv_listed), float(sold_listed)) == (as_of_date[:7], pytest.approx(100 * ltv), sold)
    tape = pool(as_of_date, ltv)
    assert float(bid) == pytest.approx(share_of_upb(tape, shipped), abs=0.06)
    assert float(at_seven) == pytest.approx(share_of_upb(tape, patient(shipped, changed)), abs=0.06)


def test_the_deeper_under_water_the_lower_the_bid(shipped):
    bids = [share_of_upb(pool("2021-10-31", ltv), shipped) for ltv in (0.41, 0.54, 0.68, 0.9, 1.13)]
    assert bids == sorted(bids, reverse=True)
