import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.weights import Labels, censoring_weights, effective_sample_size, kaplan_meier, label, share_unseen
from worlds import WorldSettings, make_world

# Remission of 21 leukaemia patients on 6-mercaptopurine, weeks; + is censored (Freireich et al. 1963, the textbook example
# of Kaplan-Meier): 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)


def test_kaplan_meier_gives_the_published_remission_curve():
    curve = kaplan_meier(WEEKS, RELAPSED, np.ones(21))
    assert curve.months.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert curve.at(np.array([5.9, 6, 8, 100])) == pytest.approx([1, 0.857, 0.807, 0.448], abs=5e-4)
    assert curve.before(np.array([6, 7])) == pytest.approx([1, 0.857], abs=5e-4)


def test_the_curve_of_being_lost_to_sight_lets_those_who_relapsed_leave_first():
    # Week 6: 21 at risk, 3 relapsed first, so 18 could be lost and 1 was: 17/18.
    # Week 9: 21 - 4 (week 6) - 1 (week 7) = 16 at risk, 1 lost: 15/16.
    curve = kaplan_meier(WEEKS, ~RELAPSED, np.ones(21), others_first=True)
    assert curve.survival[:2] == pytest.approx([17 / 18, 17 / 18 * 15 / 16])
    assert curve.survival[-1] == 0


def test_a_weight_of_two_is_two_patients():
    twice = kaplan_meier(np.repeat(WEEKS, 2), np.repeat(RELAPSED, 2), np.ones(42))
    assert kaplan_meier(WEEKS, RELAPSED, np.full(21, 2.0)).survival == pytest.approx(twice.survival)


def labels_of(outcome, months, beyond=None):
    outcome = np.array(outcome, dtype=np.int64)
    beyond = np.zeros(len(outcome), bool) if beyond is None else np.array(beyond)
    return Labels(outcome, np.array(months, dtype=float), beyond)


def test_a_resolved_note_counts_for_those_not_followed_as_long():
    # Months 2 (resolved), 3 (lost), 5 (resolved), 5 (lost).  Lost at 3: of 3 at risk 1, so G is 2/3 from 3 on.
    # Raw weights: 1 at month 2, 1.5 at month 5 (lost at 5 comes after); they sum to 2.5 and are scaled to 4 notes.
    weights = censoring_weights(labels_of([0, -1, 3, -1], [2, 3, 5, 5]), np.ones(4), max_weight=10)
    assert weights.weight == pytest.approx([1 * 4 / 2.5, 0, 1.5 * 4 / 2.5, 0])
    assert weights.largest == pytest.approx(1.5)
    assert weights.n_capped == 0
    assert weights.open_share == pytest.approx(0.5)
    assert weights.effective_sample_size == pytest.approx(2.5**2 / (1 + 2.25))


def test_the_cap_holds_and_is_counted():
    # 20 notes lost at month 1, then one resolved at month 2: G(2-) = 1/21, raw weight 21.
    weights = censoring_weights(labels_of([0] + [-1] * 20, [2] + [1] * 20), np.ones(21), max_weight=10)
    assert weights.largest == pytest.approx(10)
    assert weights.n_capped == 1


def test_a_note_open_at_the_horizon_was_not_lost():
    with_horizon = censoring_weights(labels_of([0, 3, -1], [2, 60, 60], [False, False, True]), np.ones(3), 10)
    assert with_horizon.weight == pytest.approx([1.5, 1.5, 0])


def test_strata_are_followed_apart():
    labels = labels_of([0, -1, 0, 0], [5, 1, 5, 5])
    weights = censoring_weights(labels, np.ones(4), 10, np.array(["a", "a", "b", "b"], dtype=object))
    assert weights.weight == pytest.approx([2, 0, 1, 1])


def test_nothing_open_leaves_the_base_weights_alone():
    base = np.array([0.5, 0.5, 1.0])
    weights = censoring_weights(labels_of([0, 1, 3], [3, 9, 40]), base, 10)
    assert weights.weight == pytest.approx(base)
    assert weights.open_share == 0


def test_weights_bring_back_the_class_shares_that_dropping_open_notes_shifts():
    # Two outcomes, half and half; one takes about 6 months, the other about 30; follow-up is uniform over 0-60 months.
    rng = np.random.default_rng(3)
    n = 40_000
    slow = rng.random(n) < 0.5
    taken = np.ceil(rng.gamma(6, np.where(slow, 5.0, 1.0)))
    followed = rng.integers(0, 61, n).astype(float)
    seen = (taken <= followed) & (taken <= 60)
    outcome = np.where(seen, np.where(slow, 3, 0), -1)
    labels = Labels(outcome, np.where(seen, taken, followed), ~seen & (followed >= 60))
    within = taken <= 60
    truth = slow[within].mean()
    weights = censoring_weights(labels, np.ones(n), max_weight=100).weight
    weighted = np.average(outcome == 3, weights=weights)
    dropped = (outcome[seen] == 3).mean()
    assert abs(dropped - truth) > 0.1
    assert abs(weighted - truth) < 0.01


