"""Legs of notes that a person can work out."""

import numpy as np
import pytest

from notes import Outcome
from pricing import build_legs
from pricing.leg import undiscounted


def branch_flows(legs, outcome: Outcome, name: str) -> dict[str, float]:
    """Add up a branch's dollars by label, note 0."""
    one = legs[outcome]
    branch = next(b for b in one.branches if b.name == name)
    sums: dict[str, float] = {}
    for position in branch.legs:
        leg = one.legs[position]
        sums[leg.label] = sums.get(leg.label, 0.0) + float(undiscounted(leg)[0])
    return {label: total for label, total in sums.items() if total}


def month_of(legs, outcome: Outcome, name: str, label: str) -> tuple[float, float]:
    one = legs[outcome]
    branch = next(b for b in one.branches if b.name == name)
    found = [one.legs[i] for i in branch.legs if one.legs[i].label == label]
    return float(min(leg.first_month[0] for leg in found)), float(max(leg.last_month[0] for leg in found))


@pytest.fixture
def twelve_behind(note, plain):
    """Give the legs of a note 12 behind in Texas; stated accrued interest 6,000, delinquent taxes 1,000."""
    tape = note(
        next_due_date="2023-07-01", last_payment_date="2023-07-05", accrued_interest=6_000.0, delinquent_taxes=1_000.0
    )
    return build_legs(tape, plain)


def test_a_texas_foreclosure_by_hand(twelve_behind):
    # Claim at closing: 100,000 + 6,000 + 1.5 months at 500 = 106,750.
    # Sale: 390 days - 150 = 240 / 30.4 x 1.5 = 11.84 months, + 2 before referral = 13.84: month 14.
    # A month: tax 200, insurance 1.5 x 100 = 150, preservation 30.  Legal 1,700 x 1.25 + 1,500 = 3,625.
    # Advances 14 x 380 + 3,625 + 1,000 taxes = 9,945; claim at sale 106,750 + 14 x 500 + 9,945 = 123,695.
    # Auction value 200,000 x 0.8 = 160,000 > claim: a third party pays 123,695, with probability
    # 0.28 + 0.5 x (160,000 / 123,695 - 1) = 0.426752.
    legs = twelve_behind
    assert legs.facts.legal.total == pytest.approx([106_750.0])
    sold = branch_flows(legs, Outcome.FORECLOSURE, "third_party")
    assert sold == pytest.approx(
        {
            "servicing": -14 * 1573 / 12,
            "property_tax": -2_800.0,
            "insurance": -2_100.0,
            "preservation": -420.0,
            "legal": -3_625.0,
            "delinquent_taxes": -1_000.0,
            "sale_proceeds": 123_695.0,
        }
    )
    weights = [float(b.weight[0]) for b in legs[Outcome.FORECLOSURE].branches]
    assert weights == pytest.approx([0.426752, 1 - 0.426752], abs=1e-6)
    assert month_of(legs, Outcome.FORECLOSURE, "third_party", "sale_proceeds") == (14.0, 14.0)


def test_property_taken_back_pays_redemption_eviction_and_marketing(twelve_behind):
    # 14 + 3 redemption (no source for Texas) + 3 eviction + 10 REO = month 30; 16 more months of 200 tax, 150
    # insurance, 150 maintenance and 131.08 servicing; resale 200,000 x 0.85 x 0.92 = 156,400, capped at 123,695.
    kept = branch_flows(twelve_behind, Outcome.FORECLOSURE, "reo")
    assert kept["sale_proceeds"] == pytest.approx(123_695.0)
    assert kept["reo_maintenance"] == pytest.approx(-16 * 150.0)
    assert kept["servicing"] == pytest.approx(-30 * 1573 / 12)
    assert kept["eviction"] == -2_500.0
    assert month_of(twelve_behind, Outcome.FORECLOSURE, "reo", "eviction") == (20.0, 20.0)
    assert month_of(twelve_behind, Outcome.FORECLOSURE, "reo", "sale_proceeds") == (30.0, 30.0)


def test_a_deed_by_hand(twelve_behind):
    # Month 5: claim 106,750 + 5 x 500 + 5 x 380 = 111,150.  Resale in month 15 at 200,000 x 0.9 x 0.92 = 165,600,
    # capped at 111,150: an owner with that much equity would rather have sold.
    deed = branch_flows(twelve_behind, Outcome.DEED_IN_LIEU, "deed")
    assert deed["sale_proceeds"] == pytest.approx(111_150.0)
    assert deed["cash_for_keys"] == -5_000.0
    assert deed["delinquent_taxes"] == -1_000.0
    assert deed["legal"] == -1_500.0
    assert month_of(twelve_behind, Outcome.DEED_IN_LIEU, "deed", "sale_proceeds") == (15.0, 15.0)
    assert "junior_release" not in deed


