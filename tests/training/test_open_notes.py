import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.strata import STRATA, in_strata, stratum_of
from training.follow_up import REST, FollowUp, follow_up_curves
from training.open_notes import OpenSettings, weigh_open_notes
from training.tail import fit_timing, open_ends, outcome_shares, sold_later
from training.weights import Labels, censoring_weights

SETTINGS = OpenSettings(max_weight=10.0, prior_notes=50.0, timeline_log_sd=0.4)
HORIZON = 60


def labels_of(outcome, months, beyond=None):
    beyond = np.zeros(len(outcome), bool) if beyond is None else np.array(beyond)
    return Labels(np.array(outcome), np.array(months, dtype=float), beyond)


def watched(stratum, sale_months=np.nan, names=("judicial", "non-judicial")):
    stratum = np.array(stratum)
    months = np.broadcast_to(np.asarray(sale_months, float), stratum.shape)
    return FollowUp(stratum, names, np.zeros(len(stratum), np.int64), months)


def seen(outcome, months, followed):
    months = np.maximum(np.ceil(months), 1)
    resolved = (months <= followed) & (months <= HORIZON)
    shown = np.where(resolved, months, np.minimum(followed, HORIZON))
    return Labels(np.where(resolved, outcome, -1), shown.astype(float), ~resolved & (followed >= HORIZON))


def judicial_stratum(n, seed, history=36, timeline=1.0):
    """A median sale at 45 months, a true foreclosure share of .55, snapshots spread evenly over the history."""
    rng = np.random.default_rng(seed)
    outcome = rng.choice(4, n, p=[0.25, 0.16, 0.04, 0.55])
    months = np.select(
        [outcome == 0, outcome == 1, outcome == 2],
        [6 + rng.gamma(1.3, 6.5, n), 9 + rng.gamma(1.6, 6.5, n), 2 + rng.gamma(2.0, 5.0, n)],
        45 * rng.weibull(3.0, n) / np.log(2) ** (1 / 3),  # not the log-normal that the method assumes
    )
    followed = np.floor(rng.uniform(0, history, n))
    return seen(outcome, months, followed), watched(np.zeros(n, int), 46.0 * timeline), np.bincount(outcome) / n


def test_a_curve_of_being_followed_is_the_hand_worked_one():
    # Four notes: resolved at 2, lost at 3, resolved at 5, lost at 5.
    # Lost at 3: at risk then are the three still there, so G(4-) = 2/3.  At 5 the resolution comes before the loss.
    labels = labels_of([0, -1, 3, -1], [2, 3, 5, 5])
    curves = follow_up_curves(labels, np.ones(4), watched([0] * 4), max_weight=10, prior_notes=0)
    assert curves.before[0] == pytest.approx([1, 1, 1, 1, 2 / 3, 2 / 3])


def test_a_stratum_is_shrunk_month_by_month_to_all_notes():
    # Month 1: stratum 0 loses 2 of 4, all notes lose 2 of 8.  With 4 prior notes: (2 + 4 x 1/4) / (4 + 4) = 3/8.
    labels = labels_of([-1, -1, 0, 0, 0, 0, 0, 0], [1, 1, 2, 2, 2, 2, 2, 2])
    curves = follow_up_curves(labels, np.ones(8), watched([0, 0, 0, 0, 1, 1, 1, 1]), max_weight=10, prior_notes=4)
    assert curves.before[:, 2] == pytest.approx([1 - 3 / 8, 1 - 1 / 8])


def test_with_one_stratum_and_no_tail_the_weights_are_the_plain_ones():
    rng = np.random.default_rng(3)
    outcome = rng.choice(4, 500)
    labels = seen(outcome, rng.gamma(2, 8, 500), np.floor(rng.uniform(0, 90, 500)))
    plain = censoring_weights(labels, np.ones(500), 10.0).weight
    found = weigh_open_notes(labels, np.ones(500), watched(np.zeros(500, int), 12.0), SETTINGS, tail=False)
    assert found.censoring(500).weight == pytest.approx(plain)
    assert (found.rows == np.flatnonzero(labels.resolved)).all()


