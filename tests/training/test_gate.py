import numpy as np
import pytest

from notes import GateError
from training.class_means import MeansBeside, MeanTest, class_mean_test
from training.config import TrainingConfig
from training.evaluate import Interval, Judged, Slice
from training.gate import Rule, inputs_check, judge_against_champion, judge_first_model, notes_check, rule_for

SETTINGS = TrainingConfig.from_toml().gate
BETTER, UNSURE = Interval(-0.1, -0.15, -0.05), Interval(-0.1, -0.21, 0.01)


def means(difference=0.0, p_value=0.5):
    """Reperform is predicted this much too high, foreclosure as much too low, in shares of the whole."""
    return MeanTest((difference, 0.0, 0.0, -difference), p_value)


def part(n_notes, mine, reference, error=0.001):
    return Slice("lien", "2", n_notes, mine, reference, (0.25,) * 4, (0.25,) * 4, error)


def test_the_first_model_must_beat_the_class_prior_with_its_interval():
    assert judge_first_model({"class_prior": BETTER}, means(), [], SETTINGS).promote
    verdict = judge_first_model({"class_prior": UNSURE}, means(), [], SETTINGS)
    assert not verdict.promote
    assert verdict.reasons[0].startswith(
        "FAIL  better than the class prior: log loss -0.1000 [-0.2100, +0.0100] at 95%"
    )


def test_the_other_baselines_and_slices_only_warn_about_a_first_model():
    against = {"class_prior": BETTER, "bucket_table": UNSURE, "multinomial_logit": UNSURE}
    verdict = judge_first_model(against, means(), [part(100, 0.9, 0.5)], SETTINGS)
    assert verdict.promote
    assert [line[:4] for line in verdict.reasons].count("warn") == 3


@pytest.mark.parametrize(
    ("difference", "p_value", "promote"),
    [(0.019, 1e-9, True), (0.021, 0.049, False), (0.021, 0.051, True), (0.30, 0.2, True), (-0.03, 0.001, False)],
)
def test_shares_are_refused_only_where_they_miss_by_more_than_two_points_and_more_than_chance(
    difference, p_value, promote
):
    assert judge_first_model({"class_prior": BETTER}, means(difference, p_value), [], SETTINGS).promote is promote
    assert judge_against_champion(BETTER, means(difference, p_value), [], SETTINGS).promote is promote


def test_refused_shares_are_told_with_their_points_and_the_chance():
    with pytest.raises(GateError, match=r"reperform \+3\.00.*foreclosure -3\.00; a sound model is as far off in 0\.1%"):
        judge_against_champion(BETTER, means(0.03, 0.001), [], SETTINGS).raise_unless_promoted()


OFF = means(0.04, 0.001)
OTHER_OUTCOMES = MeanTest((0.0, 0.03, -0.03, 0.0), 0.001)


@pytest.mark.parametrize(
    ("mine", "theirs", "promote"),
    [
        (means(0.04), means(0.021, 0.049), True),  # 1.9 points farther off than a champion that fails too
        (means(0.04), means(0.09, 0.001), True),  # and all the more beside one that is farther off
        (means(0.03), means(0.011, 0.001), True),  # on the same notes: 3.0 against 1.1, whatever all notes say
        (means(0.04), means(0.019, 0.001), False),  # 2.1 farther off
        (means(0.07), means(0.04, 0.001), False),  # 3 farther off on the same notes, though 4.0 on all
        (means(0.04), means(0.021, 0.051), False),  # what the champion is off by is chance
        (means(0.04), means(-0.04, 0.001), False),  # it is off the other way
        (means(0.04), OTHER_OUTCOMES, False),
        (means(float("nan")), means(0.04, 0.001), False),
        (means(0.04), means(float("nan"), float("nan")), False),
        (means(0.04), means(0.04, float("nan")), False),
    ],
)
def test_shares_that_are_off_only_warn_where_the_champion_fails_too_the_same_way_and_as_far(mine, theirs, promote):
    verdict = judge_against_champion(BETTER, OFF, [], SETTINGS, MeansBeside(mine, theirs))
    assert verdict.promote is promote
    assert verdict.reasons[1].startswith("warn  shares" if promote else "FAIL  shares")
    assert ("the champion is about as far off the same way" in verdict.reasons[1]) is promote


def test_shares_of_nothing_known_are_not_excused():
    beside = MeansBeside(means(0.04), means(0.04, 0.001))
    assert not judge_against_champion(BETTER, means(float("nan"), float("nan")), [], SETTINGS, beside).promote


def share_promoted(champion_off, model_off, n_compared, draws=300):
    """How often a model is promoted whose foreclosures are so much too many, reperform too few, on 1,000 test notes."""
    rng, promoted = np.random.default_rng(5), 0
    for _ in range(draws):
        truth = rng.dirichlet([2, 1, 0.3, 1], 1_000) * 0.7 + 0.075
        outcome = (rng.random((1_000, 1)) > truth.cumsum(axis=1)[:, :-1]).sum(axis=1)
        judged, move = Judged(outcome, np.ones(1_000), np.arange(1_000)), np.array([-1.0, 0.0, 0.0, 1.0])
        mine, theirs = truth + model_off * move, truth + champion_off * move
        compared = judged.take(np.arange(1_000) < n_compared)
        beside = MeansBeside(*(class_mean_test(compared, one[:n_compared], 3_000) for one in (mine, theirs)))
        verdict = judge_against_champion(BETTER, class_mean_test(judged, mine, 3_000), [], SETTINGS, beside)
        promoted += verdict.promote
    return promoted / draws