def test_a_settlement_brings_a_share_of_the_claim(twelve_behind):
    # 0.85 x min(200,000, 111,150) = 94,477.50 in month 5; the borrower keeps the house and its taxes.
    settled = branch_flows(twelve_behind, Outcome.DEED_IN_LIEU, "discounted_payoff")
    assert settled["settlement"] == pytest.approx(94_477.5)
    assert "delinquent_taxes" not in settled


def test_a_payoff_brings_the_debt_with_its_interest(twelve_behind):
    # 106,750 + 9 x 500 + the 1,000 of taxes paid for the borrower = 112,250 in month 9, serviced as non-performing.
    paid = branch_flows(twelve_behind, Outcome.REPERFORM, "payoff")
    assert paid == pytest.approx({"payoff": 112_250.0, "servicing": -9 * 1573 / 12, "delinquent_taxes": -1_000.0})


def test_a_first_liens_holder_pays_the_delinquent_taxes_whatever_becomes_of_the_note(twelve_behind):
    # 1,000 each way, once: a redefault in month 18 has paid them in month 1 and its sale does not pay them again.  Only a
    # borrower who settles keeps the house with its taxes.
    for one in twelve_behind.outcomes:
        for branch in one.branches:
            paid = branch_flows(twelve_behind, one.outcome, branch.name).get("delinquent_taxes", 0.0)
            assert paid == (0.0 if branch.name == "discounted_payoff" else -1_000.0), branch.name
    for outcome, name in ((Outcome.REPERFORM, "redefault_18_reo"), (Outcome.LOSS_MITIGATION, "plan")):
        assert month_of(twelve_behind, outcome, name, "delinquent_taxes") == (1.0, 1.0)


def test_taxes_paid_for_a_borrower_come_back_by_the_share_that_joins_the_claim(note, plain, changed):
    # Current, paid to 1 June: 29 days are 0.952772 months, + 1.5 to closing, + 9 to the payoff, at 500: 5,726.386; half of
    # 3,000 of taxes joins: 107,226.386.  A house of 105,500 settles 105,500 of it.
    half = changed(plain, {"claim.advance_recovery_share": 0.5})
    for value, brings in ((200_000.0, 107_226.386), (105_500.0, 105_500.0)):
        legs = build_legs(note(delinquent_taxes=3_000.0, as_is_value=value), half)
        assert branch_flows(legs, Outcome.REPERFORM, "payoff")["payoff"] == pytest.approx(brings)


def test_a_junior_leaves_the_delinquent_taxes_to_the_house(note, plain):
    # 200,000 less 120,000 of senior and 3,000 of taxes: 77,000 for a debt above 100,000; the holder pays none.
    tape = note(lien_position=2.0, senior_lien_balance=120_000.0, delinquent_taxes=3_000.0)
    paid = branch_flows(build_legs(tape, plain), Outcome.REPERFORM, "payoff")
    assert paid["payoff"] == pytest.approx(77_000.0)
    assert "delinquent_taxes" not in paid


def test_a_payoff_brings_no_more_than_the_house(note, plain):
    # No growth, no haircut, no doubt about the value: a house of 60,000 cannot refinance a debt above 100,000.
    paid = branch_flows(build_legs(note(as_is_value=60_000.0), plain), Outcome.REPERFORM, "payoff")
    assert paid["payoff"] == pytest.approx(60_000.0)


def test_nobody_cures_more_than_a_year_of_instalments(note, plain):
    # Ten years behind at 500 of interest a month is far above 12 x 700 = 8,400, which is what a borrower can catch up on.
    legs = build_legs(note(next_due_date="2014-07-01", last_payment_date="2014-07-05"), plain)
    assert branch_flows(legs, Outcome.REPERFORM, "keeps_paying")["arrears_cure"] == pytest.approx(8_400.0)
    assert branch_flows(legs, Outcome.LOSS_MITIGATION, "plan")["arrears_cure"] == pytest.approx(8_400.0)


def test_a_modification_never_asks_for_more_than_the_borrower_paid_before(note, plain):
    # 100,000 and ten years of interest, 60,000, over 480 months at 6 % would take 880 a month; today's 700 carries
    # 700 x (1 - 1.005^-480) / 0.005 = 127,221, and the rest is forborne.  59 instalments of 700 fall in months 2 to 60.
    legs = build_legs(note(next_due_date="2014-07-01", last_payment_date="2014-07-05"), plain)
    paid = branch_flows(legs, Outcome.LOSS_MITIGATION, "modification")
    rate = paid["principal_and_interest"] / (59 * 700)
    assert rate == pytest.approx(plain.reperform.collection_rate)