@pytest.mark.parametrize(("timeline", "allowed"), [(1.0, 0.03), (0.75, 0.05), (1.33, 0.05)])
def test_a_judicial_stratum_followed_for_36_months_gets_its_foreclosures_back_to_within_5_points(timeline, allowed):
    misses, plain = [], []
    for seed in range(3):
        labels, follow_up, truth = judicial_stratum(3_000, seed, timeline=timeline)
        found = weigh_open_notes(labels, np.ones(3_000), follow_up, SETTINGS)
        assert found.flagged_strata == ("judicial",)
        assert found.strata[0].low[3] < truth[3] < found.strata[0].high[3] + 0.03
        misses.append(found.shares[3] - truth[3])
        weight = censoring_weights(labels, np.ones(3_000), 10.0).weight
        plain.append(weight[labels.outcome == 3].sum() / weight.sum() - truth[3])
    assert abs(np.mean(misses)) < allowed
    assert np.mean(plain) < -0.25


def test_resolved_notes_are_counted_apart_from_open_ones_with_likely_ends():
    labels, follow_up, _ = judicial_stratum(1_000, 1)
    found = weigh_open_notes(labels, np.ones(1_000), follow_up, SETTINGS)
    weighed = set(found.rows.tolist())
    assert found.n_resolved == labels.resolved.sum() == len(weighed & set(np.flatnonzero(labels.resolved)))
    assert found.n_estimated == len(weighed - set(np.flatnonzero(labels.resolved))) > 0
    without = weigh_open_notes(labels, np.ones(1_000), follow_up, SETTINGS, tail=False)
    assert (without.n_resolved, without.n_estimated) == (found.n_resolved, 0)
    assert [one.n_estimated for one in found.strata] == [found.n_estimated]


def test_a_file_without_an_open_note_may_have_a_short_history_but_no_estimated_end():
    # 96 notes end by month 20 and four one by one in months 30 to 33: from month 30 on fewer than five are watched, so the
    # history ends at 20, with 4 % still open, though sales take 46 months.
    months = np.concatenate([np.repeat(np.arange(1, 21), 5)[:96], [30, 31, 32, 33]])
    labels = labels_of(np.arange(100) % 4, months)
    found = weigh_open_notes(labels, np.ones(100), watched(np.zeros(100, int), 46.0), SETTINGS)
    [only] = found.strata
    assert only.short
    assert only.followed_months == 20
    assert only.tail_share == pytest.approx(0.04)
    assert (only.open_share, only.n_estimated, found.n_estimated) == (0.0, 0, 0)


def test_a_stratum_followed_for_longer_than_its_foreclosures_take_has_no_tail():
    labels, _, _ = judicial_stratum(1_000, 1, history=84)
    found = weigh_open_notes(labels, np.ones(1_000), watched(np.zeros(1_000, int), 12.0), SETTINGS)
    assert found.flagged_strata == ()
    assert not np.isin(found.rows, np.flatnonzero(~labels.resolved)).any()


def test_follow_up_that_depends_on_the_stratum_biases_the_plain_weights_and_not_these():
    rng = np.random.default_rng(5)
    n = 20_000
    judicial = rng.random(n) < 0.5
    followed = np.floor(np.where(judicial, rng.uniform(0, 50, n), rng.uniform(40, 90, n)))
    outcome = np.where(rng.random(n) < np.where(judicial, 0.6, 0.2), 3, 0)
    months = np.where(outcome == 3, np.where(judicial, 22, 9) * rng.lognormal(0, 0.3, n), 1 + rng.gamma(2, 3, n))
    labels = seen(outcome, months, followed)
    found = weigh_open_notes(labels, np.ones(n), watched((~judicial).astype(int)), SETTINGS).shares[3]
    plain = censoring_weights(labels, np.ones(n), 10.0).weight
    truth = (outcome == 3).mean()
    assert abs(found - truth) < 0.01
    assert abs(plain[labels.outcome == 3].sum() / plain.sum() - truth) > 0.02


def test_none_seen_among_many_is_not_none_for_certain():
    # Wilson at 90 %, none of 400: z²/(n + z²) = 2.706 / 402.7 = 0.67 %; of 40 it is 2.706 / 42.7 = 6.3 %.
    for n, expected in ((400, 0.0067), (40, 0.0634)):
        labels = labels_of(np.zeros(n, int), np.full(n, 5.0))
        [stratum] = weigh_open_notes(labels, np.ones(n), watched(np.zeros(n, int)), SETTINGS).strata
        assert stratum.shares[3] == stratum.low[3] == 0
        assert stratum.high[3] == pytest.approx(expected, abs=1e-4)
        assert stratum.high[0] == pytest.approx(1)


def test_small_strata_are_put_together_and_the_flag_names_each_of_them():
    labels, _, _ = judicial_stratum(400, 2)
    stratum = np.where(np.arange(400) < 20, 0, np.where(np.arange(400) < 40, 1, 2))
    follow_up = FollowUp(stratum, ("a", "b", "c"), np.zeros(400, np.int64), np.full(400, 46.0))
    found = weigh_open_notes(labels, np.ones(400), follow_up, SETTINGS)
    assert [one.name for one in found.strata] == ["c", REST]
    assert found.strata[1].members == ("a", "b")
    assert set(found.flagged_strata) == {"a", "b", "c"}


