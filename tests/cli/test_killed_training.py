"""Trainings that are killed, and trainings at once: the champion is always whole."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.main import main
from registry.champion import find_model
from registry.pending import pending_files
from registry.promote import current_champion
from registry.store import open_store
from serving.model import ServedModel
from training.write_report import EVERY_REPORT

ROOT = Path(__file__).resolve().parent.parent.parent

KILLS, MOST_TURNS = 20, 40

pytestmark = pytest.mark.slow

# All that is slow to import comes first, so that what follows "fitted" is the writing of bundle and report, and what
# follows "kept" is logging, registering and promoting, and little else.
TRAINING = """
import sys
from cli.console import Console
from cli.training_run import train_and_register
from registry.home import Home
from registry.store import open_store
from tests.cli.tiny_training import lesson, tiny_config
import mlflow.pyfunc, registry.pending, training.fit
home = Home.from_environment()
open_store(home)
fit = training.fit.train

def train(*words):
    print("fitting", flush=True)
    result = fit(*words)
    print("fitted", flush=True)
    return result

training.fit.train = train
keep = registry.pending.keep

def kept(*words):
    file = keep(*words)
    print("kept", flush=True)
    return file

registry.pending.keep = kept
trained = train_and_register(lesson(int(sys.argv[1])), tiny_config(), home, Console(quiet=True), 1.0)
assert trained.promoted
print("done", flush=True)
"""


@pytest.fixture
def start(mlflow_home):
    """Start a training in a process of its own; gives the process."""
    started = []

    def start(seed):
        environment = {**os.environ, "NOTEBID_HOME": str(mlflow_home.root), "OMP_NUM_THREADS": "1"}
        words = [sys.executable, "-c", TRAINING, str(seed)]
        process = subprocess.Popen(
            words, cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def heard(process, word):
    """Wait until a training says a word; give the moment."""
    for line in process.stdout:
        if line.strip() == word:
            return time.monotonic()
    raise AssertionError(f"the training ended without saying {word}")


def test_kill_9_at_twenty_moments_of_a_training_leaves_a_whole_champion_each_time(mlflow_home, start):
    draw = random.Random(9)
    first = start(0)
    said = {word: heard(first, word) for word in ("fitting", "fitted", "kept", "done")}
    assert first.wait() == 0
    killed, kept = 0, 1
    for turn in range(1, MOST_TURNS):
        before = current_champion(mlflow_home)
        process = start(turn)
        # Of five, one dies while the model is fitted, one while bundle and report are written, three in the store.
        word, last = (("fitting", "fitted"), ("fitted", "kept"), *[("kept", "done")] * 3)[turn % 5]
        heard(process, word)
        time.sleep(draw.uniform(0.0, said[last] - said[word]))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL  # else it was done before
        kept += word == "kept"

        champion = find_model("", mlflow_home)
        assert champion.version >= before
        ServedModel.from_folder(champion.bundle_folder)
        for report in mlflow_home.reports.glob("[!.]*"):
            assert {one.name for one in report.iterdir()} == set(EVERY_REPORT)
        if turn % 2 == 0 or killed == KILLS:  # else what is pending waits for the next one, too
            assert main(["sync", "--quiet", "--wait=1"]) in (0, 5)
            assert pending_files(mlflow_home) == []
            ServedModel.from_folder(find_model("", mlflow_home).bundle_folder)
        if killed == KILLS:
            break
    assert killed == KILLS
    ids = [one.tags["training_id"] for one in open_store(mlflow_home).search_model_versions("name = 'note-outcomes'")]
    assert len(ids) == len(set(ids)) >= kept > 10  # each training once, and none that was kept is lost
    # Whatever was killed left nothing that keeps a training from its end.
    last = start(99)
    heard(last, "done")
    assert last.wait() == 0
    ServedModel.from_folder(find_model("", mlflow_home).bundle_folder)
    for root in (mlflow_home.bundles, mlflow_home.reports):
        assert [one.name for one in root.iterdir() if one.name.startswith(".writing")] == []


def test_of_two_trainings_at_once_one_waits_or_is_told_that_the_other_is_at_work(mlflow_home, start, tmp_path):
    config = (ROOT / "configs" / "demo_training.toml").read_text().replace("max_rounds = 400", "max_rounds = 20")
    (tmp_path / "quick.toml").write_text(config)
    first = start(1)
    heard(first, "fitting")
    first.send_signal(signal.SIGSTOP)  # it holds the lock for as long as this test wants

    def train(wait):
        words = [
            sys.executable,
            "-m",
            "cli",
            "train",
            "--json",
            f"--config={tmp_path / 'quick.toml'}",
            f"--wait={wait}",
        ]
        environment = {**os.environ, "NOTEBID_HOME": str(mlflow_home.root), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    impatient = train(0)
    told = impatient.communicate(timeout=120)[1]
    assert impatient.returncode == 7
    assert f"another run is at work in {mlflow_home.root}: process {first.pid}" in told
    patient = train(120)
    time.sleep(6.0)  # long enough to come to the lock
    assert patient.poll() is None
    first.send_signal(signal.SIGCONT)
    said = patient.communicate(timeout=300)[0]
    assert first.wait() == 0
    assert patient.returncode in (0, 5)
    # It was judged against what the first one had made champion while it waited.
    assert json.loads(said)["version"] == 2
    assert open_store(mlflow_home).get_model_version("note-outcomes", "2").tags["judged_against"] == "1"