def test_a_note_is_sold_on_for_no_more_than_the_house_secures(note, plain):
    # Sold on after 59 instalments: 95 % of a house of 60,000 is 57,000, under 95 % of the principal left.
    legs = build_legs(note(as_is_value=60_000.0), plain)
    assert branch_flows(legs, Outcome.REPERFORM, "keeps_paying")["exit"] == pytest.approx(57_000.0)


def test_a_note_that_cures_and_pays_by_hand(twelve_behind):
    # Arrears: 106,750 - 100,000 - 500 x (1 + 1.5) = 5,500, 90 % of it over six months.  Interest between the two dates:
    # 0.98 x 500 x 1.5 = 735.  59 instalments in months 2 to 60: 59 x 700 x 0.98 = 40,474.
    # Non-performing servicing until month 1 + 6 = 7, then 53 months performing.
    # Left: 100,000 x 1.005^59 - 700 x (1.005^59 - 1) / 0.005; 1.005^59 = 1.3421389: 134,213.89 - 47,899.45 = 86,314.44.
    # Sold at the lower of 0.95 x that = 81,998.72 and the remaining instalments at 8.5 % (see below).
    flows = branch_flows(twelve_behind, Outcome.REPERFORM, "keeps_paying")
    assert flows["arrears_cure"] == pytest.approx(4_950.0)
    assert flows["collections_before_closing"] == pytest.approx(735.0)
    assert flows["principal_and_interest"] == pytest.approx(40_474.0)
    assert flows["servicing"] == pytest.approx(-7 * 1573 / 12 - 53 * 176 / 12)
    # 250.67 instalments repay 100,000 (-ln(1 - 500/700)/ln 1.005 = 251.18): 251 left, 192 after the exit.  At
    # 1.085^(1/12) - 1 = 0.0068215 a month: 700 x (1 - 1.0068215^-192)/0.0068215 = 74,800 and 0.2 % of the rest.
    j = 1.085 ** (1 / 12) - 1
    rest = 100_000 * 1.005**251 - 700 * (1.005**251 - 1) / 0.005
    sold = 700 * (1 - (1 + j) ** -192) / j + rest * (1 + j) ** -192
    assert 74_000 < sold < 75_500
    assert flows["exit"] == pytest.approx(sold, rel=1e-9)


def test_a_current_note_has_no_arrears_to_cure(note, plain):
    flows = branch_flows(build_legs(note(), plain), Outcome.REPERFORM, "keeps_paying")
    assert flows.get("arrears_cure", 0.0) == pytest.approx(0.0, abs=1e-6)
    assert flows["servicing"] == pytest.approx(-60 * 176 / 12)


def test_a_modification_capitalises_the_arrears(twelve_behind):
    # 106,750 and 1,000 of taxes paid, at 6 % (under the 6.5 % cap) over 480 months: 592.86 a month; 59 of them at 98 %.
    payment = 107_750 * 0.005 / (1 - 1.005**-480)
    assert payment == pytest.approx(592.86, abs=0.01)
    flows = branch_flows(twelve_behind, Outcome.LOSS_MITIGATION, "modification")
    assert flows["principal_and_interest"] == pytest.approx(59 * 0.98 * payment)
    assert flows["workout"] == -1_000.0


def test_a_plan_pauses_and_then_collects_everything(twelve_behind):
    # Three months' pause: the arrears of 5,500 grow by 1,500; instalments start in month 5.
    flows = branch_flows(twelve_behind, Outcome.LOSS_MITIGATION, "plan")
    assert flows["arrears_cure"] == pytest.approx(7_000.0)
    assert month_of(twelve_behind, Outcome.LOSS_MITIGATION, "plan", "principal_and_interest") == (5.0, 60.0)


def test_a_redefault_starts_a_whole_foreclosure_from_its_month(twelve_behind):
    # Point 18: sale after 120/30.4 + 2 + 11.84 = 17.79, so 18 months later: month 36; it takes no credit for the past.
    name = "redefault_18_third_party"
    assert month_of(twelve_behind, Outcome.REPERFORM, name, "sale_proceeds") == (36.0, 36.0)
    flows = branch_flows(twelve_behind, Outcome.REPERFORM, name)
    assert flows["principal_and_interest"] == pytest.approx(17 * 700 * 0.98)
    assert flows["servicing"] == pytest.approx(-7 * 1573 / 12 - 11 * 176 / 12 - 18 * 1573 / 12)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_branches_of_an_outcome_are_complete(tape, shipped, seed: int):
    for one in build_legs(tape(200, seed), shipped).outcomes:
        assert sum(b.weight for b in one.branches) == pytest.approx(np.ones(200))
        assert all((b.weight >= 0).all() for b in one.branches)


