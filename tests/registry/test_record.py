import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from registry.gate_record import GateRecord
from registry.home import Home, StoreError
from registry.record import log_training
from registry.same_bundle import version_of_bundle
from registry.store import EXPERIMENT, experiment_id, open_store


class Interrupted(Mapping):
    """Parameters during whose writing the user presses Ctrl-C."""

    def __getitem__(self, key):
        raise KeyboardInterrupt

    def __iter__(self):
        raise KeyboardInterrupt

    def __len__(self):
        return 1


def only_run(home: Home):
    client = open_store(home)
    (run,) = client.search_runs([experiment_id(client, home)])
    return run


def test_a_run_holds_settings_figures_hashes_and_the_version_the_bundle(mlflow_home, make_record):
    record = make_record(mlflow_home)
    reference = log_training(mlflow_home, record)
    run = only_run(mlflow_home)
    assert (run.info.run_id, run.info.status) == (reference.run_id, "FINISHED")
    assert run.data.params == {"learning_rate": "0.03", "horizon_months": "60"}
    assert run.data.metrics == {"log_loss": 0.85}  # what was not measured is not stored as a number
    assert run.data.tags["resolutions_sha256"] == "0" * 64
    assert run.data.tags["training_data"] == "own"
    version = open_store(mlflow_home).get_model_version("note-outcomes", str(reference.version))
    assert version.tags == {
        "bundle_sha256": record.bundle_folder.name,
        "training_data": "own",
        "training_id": record.training_id,
    }
    assert version.run_id == reference.run_id
    assert reference.model_uri == "models:/note-outcomes/1"


def test_every_setting_is_logged_also_beyond_what_one_call_takes(mlflow_home, make_record):
    params = {f"setting_{i}": i for i in range(230)}
    metrics = {f"metric_{i}": float(i) for i in range(130)}
    log_training(mlflow_home, make_record(mlflow_home, params=params, metrics=metrics))
    run = only_run(mlflow_home)
    assert run.data.params == {name: str(value) for name, value in params.items()}
    assert run.data.metrics == metrics


def test_the_model_holds_no_pickle_no_example_and_nothing_but_the_bundle_and_the_wrapper(mlflow_home, make_record):
    record = make_record(mlflow_home)
    reference = log_training(mlflow_home, record)
    model = mlflow_home.mlflow_artifacts / EXPERIMENT / reference.run_id / "artifacts" / "model"
    files = {str(path.relative_to(model)) for path in model.rglob("*") if path.is_file()}
    bundle = {f"artifacts/{record.bundle_folder.name}/{name}" for name in ("predictor.py", "manifest.json")}
    assert files == bundle | {"MLmodel", "conda.yaml", "outcome_pyfunc.py", "python_env.yaml", "requirements.txt"}
    pinned = (model / "requirements.txt").read_text().split()
    assert [line.partition("==")[0] for line in pinned] == ["mlflow", "numpy", "pandas", "lightgbm"]


def test_files_of_a_training_are_kept_with_its_run(mlflow_home, make_record, tmp_path):
    (tmp_path / "page.html").write_text("<p>report</p>")
    record = replace(make_record(mlflow_home), artifacts={"report.html": tmp_path / "page.html"})
    reference = log_training(mlflow_home, record)
    kept = mlflow_home.mlflow_artifacts / EXPERIMENT / reference.run_id / "artifacts" / "report.html"
    assert kept.read_text() == "<p>report</p>"


def test_every_input_is_an_optional_double_and_the_outputs_are_the_four_outcomes(mlflow_home, make_record):
    import mlflow

    reference = log_training(mlflow_home, make_record(mlflow_home))
    model = mlflow_home.mlflow_artifacts / EXPERIMENT / reference.run_id / "artifacts" / "model"
    signature = mlflow.models.get_model_info(str(model)).signature
    assert [(one.name, one.type.name, one.required) for one in signature.inputs] == [
        ("upb", "double", False),
        ("ltv", "double", False),
    ]
    names = ["p_reperform", "p_loss_mitigation", "p_deed_in_lieu", "p_foreclosure"]
    assert [(one.name, one.type.name) for one in signature.outputs] == [(name, "double") for name in names]


def test_an_interrupted_run_ends_as_killed(mlflow_home, make_record):
    with pytest.raises(KeyboardInterrupt):
        log_training(mlflow_home, make_record(mlflow_home, params=Interrupted()))
    assert only_run(mlflow_home).info.status == "KILLED"


