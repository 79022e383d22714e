"""The intervals that a report shows are those beside a note of such odds, and only of odds that training saw."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.familiarity import Familiar
from models.spread import Spread, log_odds
from models.uncertainty import Uncertainty
from notes import OUTCOMES, OutcomeProbabilities
from notes.strata import STRATA
from training.how_sure import SHOWN, how_sure
from training.page_sure import BEYOND, short_words, sure_table
from training.stratum_report import StratumReport
from worlds import golden_tape

FLAT = np.tile([np.log(0.09), 0.0, 0.0], (4, 1))
"""A deviation of 0.3 whatever the odds."""
WIDE = np.tile([-20.0, 20.0], (4, 1))


def kept(down=FLAT, up=FLAT, edges=WIDE, short=None):
    return Uncertainty(Spread(down, up, edges, np.eye(4)), Familiar({}, (), ("FL",)), short or {}, 0.5)


def at(sure, outcome, p):
    [one] = [one for one in sure.intervals if (one.outcome, one.probability) == (outcome, p)]
    return one.low, one.high


def stratum(name, n_notes, short, moved=0.0, n_estimated=0):
    """A stratum in which the timelines move the share of the foreclosures by ``moved``."""
    shares = (0.4, 0.3, 0.1, 0.2)
    most = (*shares[:3], shares[3] + moved)
    return StratumReport(
        name, (name,), n_notes, 0.3, 20, 40.0, 2.0, 8.0, 50.0, short, 0.1, *[shares] * 4, most, n_estimated
    )


def test_the_ends_are_1_645_deviations_of_log_odds_away():
    # sd 0.3: 0.49346 to either side.  Of 50 %, log odds 0: 1 / (1 + e^0.49346) = 0.37908.  Of 10 %, log odds -2.19722:
    # -2.69068 and -1.70377, 0.06352 and 0.15397.
    sure = how_sure(kept().to_dict(), ())
    assert at(sure, "reperform", 0.5) == pytest.approx((0.37908, 0.62092), abs=1e-5)
    assert at(sure, "foreclosure", 0.1) == pytest.approx((0.06352, 0.15397), abs=1e-5)
    assert len(sure.intervals) == len(OUTCOMES) * len(SHOWN)


def test_down_and_up_and_each_outcome_have_their_own():
    # Down 0.6 and up 0.3 for deeds in lieu alone: of 50 %, 1 / (1 + e^0.98691) = 0.27152.
    down = FLAT.copy()
    down[2, 0] = np.log(0.36)
    sure = how_sure(kept(down=down).to_dict(), ())
    assert at(sure, "deed_in_lieu", 0.5) == pytest.approx((0.27152, 0.62092), abs=1e-5)
    assert at(sure, "loss_mitigation", 0.5) == pytest.approx((0.37908, 0.62092), abs=1e-5)


def test_they_are_the_intervals_beside_a_note_of_such_odds():
    curved = kept(down=np.tile([-2.0, -0.3, 0.1], (4, 1)), up=np.tile([-2.5, 0.2, 0.05], (4, 1)))
    sure, tape = how_sure(curved.to_dict(), ()), golden_tape().take(np.arange(2))
    p = OutcomeProbabilities([[0.50, 0.25, 0.10, 0.15], [0.05, 0.19, 0.01, 0.75]])
    low, high = curved.doubt(tape, pd.DataFrame(index=range(2)), p).interval(p)
    for row, k in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (1, 3)):
        shown = at(sure, str(OUTCOMES[k]), p.values[row, k])
        assert shown == pytest.approx((low[row, k], high[row, k]), rel=1e-12)


def test_odds_that_training_did_not_see_are_left_out_and_those_at_its_edges_are_not():
    edges = WIDE.copy()
    edges[2] = log_odds(np.array([0.01, 0.10]))
    edges[3] = log_odds(np.array([0.051, 0.74]))
    sure = how_sure(kept(edges=edges).to_dict(), ())
    seen = {str(name): [one.probability for one in sure.intervals if one.outcome == str(name)] for name in OUTCOMES}
    assert seen == {
        "reperform": list(SHOWN),
        "loss_mitigation": list(SHOWN),
        "deed_in_lieu": [0.01, 0.05, 0.10],
        "foreclosure": [0.10, 0.25, 0.50],
    }
    heading, *rows = sure_table(sure.intervals)
    assert heading == ("predicted", "1%", "5%", "10%", "25%", "50%", "75%")
    assert [[i for i, cell in enumerate(row) if cell == BEYOND] for row in rows] == [[], [], [4, 5, 6], [1, 2, 6]]
    assert rows[3][3] == "6.4% to 15.4%"


def test_short_histories_are_counted_by_notes_flagged_or_not():
    strata = [
        stratum(STRATA[0], 50, False),
        stratum(STRATA[1], 20, True, moved=0.009),
        stratum(STRATA[2], 10, True, moved=0.02),
    ]
    assert [one.flagged for one in strata] == [False, False, True]
    learned = kept(short={STRATA[1]: (0.1,) * 4, STRATA[2]: (0.2,) * 4}).to_dict()
    assert how_sure(learned, strata).short_history_share == 30 / 80
    assert how_sure(kept().to_dict(), strata[:1]).short_history_share == 0
    assert how_sure(kept().to_dict(), ()).short_history_share == 0


def test_where_histories_are_short_the_interval_is_that_of_a_note_in_the_middle_one_of_them():
    sds = {STRATA[1]: (0.0, 0.0, 0.0, 0.48), STRATA[2]: (0.0, 0.0, 0.0, 3.0)}
    strata = [stratum(STRATA[1], 20, True), stratum(STRATA[2], 10, True)]
    sure = how_sure(kept(short=sds).to_dict(), strata)
    there = replace(sure, intervals=sure.short_intervals)
    # 1.2 times 0.3 is 0.36; with the 0.48 of the larger stratum 0.6: of 50 %, 1 / (1 + e^(1.64485 * 0.6)) = 0.27152.
    assert at(there, "foreclosure", 0.5) == pytest.approx((0.27152, 0.72848), abs=1e-5)
    # 0.36 alone: 1 / (1 + e^0.59215) = 0.35614.
    assert at(there, "reperform", 0.5) == pytest.approx((0.35614, 0.64386), abs=1e-5)
    assert at(sure, "reperform", 0.5) == pytest.approx((0.37908, 0.62092), abs=1e-5)
    none = how_sure(kept().to_dict(), [stratum(STRATA[0], 50, False)])
    assert none.short_intervals == ()
    assert short_words(none) == "No open note had to be given likely ends by the timelines of the states."


def test_open_notes_are_said_to_have_likely_ends_only_where_some_have():
    short = {STRATA[1]: (0.1,) * 4, STRATA[2]: (0.1,) * 4}
    strata = [stratum(STRATA[0], 50, False), stratum(STRATA[1], 20, True), stratum(STRATA[2], 10, True)]
    without = short_words(how_sure(kept(short=short).to_dict(), strata))
    assert without.startswith("37.5% of the training notes are in strata with a short history")  # 30 of 80
    assert "No end of an open note had to be estimated" in without
    assert "were given likely ends" not in without
    assert "SHORT_HISTORY" not in without
    with_some = [*strata[:2], stratum(STRATA[2], 10, True, n_estimated=3)]
    assert "3 open notes there were given likely ends" in short_words(how_sure(kept(short=short).to_dict(), with_some))
    with_one = [*strata[:2], stratum(STRATA[2], 10, True, n_estimated=1)]
    assert "1 open note there was given likely ends" in short_words(how_sure(kept(short=short).to_dict(), with_one))


def test_the_middle_one_is_one_stratum_with_all_its_four_deviations():
    # By length 0.5, 1 and 2, 10 notes each: half of the 30 are reached with the second.
    sds = {STRATA[1]: (2.0, 0.0, 0.0, 0.0), STRATA[2]: (0.0, 0.5, 0.0, 0.0), STRATA[3]: (0.0, 0.0, 0.6, 0.8)}
    strata = [stratum(name, 10, True) for name in sds]
    sure = how_sure(kept(short=sds).to_dict(), strata)
    there = replace(sure, intervals=sure.short_intervals)
    # sqrt(0.36^2 + 0.8^2) = 0.87727: of 50 %, 1 / (1 + e^(1.64485 * 0.87727)) = 0.19108.
    assert at(there, "foreclosure", 0.5) == pytest.approx((0.19108, 0.80892), abs=1e-5)
    assert at(there, "reperform", 0.5) == pytest.approx((0.35614, 0.64386), abs=1e-5)


def test_a_model_that_was_not_asked_how_sure_it_is_says_nothing():
    assert how_sure({}, [stratum(STRATA[0], 50, True)]) is None
