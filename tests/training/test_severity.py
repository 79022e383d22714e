from dataclasses import replace

import numpy as np
import pytest

from notes import OUTCOMES, Outcome, OutcomeProbabilities
from notes.outcome_times import CELLS, CellTimes, OutcomeTimes
from pricing import DeskTerms, OwnResolutions, build_legs, price_tape, table_recoveries
from pricing.own_resolutions import BranchShare, Recovery, shrunk
from training.severity import details_warnings, fit_own_resolutions
from training.snapshots import draw_snapshots
from worlds import WorldSettings, make_world

BANDS = (0, 1, 2, 3, 6, 12, 24)


@pytest.fixture(scope="module")
def world():
    return make_world(WorldSettings("smooth", 4_000, 60, 3))


@pytest.fixture(scope="module")
def own(world, assumptions):
    return fit_own_resolutions(draw_snapshots(world.resolutions, BANDS, 1), assumptions)


def test_branch_shares_are_the_counts_of_the_file(world, own):
    detail = world.resolutions.outcome_detail
    deeds = {name: int((detail == name).sum()) for name in ("deed", "short_sale", "discounted_payoff")}
    for name, count in deeds.items():
        assert own.branches[name].n == sum(deeds.values())
        assert own.branches[name].own == pytest.approx(count / sum(deeds.values()))
    # Made notes: 28.5 % of sales to third parties, where the assumptions' slope says less.
    assert own.branches["third_party"].own == pytest.approx(0.285, abs=0.03)
    assert own.branches["third_party"].assumed < 0.25


def test_recoveries_are_dollars_over_the_claims(own):
    # Made houses sell 27 % under value as REO where 15 % is assumed: own recoveries are lower.
    assert own.recoveries["reo"].own < own.recoveries["reo"].assumed
    assert own.recoveries["reo"].n > 200
    for one in own.recoveries.values():
        assert 0 < one.own < 1
        assert one.assumed <= one.assumed_gross


def test_a_loan_with_two_snapshots_counts_once(resolutions_of, assumptions):
    sold = resolutions_of(
        loan_id=["A", "A", "B"],
        as_of_date=["2019-01-31", "2019-08-31", "2019-01-31"],
        observed_through=["2021-12-31"] * 3,
        resolution_date=["2020-06-30", "2020-06-30", "2020-03-31"],
        outcome=["foreclosure"] * 3,
        outcome_detail=["reo", "reo", "third_party"],
        pay_strings=["000123", "045678", "000123"],
    )
    found = fit_own_resolutions(draw_snapshots(sold, BANDS, 1), assumptions)
    assert found.branches["third_party"].n == pytest.approx(2)
    assert found.branches["third_party"].own == pytest.approx(0.5)
    assert found.recoveries == {}  # no proceeds in the file


@pytest.mark.parametrize(("n_without", "learned"), [(0, True), (1, True), (2, False), (10, True)])
def test_branches_of_an_outcome_are_learned_where_nine_in_ten_of_its_loans_say_which(
    resolutions_of, assumptions, n_without, learned
):
    # Of 10 and 9 with a detail 4 were paid off; of 8 the usual way may be what goes without saying.  None says: assumptions.
    said = ["payoff"] * 4 + ["kept_paying"] * 6
    detail = ["", *said[1:]] if n_without == 1 else said[: 10 - n_without] + [""] * n_without
    kept = resolutions_of(
        as_of_date=["2019-01-31"] * 10,
        observed_through=["2021-12-31"] * 10,
        resolution_date=["2020-06-30"] * 10,
        outcome=["reperform"] * 10,
        outcome_detail=detail,
    )
    snapshots = draw_snapshots(kept, BANDS, 1)
    found, told = fit_own_resolutions(snapshots, assumptions).branches, details_warnings(snapshots)
    if n_without == 10:
        assert found == {}
        assert told == []
    elif learned:
        assert found["payoff"].own == pytest.approx([4 / 10, 3 / 9][n_without])
        assert told == []
    else:
        assert found == {}
        assert told[0].startswith("2 of 10 loans of reperform have no outcome_detail")


@pytest.mark.parametrize(("net", "counted"), [(-1e9, -0.5), (0.0, 0.0), (1e9, 1.5)])
def test_proceeds_that_are_no_proceeds_set_no_price(resolutions_of, assumptions, net, counted):
    # Of a claim C nothing under -C/2 and nothing over 3C/2 is believed.
    sold = resolutions_of(
        loan_id=[f"L{i}" for i in range(10)],
        as_of_date=["2019-01-31"] * 10,
        observed_through=["2021-12-31"] * 10,
        resolution_date=["2020-06-30"] * 10,
        outcome=["foreclosure"] * 10,
        outcome_detail=["reo"] * 10,
        pay_strings=["000123"] * 10,
    )
    sold = replace(sold, net_proceeds=np.full(10, net))
    found = fit_own_resolutions(draw_snapshots(sold, BANDS, 1), assumptions).recoveries["reo"]
    assert found.own == pytest.approx(counted)
    assert found.n == 10