def test_a_leg_carries_the_weight_of_its_branches(tape, shipped):
    for one in build_legs(tape(50, 3), shipped).outcomes:
        for position, leg in enumerate(one.legs):
            joint = sum(b.weight for b in one.branches if position in b.legs)
            assert leg.weight == pytest.approx(joint), leg.label


def test_a_second_lien_gets_what_the_senior_leaves(note, plain):
    # 200,000 x 0.8 at auction less 120,000 senior and 3,000 unpaid taxes: 37,000 for a claim of over 100,000; the
    # senior is kept current at 900 a month for 14 months and the taxes are left to the sale.
    legs = build_legs(
        note(
            lien_position=2.0,
            senior_lien_balance=120_000.0,
            senior_payment=900.0,
            delinquent_taxes=3_000.0,
            next_due_date="2023-07-01",
        ),
        plain,
    )
    sold = branch_flows(legs, Outcome.FORECLOSURE, "third_party")
    assert sold["sale_proceeds"] == pytest.approx(37_000.0)
    assert sold["senior_payment"] == pytest.approx(-14 * 900.0)
    assert "delinquent_taxes" not in sold


def test_long_delinquency_does_not_shorten_the_process(note, shipped):
    one_year, ten_years = note(next_due_date="2023-07-01"), note(next_due_date="2014-07-01")
    assert build_legs(one_year, shipped).facts.sale.months == build_legs(ten_years, shipped).facts.sale.months


def test_a_referral_long_ago_still_leaves_the_least_time(note, shipped):
    tape = note(next_due_date="2020-07-01", foreclosure_status="filed", foreclosure_referral_date="2018-01-01")
    assert build_legs(tape, shipped).facts.sale.months.tolist() == [3.0]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"rate_type": "arm"}, "RATE_NOT_FIXED"),
        ({"junior_liens_balance": 10_000.0}, "JUNIOR_LIENS"),
        ({"bankruptcy_chapter": "13"}, "BANKRUPTCY"),
        ({"note_doc_status": "missing"}, "DOCUMENT_DEFECT"),
        ({"assignment_chain_complete": False}, "DOCUMENT_DEFECT"),
        ({"lien_position": 3.0, "senior_lien_balance": 10_000.0}, "LIEN_3_PLUS"),
        ({"maturity_date": "2023-01-01"}, "MATURED"),
        ({"io_end_date": "2026-01-01"}, "INTEREST_ONLY"),
        ({"p_and_i": 400.0}, "NEGATIVE_AMORTISATION"),
        ({"property_type": "commercial"}, "W_DOMAIN"),
        ({"units": 26.0}, "W_DOMAIN"),
        (
            {"lien_position": 2.0, "senior_lien_balance": 10_000.0, "senior_lien_status": "foreclosure"},
            "SENIOR_DISTRESSED",
        ),
    ],
)
def test_what_is_not_covered_goes_to_review(note, shipped, columns, code: str):
    assert build_legs(note(**columns), shipped).review_reasons[code].all()


def test_a_plain_note_needs_no_review(note, shipped):
    assert not any(marked.any() for marked in build_legs(note(), shipped).review_reasons.values())


@pytest.mark.parametrize(
    "columns",
    [
        {"upb": None},
        {"as_is_value": None},
        {"property_state": None},
        {"lien_position": None},
        {"lien_position": 2.0},
        {"next_due_date": None, "last_payment_date": None},
    ],
)
def test_a_note_that_cannot_be_priced_is_refused_by_name(note, shipped, columns):
    with pytest.raises(ValueError, match=r"row 0, loan 1: .* cannot be priced"):
        build_legs(note(**columns), shipped)


def test_an_override_replaces_the_state_table(note, shipped, changed):
    own = changed(shipped, {"state_overrides": {"TX": {"last_paid_to_sale_days": 1740.0, "redemption_months": 0.0}}})
    # 1.5 x 1,590 / 30.4 = 78.45, + 2 = 80.45: month 81.
    sale = build_legs(note(next_due_date="2023-07-01"), own).facts.sale
    assert sale.months.tolist() == [81.0]
    assert sale.redemption_months.tolist() == [0.0]