def test_a_run_that_cannot_be_logged_to_the_end_has_failed_and_the_bundle_stays(mlflow_home, make_record):
    record = make_record(mlflow_home, pyfunc_script=Path("no/such/script.py"))
    with pytest.raises(StoreError, match="no/such/script"):
        log_training(mlflow_home, record)
    assert only_run(mlflow_home).info.status == "FAILED"
    assert (record.bundle_folder / "manifest.json").is_file()


def test_a_dead_server_costs_seconds_and_not_the_model(tmp_path, make_record, monkeypatch):
    home = Home(tmp_path / "home", "http://ann:secret@127.0.0.1:9")  # the discard port: nothing listens
    record = make_record(home)
    start = time.monotonic()
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9") as failed:
        log_training(home, record)
    assert time.monotonic() - start < 30
    assert "secret" not in str(failed.value)
    assert (record.bundle_folder / "predictor.py").is_file()


def test_a_record_logged_twice_is_one_run_and_one_version(mlflow_home, make_record):
    record = make_record(mlflow_home)
    assert log_training(mlflow_home, record) == log_training(mlflow_home, record)
    only_run(mlflow_home)
    assert len(open_store(mlflow_home).search_model_versions("name = 'note-outcomes'")) == 1


def test_the_same_bundle_trained_twice_is_one_version_and_two_runs(mlflow_home, make_record):
    record = make_record(mlflow_home)
    again = replace(record, training_id="0" * 32)
    first, second = (log_training(mlflow_home, one) for one in (record, again))
    assert (first.version, first.was_there, second.version, second.was_there) == (1, False, 1, True)
    assert first.run_id != second.run_id
    client = open_store(mlflow_home)
    assert len(client.search_model_versions("name = 'note-outcomes'")) == 1
    assert client.get_model_version("note-outcomes", "1").run_id == first.run_id
    run = client.get_run(second.run_id)
    assert (run.info.status, run.data.tags["same_bundle_as_version"]) == ("FINISHED", "1")
    assert run.data.metrics["log_loss"] == 0.85
    assert log_training(mlflow_home, again).run_id == second.run_id  # twice is once here too


def test_of_two_versions_with_one_bundle_the_champion_is_meant_else_the_last(mlflow_home, make_record):
    record = make_record(mlflow_home)
    run_id = log_training(mlflow_home, record).run_id
    client, tags = open_store(mlflow_home), {"bundle_sha256": record.bundle_folder.name}
    # As a notebid of before registered it once more.
    client.create_model_version("note-outcomes", f"runs:/{run_id}/model", run_id, tags=tags)
    assert version_of_bundle(client, record.bundle_folder.name) == 2
    client.set_registered_model_alias("note-outcomes", "champion", "1")
    assert version_of_bundle(client, record.bundle_folder.name) == 1
    assert version_of_bundle(client, "0" * 64) is None


def test_a_run_that_broke_off_is_taken_up_again_and_dated_by_the_training(mlflow_home, make_record):
    record = replace(make_record(mlflow_home), trained_at=1_700_000_000.0)
    broken = replace(record, pyfunc_script=Path("no/such/script.py"))
    with pytest.raises(StoreError):
        log_training(mlflow_home, broken)
    failed = only_run(mlflow_home).info.run_id
    assert log_training(mlflow_home, record).run_id == failed
    run = only_run(mlflow_home)
    assert (run.info.status, run.info.start_time) == ("FINISHED", 1_700_000_000_000)
    assert [len(open_store(mlflow_home).get_metric_history(failed, name)) for name in run.data.metrics] == [1]


def test_the_verdict_is_on_the_version_from_the_moment_it_exists(mlflow_home, make_record):
    gate = GateRecord(False, 4, ("FAIL  share of foreclosure: 3 points", "FAIL  better than the champion"))
    reference = log_training(mlflow_home, make_record(mlflow_home, gate=gate))
    tags = open_store(mlflow_home).get_model_version("note-outcomes", str(reference.version)).tags
    assert (tags["verdict"], tags["judged_against"]) == ("failed", "4")
    assert GateRecord.from_tags(tags) == gate


def test_a_record_of_a_folder_that_is_no_bundle_or_of_unknown_data_is_refused(mlflow_home, make_record, tmp_path):
    with pytest.raises(ValueError, match="named by its sha256"):
        make_record(mlflow_home).__class__(tmp_path, "own", (), Path())
    with pytest.raises(ValueError, match="one of made, own, agency"):
        make_record(mlflow_home, 0.3, "bought")
