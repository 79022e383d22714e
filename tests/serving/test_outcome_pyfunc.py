"""The model as MLflow loads it: alone, with its own code, in any process."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import BundleContents, OutcomeClassifier, read_bundle, write_bundle
from notes import OUTCOMES, Notes, PaymentHistory, Tape
from registry.home import Home
from registry.promote import promote
from registry.record import TrainingRecord, log_training

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "serving" / "outcome_pyfunc.py"
P_COLUMNS = ["p_reperform", "p_loss_mitigation", "p_deed_in_lieu", "p_foreclosure"]

# Two versions of predictor code that differ in arithmetic, not only in figures: a share, and its square.
PREDICTOR = """
import json
from pathlib import Path

import pandas as pd


class Predictor:
    def __init__(self, folder):
        self.slope = json.loads((Path(folder) / "anchor.json").read_text())["slope"]

    def predict(self, frame):
        ltv = frame.reindex(columns=["ltv", "upb"])["ltv"].fillna(0.0)
        foreclosure = 0.05 + self.slope * {expression}
        rest = (1.0 - foreclosure) / 3.0
        names = ["p_reperform", "p_loss_mitigation", "p_deed_in_lieu"]
        return pd.DataFrame(dict.fromkeys(names, rest) | {{"p_foreclosure": foreclosure}}, index=frame.index)
"""

# A process of somebody who has MLflow and the model's libraries, but not notebid.
ELSEWHERE = """
import importlib.util, os, sys
project = os.path.realpath(sys.argv[1])
sys.path[:] = [one for one in sys.path if one and os.path.realpath(one) != project]
sys.meta_path[:] = [one for one in sys.meta_path if "editable" not in repr(one)]
for room in ("notes", "registry", "models", "serving", "features"):
    assert importlib.util.find_spec(room) is None, f"{room} can be imported"

import mlflow
import pandas as pd

mlflow.set_tracking_uri(sys.argv[2])
model = mlflow.pyfunc.load_model("models:/note-outcomes@champion")
model.predict(pd.read_parquet(sys.argv[3])).to_parquet(sys.argv[4])
"""


@pytest.fixture
def log(mlflow_home: Home, tmp_path: Path):
    """Log a version from a copy of the wrapper that is gone afterwards, so that only MLflow's copy can be what runs."""

    def log(expression: str, slope: float) -> int:
        code, anchor = PREDICTOR.format(expression=expression), json.dumps({"slope": slope})
        folder = mlflow_home.bundles / hashlib.sha256((code + anchor).encode()).hexdigest()
        folder.mkdir(parents=True)
        manifest = json.dumps({"format": 1, "files": {"predictor.py": hashlib.sha256(code.encode()).hexdigest()}})
        for name, text in (("predictor.py", code), ("anchor.json", anchor), ("manifest.json", manifest)):
            (folder / name).write_text(text)
        script = Path(shutil.copy(SCRIPT, tmp_path / "wrapper.py"))
        version = log_training(mlflow_home, TrainingRecord(folder, "own", ("upb", "ltv"), script)).version
        script.unlink()
        return version

    return log


@pytest.fixture
def load(mlflow_home: Home, monkeypatch: pytest.MonkeyPatch):
    """Load a model by its address through MLflow's own door, with its global address put back afterwards."""
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_home.tracking_uri)
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    return mlflow.pyfunc.load_model


def test_two_versions_in_one_process_each_run_their_own_code(log, load):
    straight, squared = log("ltv", 0.5), log("ltv**2", 0.4)
    first, second = load(f"models:/note-outcomes/{straight}"), load(f"models:/note-outcomes/{squared}")
    notes = pd.DataFrame({"upb": [1e5, 2e5], "ltv": [0.8, 1.2]})
    for _ in range(2):  # each again after the other
        # 0.05 + 0.5 × 0.8 and × 1.2;  0.05 + 0.4 × 0.64 and × 1.44
        assert first.predict(notes)["p_foreclosure"].to_list() == pytest.approx([0.45, 0.65], abs=1e-12)
        assert second.predict(notes)["p_foreclosure"].to_list() == pytest.approx([0.306, 0.626], abs=1e-12)