@given(
    st.lists(
        st.tuples(st.integers(-1, 3), st.integers(0, 59), st.floats(0.1, 2), st.integers(0, 1)), min_size=1
    ).filter(lambda rows: any(row[0] >= 0 for row in rows)),
    st.floats(1, 200) | st.just(float("nan")),
)
def test_whatever_is_seen_the_weights_are_finite_positive_and_keep_the_size_of_strata_with_an_outcome(rows, sale):
    outcome, months, base, stratum = (np.array(column) for column in zip(*rows, strict=True))
    labels = labels_of(outcome, months)
    settings = OpenSettings(max_weight=10.0, prior_notes=2.0, timeline_log_sd=0.4)
    found = weigh_open_notes(labels, base, watched(stratum, sale), settings)
    assert np.isfinite(found.weight).all()
    assert (found.weight > 0).all()
    assert found.weight.sum() <= base.sum() * (1 + 1e-9)
    assert (found.outcome[labels.resolved[found.rows]] == labels.outcome[found.rows][labels.resolved[found.rows]]).all()
    assert found.shares.sum() == pytest.approx(1)


def test_no_resolved_note_is_refused():
    with pytest.raises(ValueError, match="no note is resolved"):
        weigh_open_notes(labels_of([-1], [3]), np.ones(1), watched([0]), SETTINGS)


def test_open_notes_end_in_proportion_to_what_comes_later():
    # p = (.5, 0, 0, .5), 10 % of cures and 60 % of sales come later: (.05, .30) / .35.
    ends = open_ends(np.array([[0.5, 0, 0, 0.5]]), np.array([[0.1, 1, 1, 0.6]]))
    assert ends[0] == pytest.approx([1 / 7, 0, 0, 6 / 7])


def test_shares_agree_with_what_was_seen_and_what_is_open():
    # 45 of 50 cures and 20 of 50 sales are seen, 35 are open; 10 % of cures and 60 % of sales come later: half and half.
    outcome = np.repeat([0, 3, -1], [45, 20, 35])
    beyond = np.tile([0.1, 1.0, 1.0, 0.6], (100, 1))
    shares = outcome_shares(outcome, np.ones(100), beyond, np.zeros(100, int), 0.0)
    assert shares[0] == pytest.approx([0.5, 0, 0, 0.5], abs=2e-3)


def test_the_decay_of_cures_is_found_in_what_was_seen_of_it():
    # Months of mean 10 beyond the first, seen only to month 30: exp(-29/10), 5.5 %, come later.
    rng = np.random.default_rng(0)
    months = np.ceil(1 + rng.exponential(10, 20_000))
    shown = months <= 30
    labels = labels_of(np.zeros(shown.sum(), int), months[shown])
    band, end = np.zeros(shown.sum(), int), np.full(shown.sum(), 30.0)
    timing = fit_timing(labels, np.ones(shown.sum()), band, end)
    assert timing.decay[0, 0] == pytest.approx(0.1, rel=0.1)
    assert timing.beyond(np.array([30.0]), np.zeros(1, int))[0, 0] == pytest.approx(np.exp(-2.9), rel=0.25)


def test_a_stratum_only_just_begun_does_not_shorten_what_the_others_saw():
    # 2,000 cures of mean 10 months seen to month 30; beside them 80 of a stratum followed for 6 months, all of them early.
    rng = np.random.default_rng(1)
    months = np.ceil(1 + rng.exponential(10, 2_000))
    months = months[months <= 30]
    n = len(months)
    alone = fit_timing(labels_of(np.zeros(n, int), months), np.ones(n), np.zeros(n, int), np.full(n, 30.0))
    both = labels_of(np.zeros(n + 80, int), np.concatenate([months, rng.integers(1, 7, 80)]))
    ends = np.repeat([30.0, 6.0], [n, 80])
    beside = fit_timing(both, np.ones(n + 80), np.zeros(n + 80, int), ends)
    for name in ("middle", "later", "decay"):
        assert getattr(beside, name)[0, 0] == getattr(alone, name)[0, 0]
    np.testing.assert_array_equal(beside.early[0, 0], alone.early[0, 0])


