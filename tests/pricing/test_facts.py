"""What pricing fills, and what it takes from a note's status."""

import pytest

from pricing import build_legs
from pricing.facts import priceable


def test_taxes_are_taken_for_paid_where_the_servicer_advances_escrow(note, shipped):
    # Last payment 366 days ago: 12.0246 months at 2,400 / 12 = 200 unless somebody has been paying.
    silent = {"delinquent_taxes": None, "next_due_date": "2023-07-01", "last_payment_date": "2023-06-30"}
    unpaid = 200 * 366 * 12 / 365.25
    for columns, taxes in (({}, unpaid), ({"escrow_advance": 1.0}, 0.0), ({"escrowed": True}, 0.0)):
        facts = build_legs(note(**silent, **columns), shipped).facts
        assert facts.carry.delinquent_taxes == pytest.approx([taxes])
        assert facts.flags["FILL_DELINQUENT_TAXES"].tolist() == [taxes > 0]


@pytest.mark.parametrize(
    ("status", "share"), [("none", 0.5), ("referred", 0.5), ("filed", 1.0), ("judgment", 1.0), ("sale_scheduled", 1.0)]
)
def test_a_foreclosure_on_file_stops_the_limitation_period(note, shipped, status: str, share: float):
    # Eight years without a payment are more than six; a referral alone is only the buyer's own file.
    legs = build_legs(note(last_payment_date="2016-06-30", foreclosure_status=status), shipped)
    assert legs.facts.sale.proceeds_share.tolist() == [share]
    assert legs.review_reasons["LIMITATIONS"].tolist() == [share < 1]


@pytest.mark.parametrize(
    ("due", "last_payment", "unknown"),
    [("2024-04-01", None, True), ("2024-05-01", None, False), ("2024-04-01", "2024-03-05", False)],
)
def test_three_months_behind_without_a_sign_of_payment_go_to_review(note, shipped, due: str, last_payment, unknown):
    # On 30 June the instalment of 1 April is three months behind (1 July is a day away), that of 1 May two.
    legs = build_legs(note(next_due_date=due, last_payment_date=last_payment), shipped)
    assert legs.review_reasons["PAYMENTS_UNKNOWN"].tolist() == [unknown]
    assert legs.facts.flags["FILL_LAST_PAYMENT"].tolist() == [last_payment is None]


@pytest.mark.parametrize(
    "lacking",
    [
        {},
        {"upb": 0.0},
        {"as_is_value": None},
        {"property_state": None},
        {"lien_position": None},
        {"lien_position": 2.0},
    ],
)
def test_a_note_counts_as_priceable_where_pricing_does_not_refuse_it(note, shipped, lacking):
    tape = note(**lacking)
    if not lacking:
        assert priceable(tape).tolist() == [True]
        return
    assert priceable(tape).tolist() == [False]
    with pytest.raises(ValueError, match="cannot be priced"):
        build_legs(tape, shipped)