def test_the_output_is_four_named_columns_with_the_rows_of_the_input(log, load):
    model = load(f"models:/note-outcomes/{log('ltv', 0.5)}")
    predicted = model.predict(pd.DataFrame({"upb": [1e5, 2e5], "ltv": [0.3, 0.6]}, index=[7, 3]))
    assert predicted.columns.to_list() == P_COLUMNS
    assert predicted.index.to_list() == [7, 3]
    assert (predicted.dtypes == "float64").all()
    assert predicted.sum(axis=1).to_list() == pytest.approx([1.0, 1.0], abs=1e-12)


def test_a_column_may_be_absent_and_the_order_of_columns_makes_no_difference(log, load):
    model = load(f"models:/note-outcomes/{log('ltv', 0.5)}")
    without = model.predict(pd.DataFrame({"upb": [1e5]}))
    assert without["p_foreclosure"].to_list() == [0.05]  # a missing ltv counts as 0 in this predictor
    turned = model.predict(pd.DataFrame({"ltv": [0.8], "upb": [1e5]}))
    pd.testing.assert_frame_equal(turned, model.predict(pd.DataFrame({"upb": [1e5], "ltv": [0.8]})))


def test_a_predictor_that_was_changed_after_it_was_saved_is_not_run(log, load, mlflow_home, tmp_path):
    version = log("ltv", 0.5)
    [kept] = [one for one in mlflow_home.artifacts.rglob("predictor.py") if mlflow_home.bundles not in one.parents]
    ran = tmp_path / "ran"
    kept.write_text(kept.read_text() + f"\nopen({str(ran)!r}, 'w').close()\n")
    with pytest.raises(Exception, match=r"predictor\.py was changed after it was saved"):
        load(f"models:/note-outcomes/{version}")
    assert not ran.exists()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """A real bundle of a small fitted model, and features of notes that it has not seen, some of them missing."""
    rng = np.random.default_rng(5)
    ltv, behind = rng.uniform(0.3, 1.6, 400), rng.integers(0, 40, 400).astype(float)
    features = pd.DataFrame({"ltv": ltv, "months_behind": behind})
    drawn = np.clip(np.rint(ltv + behind / 15 + rng.normal(0, 1, 400)), 0, 3).astype(int)
    classifier = OutcomeClassifier(max_rounds=20, n_folds=2).fit(features[:300], np.array(OUTCOMES)[drawn[:300]])
    golden = Notes(pd.DataFrame({"loan_id": ["made-0"], "as_of_date": [np.datetime64("2024-06-30", "s")]}))
    contents = BundleContents(
        classifier=classifier,
        golden_tape=Tape(golden, PaymentHistory.unknown(1)),
        golden_features=features[:1],
        label_settings={"horizon_months": 60, "streak_months": 6},
        training_window={},
        training_data="own",
        metrics={},
        data_hashes={},
    )
    unseen = features[300:].reset_index(drop=True)
    unseen.loc[::7, "ltv"] = np.nan
    return write_bundle(tmp_path_factory.mktemp("bundles"), contents), unseen


def test_the_champion_predicts_the_same_elsewhere_without_the_project_and_without_pickle(
    mlflow_home, trained, tmp_path
):
    folder, features = trained
    expected = read_bundle(folder).predictor.predict(features)
    bundle = shutil.copytree(folder, mlflow_home.bundles / folder.name)
    record = TrainingRecord(bundle, "own", tuple(features.columns), Path(shutil.copy(SCRIPT, tmp_path)))
    promote(mlflow_home, log_training(mlflow_home, record).version, None)
    record.pyfunc_script.unlink()  # so that only what MLflow holds can be what runs
    shutil.rmtree(bundle)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    features[["months_behind", "ltv"]].to_parquet(elsewhere / "features.parquet")  # in another order
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    run = subprocess.run(
        [sys.executable, "-I", "-c", ELSEWHERE, str(ROOT), mlflow_home.tracking_uri, "features.parquet", "p.parquet"],
        cwd=elsewhere,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    predicted = pd.read_parquet(elsewhere / "p.parquet")
    pd.testing.assert_frame_equal(predicted, expected, rtol=0, atol=1e-12)
    assert expected["p_foreclosure"].std() > 0.05  # the model tells these notes apart, so equality means something


def test_the_wrapper_imports_nothing_of_the_project():
    imported = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported == {"hashlib", "json", "runpy", "pathlib", "typing", "mlflow", "pandas"}