@given(
    st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 59), st.floats(0.1, 2)), min_size=1, max_size=60).filter(
        lambda rows: any(row[0] >= 0 for row in rows)
    )
)
def test_weights_keep_the_size_of_the_book_and_are_never_under_their_share(rows):
    outcome, months, base = (np.array(column) for column in zip(*rows, strict=True))
    labels = Labels(outcome, months.astype(float), np.zeros(len(outcome), bool))
    weights = censoring_weights(labels, base, 10)
    assert weights.weight.sum() == pytest.approx(base.sum())
    assert (weights.weight[outcome < 0] == 0).all()
    assert (weights.weight[outcome >= 0] > 0).all()
    order = np.argsort(months[outcome >= 0], kind="stable")
    assert (np.diff((weights.weight / base)[outcome >= 0][order]) >= -1e-9).all()


def test_effective_sample_size_of_equal_weights_is_their_number():
    assert effective_sample_size(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_sample_size(np.array([1.0, 3.0])) == pytest.approx(16 / 10)
    assert effective_sample_size(np.zeros(3)) == 0


def test_the_share_unseen_is_that_of_resolutions_later_than_the_month():
    labels = labels_of([0, 0, 3, 3], [5, 10, 20, 40])
    assert share_unseen(labels, np.ones(4), 20) == pytest.approx(0.25)


def test_labels_close_at_the_horizon_and_count_whole_month_ends(resolutions_of):
    resolutions = resolutions_of(
        as_of_date=["2015-01-31"] * 5,
        outcome=["foreclosure", "foreclosure", "", "", "reperform"],
        resolution_date=["2020-01-31", "2020-02-29", "NaT", "NaT", "2015-07-31"],
        observed_through=["2021-12-31", "2021-12-31", "2016-03-30", "2020-01-31", "2021-12-31"],
    )
    labels = label(resolutions, 60)
    assert labels.outcome.tolist() == [3, -1, -1, -1, 0]  # 61 months is past the horizon
    assert labels.months.tolist() == [60, 60, 13, 60, 6]  # March 2016 was not seen to its end: 13, not 14
    assert labels.beyond_horizon.tolist() == [False, True, False, True, False]


def test_what_resolves_in_the_month_in_which_the_file_ends_is_open_at_the_last_whole_month_end(resolutions_of):
    # Seen to 29 June: June was not seen to its end, so all are followed to the end of May.  What resolved in June was open
    # then, as those still open are; else only the quick ones of June would be known.
    resolutions = resolutions_of(
        as_of_date=["2015-01-31", "2015-01-31", "2015-01-31", "2015-06-10"],
        outcome=["foreclosure", "reperform", "", "reperform"],
        resolution_date=["2015-05-31", "2015-06-15", "NaT", "2015-06-20"],
        observed_through=["2015-06-29"] * 4,
    )
    labels = label(resolutions, 60)
    assert labels.outcome.tolist() == [3, -1, -1, -1]
    assert labels.months.tolist() == [4, 4, 4, 0]


def test_shares_do_not_hang_on_the_day_on_which_the_file_ends(resolutions_of):
    # Half cure within a month, half are sold after some 18; 24 notes a day over two years.  A file that ends a day before
    # the month does knows nearly the same.  With the cures of that June counted and nothing else of it, foreclosures came
    # out 4 points higher by the shorter file.
    rng = np.random.default_rng(0)
    known = np.repeat(np.datetime64("2013-07-01") + np.arange(728), 24)
    slow = rng.random(len(known)) < 0.5
    ends = known + np.ceil(rng.gamma(6, np.where(slow, 3.0, 0.1)) * 30.4).astype("timedelta64[D]")

    def sold_by(last_day):
        seen = ends <= np.datetime64(last_day)
        resolutions = resolutions_of(
            as_of_date=known.astype(str),
            outcome=np.where(seen, np.where(slow, "foreclosure", "reperform"), ""),
            resolution_date=np.where(seen, ends.astype(str), "NaT"),
            observed_through=[last_day] * len(known),
        )
        labels = label(resolutions, 60)
        return np.average(labels.outcome == 3, weights=censoring_weights(labels, np.ones(len(known)), 100).weight)

    assert sold_by("2015-06-29") == pytest.approx(sold_by("2015-06-30"), abs=0.02)


@pytest.mark.parametrize("kind", ["smooth", "steps"])
def test_on_a_made_world_every_class_share_comes_back_to_within_half_a_point(kind):
    # Against what would become of the very same notes with nobody looking away: the only error is that of the weights.
    world = make_world(WorldSettings(kind, 20_000, 0, 5))
    labels = label(world.resolutions, 60)
    fate = np.bincount(world.resolutions_fate.outcome, minlength=4) / 20_000
    weights = censoring_weights(labels, np.ones(20_000), 10).weight
    weighted = np.bincount(labels.outcome[labels.resolved], weights[labels.resolved], minlength=4) / weights.sum()
    dropped = np.bincount(labels.outcome[labels.resolved], minlength=4) / labels.resolved.sum()
    assert np.abs(dropped - fate).max() > 0.012
    assert np.abs(weighted - fate).max() < 0.005
