import os
from dataclasses import replace

import numpy as np
import pytest

from features import feature_frame
from models.bundle import read_bundle, write_bundle
from notes import OUTCOMES, GateError, Notes, Resolutions, Tape, TapeError
from pricing import Assumptions
from training.config import SHIPPED_ASSUMPTIONS, SHIPPED_CONFIG, TrainingConfig
from training.context import Champion, JudgedCandidate, TrainingContext
from training.evaluate import excess_log_loss
from training.fit import train
from training.follow_up import FollowUp
from training.gate import Check, Rule
from training.likely_ends import LikelyEnds
from training.parts import Watched, weigh
from training.report import report_lines
from training.snapshots import draw_snapshots
from training.weights import label
from training.write_report import write_report
from worlds import WorldSettings, golden_tape, make_world

DEMO = TrainingConfig.from_toml(SHIPPED_CONFIG.with_name("demo_training.toml"))
QUICK = replace(DEMO, model=replace(DEMO.model, max_rounds=60, n_jobs=1), gate=replace(DEMO.gate, bootstrap_draws=100))


@pytest.fixture(scope="module")
def world():
    return make_world(WorldSettings("smooth", 1_800, 4_000, 11))


def everything(world, config):
    """All the notes as they are weighed for the model that is kept."""
    snapshots = draw_snapshots(world.resolutions, config.snapshots.bands, config.model.seed)
    tape, labels = snapshots.resolutions.tape, label(snapshots.resolutions, config.label.horizon_months)
    watched = Watched(
        snapshots, feature_frame(tape), labels, FollowUp.of_tape(tape, Assumptions.from_toml(SHIPPED_ASSUMPTIONS))
    )
    return weigh(watched, np.arange(len(snapshots)), config, tail=True)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def result(world, told):
    context = TrainingContext(
        "made", golden_tape(), {"resolutions": "ab" * 32}, progress=lambda *step: told.append(step)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "OMP_NUM_THREADS", "1")
        return train(world.resolutions, QUICK, context)


@pytest.mark.parametrize(("below", "joined"), [(0, 0), (-1, 0), (None, 2)])
def test_the_rows_of_all_notes_decide_whether_candidate_and_model_take_in_the_open_ones(
    world, monkeypatch, below, joined
):
    counted, join = [], LikelyEnds.join
    n_all = len(everything(world, QUICK).outcome)
    limit = {0: 0, -1: n_all - 1, None: n_all}[below]  # one row fewer than all is more than the candidate's

    def counting(ends, part, predict):
        counted.append(len(part.outcome))
        return join(ends, part, predict)

    monkeypatch.setattr(LikelyEnds, "join", counting)
    settings = replace(QUICK.model, max_rounds=10, folds=2, open_notes_below=limit)
    quick = replace(QUICK, model=settings, uncertainty=replace(QUICK.uncertainty, fits=0))
    train(world.resolutions, quick, TrainingContext("made", golden_tape()))
    assert len(counted) == joined
    assert counted == sorted(set(counted))  # first the candidate's rows, then all, which are more
    assert all(one <= n_all for one in counted)


def no_model(frame):
    raise AssertionError("a made champion never competes")


def test_a_made_world_gives_a_model_that_the_gate_lets_through(result):
    assert result.verdict.rule is Rule.FIRST_MODEL
    assert result.verdict.promote
    assert result.metrics["promote"] == 1


def test_the_baselines_stand_beside_the_model_with_their_paired_intervals(result):
    scores = {one.name: one for one in result.evaluation.scores}
    assert list(scores) == ["model", "class_prior", "bucket_table", "multinomial_logit"]
    assert scores["model"].difference is None
    prior = scores["class_prior"]
    assert prior.difference.estimate == pytest.approx(scores["model"].log_loss - prior.log_loss)
    assert prior.difference.low < prior.difference.estimate < prior.difference.high < 0
    assert scores["bucket_table"].explained_share == 0