def test_a_perfect_champions_chance_on_a_few_notes_excuses_no_model():
    # 6 points are about four standard errors of a share on 1,000 notes (1.4 points, with that of the fit 1.6).  What the
    # champion is off by on 200 notes (3 points) is chance.
    assert share_promoted(0.0, 0.06, 200) < 0.10


def test_where_the_times_changed_for_both_the_champion_excuses_the_model():
    assert share_promoted(0.06, 0.06, 1_000) > 0.9
    assert share_promoted(0.06, 0.0, 1_000) > 0.9


def test_better_on_average_but_worse_on_a_slice_keeps_the_champion():
    verdict = judge_against_champion(BETTER, means(), [part(100, 0.53, 0.5)], SETTINGS)
    assert not verdict.promote
    with pytest.raises(GateError, match=r"slice lien = 2: 100 notes, log loss 0.5300 against 0.5000 \(\+6.0%"):
        verdict.raise_unless_promoted()


def test_a_slice_under_a_hundred_notes_or_under_five_percent_worse_decides_nothing():
    assert judge_against_champion(BETTER, means(), [part(99, 0.9, 0.5), part(100, 0.52, 0.5)], SETTINGS).promote


def test_a_slice_is_refused_only_beyond_what_chance_does_with_so_many_slices():
    # One slice: 5 % on one side are 1.645 standard errors; 6 % worse is more than that up to an error of 3.65 points.
    # Ten slices: 0.5 % each are 2.576 standard errors, which 6 % is up to an error of 2.33 points.
    assert not judge_against_champion(BETTER, means(), [part(100, 0.53, 0.5, 0.036)], SETTINGS).promote
    assert judge_against_champion(BETTER, means(), [part(100, 0.53, 0.5, 0.037)], SETTINGS).promote
    others = [part(100, 0.5, 0.5)] * 9
    assert not judge_against_champion(BETTER, means(), [part(100, 0.53, 0.5, 0.0232), *others], SETTINGS).promote
    assert judge_against_champion(BETTER, means(), [part(100, 0.53, 0.5, 0.0234), *others], SETTINGS).promote


def test_no_better_than_the_champion_keeps_the_champion_and_says_in_words_what_was_seen():
    verdict = judge_against_champion(UNSURE, means(), [], SETTINGS)
    assert not verdict.promote
    assert verdict.reasons[0].endswith("no evidence that it is better, or worse")
    same = judge_against_champion(Interval(0.0, 0.0, 0.0), means(), [], SETTINGS)
    assert not same.promote
    assert same.reasons[0].endswith("no evidence that it is better, or worse")
    worse = judge_against_champion(Interval(0.1, 0.05, 0.15), means(), [], SETTINGS)
    assert worse.reasons[0].endswith("it is WORSE")


def test_a_nan_never_passes():
    nan = float("nan")
    assert not judge_first_model({"class_prior": Interval(nan, nan, nan)}, means(), [], SETTINGS).promote
    assert not judge_first_model({"class_prior": BETTER}, means(nan, nan), [], SETTINGS).promote
    assert not judge_against_champion(BETTER, means(), [part(500, nan, 0.5)], SETTINGS).promote
    assert not judge_against_champion(BETTER, means(), [part(500, 0.6, 0.5, nan)], SETTINGS).promote


@pytest.mark.parametrize("champion", [None, "made"])
@pytest.mark.parametrize("training_data", ["made", "own", "agency"])
def test_without_a_real_champion_the_baselines_judge(training_data, champion):
    assert rule_for(training_data, champion) is Rule.FIRST_MODEL


@pytest.mark.parametrize("champion", ["own", "agency"])
def test_a_made_model_never_replaces_a_real_one(champion):
    assert rule_for("own", champion) is Rule.CHAMPION
    with pytest.raises(GateError, match="never replaces") as refusal:
        rule_for("made", champion)
    assert refusal.value.exit_code == 5


def test_other_kinds_of_training_data_are_refused():
    with pytest.raises(ValueError, match="made, own, agency"):
        rule_for("synthetic", None)


def test_a_champion_that_lacks_over_a_tenth_of_its_features_is_not_beaten_by_that():
    assert inputs_check((), 40) is None
    few, many = inputs_check(("a", "b", "c", "d"), 40), inputs_check(("a", "b", "c", "d", "e"), 40)
    assert (few.passed, few.required) == (False, False)  # 4 of 40 is a tenth: told, and no more
    assert (many.passed, many.required) == (False, True)
    assert "no test note has 5 of the 40 features" in many.figures
    assert "a, b, c and 2 more" in many.figures
    assert "--payments" in many.figures


@pytest.mark.parametrize(("mine", "theirs"), [(800, 1_000), (3_000, 1_000), (5, 0)])
def test_four_fifths_of_the_champions_resolved_notes_are_enough(mine, theirs):
    assert notes_check(mine, theirs, SETTINGS) is None


def test_a_model_of_far_fewer_resolved_notes_never_takes_the_champions_place():
    check = notes_check(799, 1_000, SETTINGS)
    assert check.required
    assert not check.passed
    assert "799 resolved notes, the champion has 1,000; at least 80% of that are needed" in check.figures
