"""The commands as a user runs them, in processes of their own and a home of their own."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home in which the first score has trained the demo model."""
    place = tmp_path_factory.mktemp("home")
    done = _notebid(place, "score")
    assert done.returncode == 0, done.stderr
    assert "training the demo model" in done.stderr
    return place


def _notebid(home, *words, cwd=ROOT):
    environment = {**os.environ, "NOTEBID_HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli", *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _result(home):
    [folder] = [one for one in (home / "out").iterdir() if not one.name.startswith(".")]
    return folder


def test_the_first_score_leaves_a_champion_and_the_second_trains_nothing(home):
    before = (_result(home) / "run.json").read_bytes()
    done = _notebid(home, "score")
    assert "training" not in done.stderr
    assert (_result(home) / "run.json").read_bytes() == before


def test_a_training_keeps_its_resolved_notes_for_explain_and_out_of_mlflow(home):
    done = _notebid(home, "explain", "MADE-EX-FOUR-BEHIND-MANY-PAYMENTS", "--json")
    assert done.returncode == 0, done.stderr
    similar = json.loads(done.stdout)["similar"]
    assert len(similar["notes"]) == 5
    assert similar["resolved_notes"] > 2_000
    kept = {one.name for one in home.rglob("*.parquet*") if one.is_file()}
    assert {one.name for one in (home / "artifacts" / "references").iterdir()} == kept
    assert not [one for one in (home / "artifacts" / "mlflow").rglob("*") if "references" in one.name]


def test_the_champion_loaded_by_mlflow_gives_the_probabilities_of_the_bids(home, tmp_path):
    frame = tmp_path / "features.csv"
    tape, payments = ROOT / "examples" / "tape.csv", ROOT / "examples" / "payments.csv"
    assert _notebid(home, "features", tape, f"--payments={payments}", f"--out={frame}").returncode == 0
    script = f"""
import csv, json, mlflow, pandas as pd
mlflow.set_tracking_uri("sqlite:///{home}/mlflow.db")
frame = pd.read_csv({str(frame)!r}).drop(columns="loan_id")
predicted = mlflow.pyfunc.load_model("models:/note-outcomes@champion").predict(frame)
bids = pd.read_csv({str(_result(home) / "bids.csv")!r})
print(float((predicted - bids[list(predicted.columns)]).abs().max().max()), len(bids))
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    difference, rows = done.stdout.split()
    assert float(difference) <= 1e-12
    assert int(rows) == 195


def test_training_on_a_world_from_its_files_reports_and_bids_its_tape(home, tmp_path):
    own = tmp_path / "own"
    world = tmp_path / "world"
    assert _notebid(own, "world", "--resolutions=1500", "--tape=300", f"--out={world}").returncode == 0
    done = _notebid(own, "train", world / "resolutions.csv", f"--payments={world / 'payments.csv'}", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["promoted"]) in {(0, True), (5, False)}
    # Whatever the gate says of so small a history, the model is kept and can be asked for by its version.
    scored = _notebid(
        own, "score", world / "tape.csv", f"--payments={world / 'tape_payments.csv'}", f"--model={report['version']}"
    )
    assert scored.returncode == 0, scored.stderr
    with (_result(own) / "bids.csv").open(newline="") as lines:
        bids = list(csv.DictReader(lines))
    assert len(bids) == 300
    # The resolutions were made, so nothing that they teach is a price.
    assert {row["bid_status"] for row in bids} == {"REVIEW"}


def test_a_score_killed_at_any_moment_leaves_no_folder_that_looks_like_a_result(home, tmp_path):
    environment = {**os.environ, "NOTEBID_HOME": str(home), "OMP_NUM_THREADS": "1"}
    draw = random.Random(20)
    for turn in range(8):
        out = tmp_path / f"r{turn}"
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "score", "--quiet", f"--out={out}"], cwd=ROOT, env=environment
        )
        time.sleep(draw.uniform(0.5, 4.0))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            continue  # it was done already
        assert not (out / "run.json").exists() or _is_whole(out)
    _notebid(home, "score", "--quiet", f"--out={tmp_path / 'r0'}")
    assert _is_whole(tmp_path / "r0")


def _is_whole(folder):
    """Say whether every file that run.json names is there with its hash."""
    import hashlib

    files = json.loads((folder / "run.json").read_text())["files"]
    return all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == value for name, value in files.items())