def test_the_model_is_near_the_truth_and_far_better_than_the_prior(result, world):
    features = feature_frame(world.tape)
    mine = excess_log_loss(world.tape_truth, result.predict(features).values)
    prior = excess_log_loss(world.tape_truth, np.tile(world.tape_truth.mean(axis=0), (len(world.tape), 1)))
    assert mine < 0.25 * prior


def test_class_means_on_other_notes_are_the_true_ones_within_sampling_error(result, world):
    means = result.predict(feature_frame(world.tape)).values.mean(axis=0)
    # 1,500 resolved notes: one standard error is at most 1.3 points.
    assert means == pytest.approx(world.tape_truth.mean(axis=0), abs=0.035)


def test_fit_calibration_and_test_share_no_loan_and_the_refit_takes_all(result):
    split = result.split
    assert not set(split.fit) & set(split.calibrate)
    assert not (set(split.fit) | set(split.calibrate)) & set(split.test)
    assert split.out_of_time
    assert result.weights["all"].weight.sum() == pytest.approx(1_800)


def test_predicted_and_actual_counts_both_sum_to_the_test(result):
    counts = result.evaluation.counts
    assert [one.outcome for one in counts] == [str(one) for one in OUTCOMES]
    assert sum(one.predicted for one in counts) == pytest.approx(sum(one.actual for one in counts))


def test_metrics_and_parameters_are_flat_and_finite(result):
    assert all(isinstance(value, float) and np.isfinite(value) for value in result.metrics.values())
    assert all(isinstance(value, str | int | float) for value in result.parameters.values())
    assert result.parameters["label.horizon_months"] == 60
    assert {"log_loss", "class_prior.log_loss", "less_class_prior.high", "predicted.foreclosure"} <= set(result.metrics)


def test_the_bundle_writes_reads_and_predicts_the_same(result, world, tmp_path):
    bundle = read_bundle(write_bundle(tmp_path, result.bundle))
    assert bundle.manifest["training_data"] == "made"
    assert bundle.manifest["label_settings"] == {"horizon_months": 60, "streak_months": 6}
    assert bundle.manifest["data_hashes"] == {"resolutions": "ab" * 32}
    assert "promote" not in bundle.manifest["metrics"]
    features = feature_frame(world.tape.take(np.arange(50)))
    columns = [f"p_{outcome}" for outcome in OUTCOMES]
    assert (bundle.predictor.predict(features)[columns].to_numpy() == result.predict(features).values).all()


def test_progress_is_told_step_by_step(result, told):
    assert result.verdict
    assert [step for step, _, _ in told] == ["features", "fit", "baselines", "judge", "refit"]
    assert [done for _, done, _ in told] == [0, 1, 2, 3, 4]


def test_the_report_shows_what_a_reader_has_to_see(result):
    text = "\n".join(report_lines(result))
    for needed in (
        "1,800 snapshots of 1,800 loans",
        "open 1",
        "class counts at streaks of 3, 6 and 12 months: n/a, the file states its outcomes",
        "effective",
        "out of time: fitted and calibrated on",
        "resolved snapshots take part: ",
        "class prior",
        "bucket table",
        "multinomial logit",
        "judicial yes",
        "Gate: passed",
        "pass  better than the class prior",
    ):
        assert needed in text
    missed = replace(result.verdict, checks=(Check("better than the class prior", False, True, "it is not"),))
    assert "Gate: NOT passed" in report_lines(replace(result, verdict=missed))
    assert "promoted" not in text  # the gate has an opinion; what is done is said by who does it
    counted = replace(
        result, data=replace(result.data, class_counts_at_streaks={3: {"reperform": 7}, 12: {"reperform": 2}})
    )
    assert "at a streak of 12 months: reperform 2" in "\n".join(report_lines(counted))


def test_a_made_model_never_replaces_a_real_one(world):
    context = TrainingContext("made", golden_tape(), champion=Champion("note-outcomes version 3", "own", no_model))
    with pytest.raises(GateError, match="never replaces"):
        train(world.resolutions, QUICK, context)