def test_what_is_paid_at_the_settlement_is_not_taken_off_twice():
    # 100 claimed, 70 brought less 10 paid: 60 assumed, net.  Own 50 net at n = 50: blended 55 net, so 65 brought.
    one = Recovery(n=50, own=0.50, assumed=0.60, assumed_gross=0.70)
    assert one.blended == pytest.approx(0.55)
    assert one.factor == pytest.approx(65 / 70)
    assert Recovery(n=50, own=-3.0, assumed=0.0, assumed_gross=0.1).factor == 0
    assert Recovery(n=50, own=0.5, assumed=0.0, assumed_gross=0.0).factor == 1


def test_own_branch_weights_replace_assumptions_by_their_number(assumptions):
    own = OwnResolutions(
        {
            "payoff": BranchShare(50, 0.4, 0.2),
            "deed": BranchShare(50, 0.9, 0.3),
            "short_sale": BranchShare(50, 0.1, 0.5),
            "discounted_payoff": BranchShare(50, 0.0, 0.2),
            "third_party": BranchShare(150, 0.4, 0.2),
        },
        {},
    )
    found = own.assumptions(assumptions)
    assert found.reperform.payoff_share == pytest.approx(0.3)  # half of .4 and half of .2
    assert found.loss_mitigation == assumptions.loss_mitigation
    assert found.deed_in_lieu.deed_share == pytest.approx(0.6)
    assert found.deed_in_lieu.short_sale_share == pytest.approx(0.3)
    assert found.deed_in_lieu.broken_rule() is None
    # 150 / 200 of the way from .2 to .4: .15 above the mean, so .15 above par.
    assert found.foreclosure.third_party_share_at_par == pytest.approx(0.28 + 0.15)


def test_with_own_recoveries_a_foreclosure_is_priced_at_what_the_desk_got(world, own, assumptions):
    terms = own.terms(world.tape, assumptions)
    legs, table = build_legs(world.tape, assumptions, terms), build_legs(world.tape, assumptions)
    k = OUTCOMES.index(Outcome.FORECLOSURE)
    reached, before = table_recoveries(legs).share[:, k], table_recoveries(table).share[:, k]
    assert reached == pytest.approx(terms.recoveries.share[:, k], abs=0.02)  # held at the claim here and there
    assert reached.mean() < before.mean()
    assert (terms.recoveries.source[:, :2] == "table").all()
    odds = OutcomeProbabilities(world.tape_truth)
    own_prices = price_tape(world.tape, odds, assumptions, own=terms).frame
    plain = price_tape(world.tape, odds, assumptions).frame
    assert (own_prices["price_reperform"] == plain["price_reperform"]).all()
    assert own_prices["price_foreclosure"].mean() < plain["price_foreclosure"].mean()


def test_they_survive_json_and_refuse_what_is_not_theirs(own):
    assert OwnResolutions.from_json(own.to_json()) == own
    for text in ("[]", "{}", '{"format": 1, "branches": {"deed": {"n": 1}}, "recoveries": {}}'):
        with pytest.raises(ValueError, match="no own resolutions"):
            OwnResolutions.from_json(text)
    with pytest.raises(ValueError, match="newer"):
        OwnResolutions.from_json('{"format": 2}')
    with pytest.raises(ValueError, match="'gift' is not one of"):
        OwnResolutions({"gift": BranchShare(1, 0, 0)}, {})
    with pytest.raises(ValueError, match="n above 0"):
        OwnResolutions({"deed": BranchShare(0, 0, 0)}, {})


def test_no_number_of_own_notes_leaves_the_assumption():
    assert shrunk(0, 0.9, 0.2) == 0.2


def test_terms_of_another_tape_are_refused(world, own, assumptions):
    terms = own.terms(world.tape, assumptions)
    with pytest.raises(ValueError, match="own recoveries are of 60 notes, the tape of 3"):
        build_legs(world.tape.take(np.arange(3)), assumptions, terms)


def test_a_desks_terms_are_one_json_and_change_only_what_is_asked_for(world, own, assumptions):
    times = OutcomeTimes({Outcome.FORECLOSURE: {name: CellTimes(500, (1.0, 2.0, 4.0)) for name in CELLS}})
    desk = DeskTerms(times, own, ("judicial, 3-11 behind",))
    assert DeskTerms.from_json(desk.to_json()) == desk
    with pytest.raises(ValueError, match="no desk terms"):
        DeskTerms.from_json("{}")
    tape, odds = world.tape, OutcomeProbabilities(world.tape_truth)

    def prices(*, timelines, recoveries):
        used, terms = desk.apply(tape, assumptions, timelines=timelines, recoveries=recoveries)
        return price_tape(tape, odds, used, own=terms).frame

    plain = price_tape(tape, odds, assumptions).frame
    assert prices(timelines=False, recoveries=False).equals(plain)
    timed, recovered = prices(timelines=True, recoveries=False), prices(timelines=False, recoveries=True)
    assert (timed["price_reperform"] == plain["price_reperform"]).all()
    assert (timed["price_foreclosure"] != plain["price_foreclosure"]).mean() > 0.8  # walking away costs what it costs
    assert (recovered["price_reperform"] != plain["price_reperform"]).any()  # payoffs are rarer than assumed
    both = prices(timelines=True, recoveries=True)
    assert not both.equals(timed)
    assert not both.equals(recovered)
    short = desk.has_short_history(tape)
    assert short.any()
    assert not short.all()
