from dataclasses import asdict

import pytest

from models.classifier import OutcomeClassifier
from notes import UsageError
from training.config import SHIPPED_CONFIG, TrainingConfig, absent_keys


def test_the_shipped_file_holds_every_setting_and_each_has_a_comment():
    config = TrainingConfig.from_toml()
    assert config.label.horizon_months == 60
    assert config.label.streak_months == 6
    lines = [line for line in SHIPPED_CONFIG.read_text().splitlines() if "=" in line.split("#")[0]]
    assert len(lines) == len(config.parameters())
    assert absent_keys(SHIPPED_CONFIG) == []


def test_a_key_or_section_that_a_file_lacks_is_taken_from_the_shipped_one_and_listed(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[label]\nstreak_months = 3\n\n[model.members]\nl2 = 2\n")
    mine, shipped = TrainingConfig.from_toml(path), TrainingConfig.from_toml()
    differ = {key for key, value in shipped.parameters().items() if mine.parameters()[key] != value}
    assert differ == {"label.streak_months", "model.members.l2"}
    assert (mine.label.streak_months, mine.model.members.l2) == (3, 2.0)
    absent = absent_keys(path)
    assert absent[0] == "label.horizon_months"
    assert {"[gate]", "model.folds", "model.members.num_leaves"} < set(absent)
    assert not {"label.streak_months", "model.members.l2", "[label]", "[model.members]"} & set(absent)


def test_the_shipped_members_are_the_classifiers_own_defaults():
    own = OutcomeClassifier().get_params()
    for name, value in asdict(TrainingConfig.from_toml().model.members).items():
        assert value == (own[name] or 0), name  # None and 0 both go by the rows


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "horizon_months = 60",
            "horison_months = 60",
            "label.horison_months: is not a setting; did you mean label.horizon_months?",
        ),
        ("[gate]", "[gates]", "gates: is not a setting; did you mean gate?"),
        ("horizon_months = 60", 'horizon_months = "60"', "label.horizon_months = '60': must be a whole number"),
        ("horizon_months = 60", "horizon_months = true", "label.horizon_months = True: must be a whole number"),
        ("max_weight     = 10.0", "max_weight = 0.5", "censoring.max_weight = 0.5: must be 1 or more"),
        ("max_weight     = 10.0", "max_weight = nan", "censoring.max_weight = nan"),
        ("stratum_notes  = 50.0", "stratum_notes = 0", "censoring.stratum_notes = 0.0: must be 1 note or more"),
        ("timeline_log_sd = 0.40", "timeline_log_sd = 0", "censoring.timeline_log_sd = 0.0: must be above 0"),
        (
            "suspect_payment_auc = 0.96",
            "suspect_payment_auc = 0.5",
            "data.suspect_payment_auc = 0.5: must be above 0.5",
        ),
        ("suspect_other_auc   = 0.87", "suspect_other_auc = nan", "data.suspect_other_auc = nan: must be above 0.5"),
        ("test_share        = 0.25", "test_share = 1.0", "split.test_share = 1.0: must be between 0 and 1"),
        ("folds      = 5", "folds = 1", "model.folds = 1: must be 2 or more"),
        ("folds      = 5", "folds = 5.0", "model.folds = 5.0: must be a whole number"),
        (
            "num_leaves     = 0",
            "num_leaves = 1",
            "model.members.num_leaves = 1: must be 0 (by the rows) or from 2 to 64",
        ),
        ("l2             = 1.0", "l2 = -1", "model.members.l2 = -1.0: must be from 0 to 1e+06"),
        (
            "multiplied     = 20",
            "multiply = 20",
            "model.members.multiply: is not a setting; did you mean model.members.",
        ),
        ("inner_folds     = 4", "inner_folds = 1", "tuning.inner_folds = 1: must be from 2 to 20"),
        (
            "standard_errors = 2.0           # a",
            "standard_errors = nan # a",
            "tuning.standard_errors = nan: must be from",
        ),
        ("bands = [0, 1, 2, 3, 6, 12, 24]", "bands = [1, 2]", "snapshots.bands = [1, 2]"),
        (
            "bands = [0, 1, 2, 3, 6, 12, 24]",
            'bands = ["0"]',
            "snapshots.bands = ['0']: must be a list of whole numbers",
        ),
        ("[label]", "[label", "is not TOML"),
    ],
)
def test_a_wrong_key_or_value_is_refused_by_its_name(tmp_path, old, new, told):
    text = SHIPPED_CONFIG.read_text()
    assert old in text
    path = tmp_path / "training.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(UsageError) as refusal:
        TrainingConfig.from_toml(path)
    assert str(path) in str(refusal.value)
    assert told in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        TrainingConfig.from_toml(tmp_path / "none.toml")


def test_a_section_that_is_not_one_is_refused():
    table = dict.fromkeys(
        ("label", "snapshots", "censoring", "data", "split", "model", "gate", "judgement", "tuning"), 3
    )
    with pytest.raises(UsageError, match="label: must be a section"):
        TrainingConfig.from_dict(table)
    with pytest.raises(UsageError, match=r"model.members: must be a section \[model.members\], found 3"):
        TrainingConfig.from_dict({"model": {"members": 3}})


def test_parameters_are_flat_and_plain():
    parameters = TrainingConfig.from_toml().parameters()
    assert parameters["label.horizon_months"] == 60
    assert parameters["snapshots.bands"] == "0,1,2,3,6,12,24"
    assert all(isinstance(value, str | int | float) for value in parameters.values())


def test_the_demo_settings_differ_in_effort_alone():
    shipped = TrainingConfig.from_toml().parameters()
    demo = TrainingConfig.from_toml(SHIPPED_CONFIG.with_name("demo_training.toml")).parameters()
    assert {key for key in shipped if demo[key] != shipped[key]} == {
        "model.max_rounds",
        "model.folds",
        "gate.bootstrap_draws",
        "judgement.learning_percents",
        "judgement.importance_notes",
        "judgement.priced_notes",
        "judgement.drift_notes",
    }