def test_a_column_that_was_written_after_the_event_stops_the_training(world):
    given = world.resolutions
    knows = given.outcome.astype(str) == "foreclosure"
    frame = given.tape.notes.frame.assign(credit_score=np.where(knows, 400.0, 700.0))
    leaking = replace(given, tape=Tape(Notes(frame), given.tape.history))
    with pytest.raises(GateError, match="credit_score tells foreclosure from the rest"):
        train(leaking, QUICK, TrainingContext("own", golden_tape()))


def test_too_few_of_one_outcome_stop_the_training(world):
    given = world.resolutions
    rows = np.flatnonzero(given.outcome.astype(str) != "deed_in_lieu")
    with pytest.raises(TapeError, match="deed_in_lieu: 0 resolved loans"):
        train(given.take(rows), QUICK, TrainingContext("own", golden_tape()))


@pytest.mark.slow
def test_the_order_of_the_file_and_the_number_of_processes_do_not_change_the_model(result, world, tmp_path):
    shuffled: Resolutions = world.resolutions.take(np.random.default_rng(0).permutation(len(world.resolutions)))
    two = replace(QUICK, model=replace(QUICK.model, n_jobs=2))
    again = train(shuffled, two, TrainingContext("made", golden_tape(), {"resolutions": "ab" * 32}))
    assert write_bundle(tmp_path, again.bundle) == write_bundle(tmp_path, result.bundle)


@pytest.mark.slow
def test_the_first_real_model_is_judged_without_the_made_champion_and_replaces_it(world):
    context = TrainingContext("own", golden_tape(), champion=Champion("note-outcomes version 1", "made", no_model))
    result = train(world.resolutions, QUICK, context)
    assert result.verdict.rule is Rule.FIRST_MODEL
    assert result.verdict.promote


@pytest.mark.slow
def test_a_real_champion_is_beaten_only_by_a_better_model(result, world):
    def trivial(frame):
        return np.tile([0.5, 0.27, 0.03, 0.2], (len(frame), 1))

    weak = TrainingContext("own", golden_tape(), champion=Champion("note-outcomes version 2", "own", trivial))
    beaten = train(world.resolutions, QUICK, weak)
    assert beaten.verdict.rule is Rule.CHAMPION
    assert [one.name for one in beaten.evaluation.scores][-1] == "champion"
    assert beaten.evaluation.slice_reference == "champion"
    assert next(one for one in beaten.verdict.checks if one.name == "better than the champion").passed

    # The refitted model has seen the test notes: as a champion it cannot be beaten on them.
    strong = TrainingContext(
        "own", golden_tape(), champion=Champion("note-outcomes version 3", "own", lambda f: result.predict(f).values)
    )
    kept = train(world.resolutions, QUICK, strong)
    assert not kept.verdict.promote
    assert any("keeps no candidate" in one for one in kept.warnings)
    assert any("comparison favours it" in one for one in kept.warnings)
    assert not any("champion" in name for name in kept.bundle.metrics)


@pytest.mark.slow
def test_the_same_training_once_more_is_no_evidence_and_fairly_compared(result, world, tmp_path):
    kept = result.bundle.candidate
    judged = JudgedCandidate(kept.classifier.predict_proba, kept.loans, kept.window)
    champion = Champion("note-outcomes version 2", "own", lambda f: result.predict(f).values, "2025-06-30", judged)
    again = train(world.resolutions, QUICK, TrainingContext("own", golden_tape(), champion=champion))
    assert not again.verdict.promote
    # Candidate and candidate are the same model; nothing but one loan in 64, taken for another, may be left out.
    gap = again.evaluation.scores[-1].difference
    assert (gap.estimate, gap.low, gap.high) == (0, 0, 0)
    assert "no evidence that it is better" in again.verdict.reasons[0]
    assert again.evaluation.n_compared >= 0.95 * again.evaluation.n_test
    assert not any("favours" in one for one in again.warnings)
    assert "compared with the candidate that became note-outcomes version 2" in "\n".join(report_lines(again))
    assert again.metrics["champion.compared_notes"] == again.evaluation.n_compared
    page = write_report(tmp_path / "report", again, QUICK, "ab" * 32)["report.html"].read_text()
    assert "Compared with the candidate that became note-outcomes version 2 on" in page