def test_all_comes_later_than_the_start_and_until_the_middle_as_much_as_was_seen_to():
    # 40 cures: 5 after one month, 15 after three, 20 later.  Half had come by month 3, a quarter of those by month 1.
    months = np.repeat([1, 3, 5, 8], [5, 15, 10, 10])
    labels = labels_of(np.zeros(40, int), months)
    timing = fit_timing(labels, np.ones(40), np.zeros(40, int), np.full(40, 12.0))
    later = timing.beyond(np.array([0.0, 1.0, 2.0, 3.0]), np.zeros(4, int))[:, 0]
    assert timing.middle[0, 0] == 3
    by_middle = 1 - later[3]
    assert later == pytest.approx([1, 1 - by_middle / 4, 1 - by_middle / 4, later[3]])
    assert 0.4 < by_middle < 0.5  # half of those seen, and a little less of all
    # workouts, of which none was seen: all come later than the start too
    assert timing.beyond(np.zeros(1), np.zeros(1, int))[0, 1] == pytest.approx(1)


def test_the_share_sold_later_falls_with_time_and_rises_with_the_timeline():
    later = sold_later(np.array([1.0, 30.0, 90.0]), np.full(3, 30.0), 0.4)
    assert (np.diff(later) < 0).all()
    assert sold_later(np.array([30.0]), np.array([60.0]), 0.4)[0] > later[1]


def test_a_notes_stratum_is_its_states_method_and_its_months_behind(resolutions_of):
    tape = resolutions_of(
        as_of_date=["2020-01-31"] * 5,
        observed_through=["2021-01-31"] * 5,
        resolution_date=["NaT"] * 5,
        property_state=["NY", "TX", "NJ", None, "NY"],
        pay_strings=["012", "678", "999", "000", "XXX"],
    ).tape
    assert [STRATA[one] for one in stratum_of(tape)] == [
        "judicial, 0-2 behind",
        "non-judicial, 3-11 behind",
        "judicial, 3-11 behind",  # a pay string's 9 is nine or more, and counts as nine
        "method unknown, 0-2 behind",
        "judicial, behind unknown",
    ]
    assert in_strata(tape, ("judicial, 0-2 behind",)).tolist() == [True, False, False, False, False]
    with pytest.raises(ValueError, match="is not a stratum"):
        in_strata(tape, ("judicial",))


def test_the_prior_for_a_sale_is_the_states_timeline_from_the_assumptions(resolutions_of, assumptions):
    tape = resolutions_of(
        as_of_date=["2020-01-31"] * 2,
        observed_through=["2021-01-31"] * 2,
        resolution_date=["NaT"] * 2,
        property_state=["TX", None],
        pay_strings=["008", "008"],
    ).tape
    follow_up = FollowUp.of_tape(tape, assumptions)
    # Texas: 390 days allowed from the last paid instalment; 2 + 1.5 x (390 - 150) / 30.4 = 13.84, so 14; + 1.5 to close.
    assert follow_up.sale_months[0] == pytest.approx(15.5)
    assert np.isnan(follow_up.sale_months[1])


def _sales_late(n, foreclosures, median, history, seed=2):
    """Half of the rest cure by 8 months; forced sales come around the median; snapshots spread over the history."""
    rng = np.random.default_rng(seed)
    outcome = np.where(rng.random(n) < foreclosures, 3, 0)
    months = np.where(outcome == 3, median * rng.lognormal(0, 0.4, n), 1 + rng.gamma(2, 4, n))
    return seen(outcome, months, np.floor(rng.uniform(0, history, n)))


def _most_moved(stratum):
    return max(high - low for low, high in zip(stratum.timeline_low, stratum.timeline_high, strict=True))


def test_a_stratum_whose_shares_hang_on_no_timeline_gets_its_ends_and_no_flag():
    labels = _sales_late(300, 0.5, 22, 60)
    found = weigh_open_notes(labels, np.ones(300), watched(np.zeros(300, int), 40.0), SETTINGS)
    (stratum,) = found.strata
    assert stratum.short
    assert _most_moved(stratum) < 0.01
    assert not stratum.flagged
    assert found.flagged_strata == ()
    assert np.isin(np.flatnonzero(~labels.resolved), found.rows).any()


def test_a_stratum_with_few_notes_open_is_flagged_where_a_share_hangs_on_the_timeline():
    labels = _sales_late(1_500, 0.15, 22, 24)
    found = weigh_open_notes(labels, np.ones(1_500), watched(np.zeros(1_500, int), 20.0), SETTINGS)
    (stratum,) = found.strata
    assert stratum.tail_share < 0.2
    assert _most_moved(stratum) >= 0.01
    assert stratum.flagged
    assert found.flagged_strata == (stratum.name,)
