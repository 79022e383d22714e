"""A small real model, trained once a session, and the example tape as text."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features import NoteFeatures
from models.bundle import BundleContents, write_bundle
from models.classifier import OutcomeClassifier
from worlds import WorldSettings, golden_tape, make_world

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def small_contents():
    """Contents of a bundle trained on 700 made notes in a few seconds: good enough to predict with, not to judge by."""
    resolutions = make_world(WorldSettings("smooth", 700, 0, 11)).resolutions
    known = np.flatnonzero(~resolutions.is_open)
    frame = NoteFeatures().transform(resolutions.tape).iloc[known]
    model = OutcomeClassifier(max_rounds=40, n_folds=3, n_jobs=1).fit(frame, resolutions.outcome[known].astype(str))
    contents = BundleContents(
        classifier=model,
        golden_tape=golden_tape(),
        golden_features=NoteFeatures().transform(golden_tape()),
        label_settings={"horizon_months": 60, "streak_months": 6},
        training_window={"first_as_of_date": "2019-03-31", "last_as_of_date": "2025-03-31"},
        training_data="made",
        metrics={},
        data_hashes={},
    )
    return lambda desk: replace(contents, desk=desk)


@pytest.fixture(scope="session")
def bundle_folder(small_contents, tmp_path_factory):
    """The same, written."""
    return write_bundle(tmp_path_factory.mktemp("bundles"), small_contents({}))


@pytest.fixture(scope="session")
def example():
    """The example tape: its heading and its rows."""
    with (ROOT / "examples" / "tape.csv").open(encoding="utf-8", newline="") as lines:
        heading, *rows = csv.reader(lines)
    return heading, rows


@pytest.fixture
def run_score(tmp_path, bundle_folder, monkeypatch):
    """Run ``notebid score`` in this process and give its exit code; the result goes to ``tmp_path / name``."""
    from cli.main import main

    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))

    def run(*words, out="result", model=bundle_folder):
        return main(["score", f"--model={model}", f"--out={tmp_path / out}", *map(str, words)])

    return run


@pytest.fixture
def write_tape_text(tmp_path):
    """Write rows as a CSV tape."""

    def write(heading, rows, name="tape.csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([heading, *rows])
        return path

    return write
