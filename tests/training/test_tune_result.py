"""The paired difference by hand, the bar that it must pass, and the settings as a file."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from training.config import TrainingConfig
from training.tune_decision import decide
from training.tune_result import FINISHED, PRUNED, Paired, Trial, Tuned, paired_by_loan

CONFIG = TrainingConfig.from_toml()
GIVEN = CONFIG.model.members
OTHER = replace(GIVEN, l2=3.5, num_leaves=6)


def trial(number, log_loss, against=None, settings=OTHER, state=FINISHED):
    return Trial(number, state, settings, log_loss, (log_loss,), against, 0.0, 1.0)


def test_the_paired_difference_by_hand():
    # Differences -1, 1, -3 with weights 1, 1, 2: mean (-1 + 1 - 6) / 4 = -1.5.  The first two are one loan.
    # By loan: 1 x 0.5 + 1 x 2.5 = 3, and 2 x (-1.5) = -3.  sqrt(2 / 1 x (9 + 9)) / 4 = 6 / 4 = 1.5.
    found = paired_by_loan(
        np.array([1.0, 2.0, 0.0]), np.array([2.0, 1.0, 3.0]), np.array([1.0, 1.0, 2.0]), np.array([5, 5, 9])
    )
    assert found == Paired(-1.5, 1.5)


def test_one_loan_has_no_error_to_be_seen():
    found = paired_by_loan(np.array([1.0, 2.0]), np.zeros(2), np.ones(2), np.array([3, 3]))
    assert found.estimate == 1.5
    assert math.isinf(found.standard_error)


def test_the_standard_error_is_that_of_repeated_draws_of_loans():
    # 400 loans of one to three rows, differences with a part common to the loan: the formula against 2,000 fresh draws.
    rng = np.random.default_rng(3)

    def draw():
        loan = np.repeat(np.arange(400), rng.integers(1, 4, 400))
        weight = rng.uniform(0.5, 1.5, len(loan))
        return rng.normal(size=400)[loan] + rng.normal(size=len(loan)), weight, loan

    found = []
    for _ in range(2_000):
        difference, weight, loan = draw()
        found.append(float(np.average(difference, weights=weight)))
    difference, weight, loan = draw()
    error = paired_by_loan(difference, np.zeros(len(loan)), weight, loan).standard_error
    assert error == pytest.approx(np.std(found), rel=0.12)


@pytest.mark.parametrize(
    ("estimate", "taken"), [(-0.0401, True), (-0.04, False), (-0.02, False), (0.0, False), (0.03, False)]
)
def test_the_best_is_taken_only_if_it_is_better_by_more_than_two_standard_errors(estimate, taken):
    trials = [trial(0, 0.70, settings=GIVEN), trial(1, 0.70 + estimate, Paired(estimate, 0.02))]
    found = decide(trials, CONFIG, "the trials are used up")
    assert found.taken is taken
    assert found.config.model.members == (OTHER if taken else GIVEN)
    assert ("its settings are taken" if taken else "the given settings stay") in found.said


def test_the_bar_is_a_setting():
    lenient = replace(CONFIG, tuning=replace(CONFIG.tuning, standard_errors=1.0))
    trials = [trial(0, 0.70, settings=GIVEN), trial(1, 0.67, Paired(-0.03, 0.02))]
    assert not decide(trials, CONFIG, "").taken
    assert decide(trials, lenient, "").taken


def test_what_was_stopped_early_never_wins():
    trials = [trial(0, 0.70, settings=GIVEN), trial(1, 0.10, None, state=PRUNED)]
    found = decide(trials, CONFIG, "the time is used up")
    assert not found.taken
    assert "no trial but that of the given settings was done (the time is used up)" in found.said


def test_the_settings_file_is_a_configuration_by_itself_and_a_section_for_ones_own(tmp_path):
    config = replace(CONFIG, model=replace(CONFIG.model, members=OTHER))
    tuned = Tuned(config, True, trial(1, 0.6), "better", "3 cuts", True, (trial(0, 0.7),), 0, 1.0, "k")
    alone = tmp_path / "settings.toml"
    alone.write_text(tuned.to_toml())
    assert TrainingConfig.from_toml(alone) == config
    joined = tmp_path / "mine.toml"
    joined.write_text("[model]\nfolds = 4\n\n" + tuned.to_toml() + "\n[gate]\nconfidence = 0.9\n")
    found = TrainingConfig.from_toml(joined)
    assert (found.model.members, found.model.folds, found.gate.confidence) == (OTHER, 4, 0.9)
