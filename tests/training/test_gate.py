import pytest

from notes import GateError
from training.config import TrainingConfig
from training.evaluate import ClassCount, Interval, Slice
from training.gate import Rule, judge_against_champion, judge_first_model, rule_for

SETTINGS = TrainingConfig.from_toml().gate
BETTER, UNSURE = Interval(-0.1, -0.15, -0.05), Interval(-0.1, -0.21, 0.01)


def counts(difference=0.0, error=5.0):
    """Of 1,000 notes; reperform is predicted this much too high, foreclosure as much too low, in shares of the whole."""
    actual = {"reperform": 500, "loss_mitigation": 200, "deed_in_lieu": 50, "foreclosure": 250}
    shift = {"reperform": 1000 * difference, "foreclosure": -1000 * difference}
    return [ClassCount(name, n + shift.get(name, 0), n, error) for name, n in actual.items()]


def part(n_notes, mine, reference):
    return Slice("lien", "2", n_notes, mine, reference, (0.25,) * 4, (0.25,) * 4)


def test_the_first_model_must_beat_the_class_prior_with_its_interval():
    assert judge_first_model({"class_prior": BETTER}, counts(), [], SETTINGS).promote
    verdict = judge_first_model({"class_prior": UNSURE}, counts(), [], SETTINGS)
    assert not verdict.promote
    assert verdict.reasons[0].startswith(
        "FAIL  better than the class prior: log loss -0.1000 [-0.2100, +0.0100] at 95%"
    )


def test_the_other_baselines_and_slices_only_warn_about_a_first_model():
    against = {"class_prior": BETTER, "bucket_table": UNSURE, "multinomial_logit": UNSURE}
    verdict = judge_first_model(against, counts(), [part(100, 0.9, 0.5)], SETTINGS)
    assert verdict.promote
    assert [line[:4] for line in verdict.reasons].count("warn") == 3


@pytest.mark.parametrize(
    ("difference", "error", "promote"),
    [(0.019, 5, True), (0.021, 5, False), (0.021, 11, True), (0.05, 24, False)],  # two errors of 11 are 2.2 points
)
def test_class_shares_may_miss_by_two_points_or_two_standard_errors(difference, error, promote):
    assert judge_first_model({"class_prior": BETTER}, counts(difference, error), [], SETTINGS).promote is promote


def test_against_a_champion_two_points_are_the_limit_whatever_the_error():
    assert judge_against_champion(BETTER, counts(0.019), [], SETTINGS).promote
    assert not judge_against_champion(BETTER, counts(0.021, 50), [], SETTINGS).promote


def test_better_on_average_but_worse_on_a_slice_keeps_the_champion():
    verdict = judge_against_champion(BETTER, counts(), [part(100, 0.53, 0.5)], SETTINGS)
    assert not verdict.promote
    with pytest.raises(GateError, match=r"slice lien = 2: 100 notes, log loss 0.5300 against 0.5000 \(\+6.0%"):
        verdict.raise_unless_promoted()


def test_a_slice_under_a_hundred_notes_or_under_five_percent_worse_decides_nothing():
    assert judge_against_champion(BETTER, counts(), [part(99, 0.9, 0.5), part(100, 0.52, 0.5)], SETTINGS).promote


def test_no_better_than_the_champion_keeps_the_champion():
    assert not judge_against_champion(UNSURE, counts(), [], SETTINGS).promote


def test_a_nan_never_passes():
    nan = float("nan")
    assert not judge_first_model({"class_prior": Interval(nan, nan, nan)}, counts(), [], SETTINGS).promote
    assert not judge_against_champion(BETTER, counts(), [part(500, nan, 0.5)], SETTINGS).promote


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
