"""Prediction: one code, one note at a time, by name."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import BundleContents, OutcomeClassifier, Predictor, predictor
from notes import OUTCOMES

COLUMNS = ["p_reperform", "p_loss_mitigation", "p_deed_in_lieu", "p_foreclosure"]


@pytest.fixture(scope="module")
def saved(bundle_folder: Path) -> Predictor:
    return Predictor(bundle_folder)


def test_the_predictor_imports_nothing_but_the_standard_library_numpy_pandas_and_lightgbm():
    tree = ast.parse(Path(predictor.__file__).read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).split(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"numpy", "pandas", "lightgbm"}


def test_a_saved_model_gives_the_numbers_of_the_fitted_one(saved, classifier: OutcomeClassifier, notes_of):
    frame, _, _ = notes_of(2000, seed=5)
    predicted = saved.predict(frame)
    assert list(predicted.columns) == COLUMNS
    np.testing.assert_allclose(predicted.to_numpy(), classifier.predict_proba(frame), rtol=0, atol=1e-12)


def test_probabilities_are_above_zero_and_sum_to_one(saved, notes_of):
    predicted = saved.predict(notes_of(2000, seed=6)[0]).to_numpy()
    assert (predicted > 0).all()
    np.testing.assert_allclose(predicted.sum(axis=1), 1.0, rtol=0, atol=1e-12)


def test_a_note_gets_the_same_bits_alone_in_threes_in_a_thousand_and_shuffled(saved, notes_of):
    frame, _, _ = notes_of(1000, seed=7)
    whole = saved.predict(frame).to_numpy()
    alone = np.concatenate([saved.predict(frame.iloc[[i]]).to_numpy() for i in range(0, 1000, 7)])
    assert (alone == whole[::7]).all()
    threes = np.concatenate([saved.predict(frame.iloc[i : i + 3]).to_numpy() for i in range(0, 999, 3)])
    assert (threes == whole[:999]).all()
    order = np.random.default_rng(0).permutation(1000)
    assert (saved.predict(frame.iloc[order]).to_numpy() == whole[order]).all()


def test_a_note_gets_the_same_bits_wherever_it_falls_in_a_chunk(saved, notes_of, monkeypatch):
    frame, _, _ = notes_of(1000, seed=8)
    whole = saved.predict(frame)
    monkeypatch.setattr(predictor, "CHUNK_ROWS", 77)
    pd.testing.assert_frame_equal(saved.predict(frame), whole, check_exact=True)


def test_threads_change_nothing(bundle_folder: Path, notes_of, monkeypatch):
    frame, _, _ = notes_of(3000, seed=9)
    one = Predictor(bundle_folder, threads=1).predict(frame)
    two = Predictor(bundle_folder, threads=2).predict(frame)
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    monkeypatch.setenv("NOTEBID_THREADS", "2")
    assert Predictor(bundle_folder).threads == 2


def test_columns_are_matched_by_name_whatever_their_order_and_whatever_else_is_there(saved, notes_of):
    frame, _, _ = notes_of(200, seed=10)
    other = frame[frame.columns[::-1]].assign(seller_mood="cheerful")
    pd.testing.assert_frame_equal(saved.predict(other), saved.predict(frame), check_exact=True)


def test_an_absent_column_is_missing_for_every_note(saved, notes_of):
    frame, _, _ = notes_of(200, seed=11)
    empty = frame.assign(credit_score=np.nan)
    pd.testing.assert_frame_equal(
        saved.predict(frame.drop(columns="credit_score")), saved.predict(empty), check_exact=True
    )
    unknown = frame.assign(credit_score=pd.Series([None] * 200, dtype=object))
    pd.testing.assert_frame_equal(saved.predict(unknown), saved.predict(empty), check_exact=True)


def test_integers_flags_and_nullable_columns_are_numbers(saved, notes_of):
    frame, _, _ = notes_of(200, seed=12)
    other = frame.assign(
        months_behind=frame["months_behind"].astype("int64"),
        occupancy_owner=frame["occupancy_owner"].astype(bool),
        credit_score=frame["credit_score"].astype("Float64"),
    )
    pd.testing.assert_frame_equal(saved.predict(other), saved.predict(frame), check_exact=True)


def test_the_index_of_the_notes_is_kept_and_no_notes_give_no_rows(saved, notes_of):
    frame, _, _ = notes_of(3, seed=13)
    assert list(saved.predict(frame.set_axis(["a", "b", "c"])).index) == ["a", "b", "c"]
    nothing = saved.predict(frame.iloc[:0])
    assert nothing.shape == (0, 4)
    assert list(nothing.columns) == COLUMNS


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("equity", np.inf, "feature equity: row 1 is infinite"),
        ("equity", -np.inf, "feature equity: row 1 is infinite"),
        ("upb", "many", "feature upb: numbers are needed"),
    ],
)
def test_what_is_not_a_finite_number_is_refused_by_column(saved, notes_of, column, value, message):
    frame, _, _ = notes_of(3, seed=14)
    frame[column] = [1.0, value, 2.0]
    with pytest.raises(ValueError, match=message):
        saved.predict(frame)


def test_a_column_given_twice_is_refused(saved, notes_of):
    frame, _, _ = notes_of(3, seed=15)
    with pytest.raises(ValueError, match="feature equity: there are 2 columns"):
        saved.predict(pd.concat([frame, frame[["equity"]]], axis=1))


def test_values_far_outside_what_was_seen_still_give_probabilities(saved, notes_of):
    frame, _, _ = notes_of(4, seed=16)
    wild = frame.assign(upb=[1e300, -1e300, 0.0, 1e-300], months_behind=1e6)
    predicted = saved.predict(wild).to_numpy()
    assert (predicted > 0).all()
    assert np.isfinite(predicted).all()


def test_the_copy_in_a_bundle_predicts_in_a_process_without_the_project(bundle_folder: Path, notes_of, tmp_path: Path):
    frame, _, _ = notes_of(50, seed=17)
    frame.to_parquet(tmp_path / "features.parquet")
    code = (
        "import runpy, sys, pandas as pd\n"
        "sys.path = [p for p in sys.path if 'site-packages' in p or 'python3' in p]\n"
        "Predictor = runpy.run_path(sys.argv[1] + '/predictor.py')['Predictor']\n"
        "p = Predictor(sys.argv[1], 1).predict(pd.read_parquet('features.parquet'))\n"
        "assert 'models' not in sys.modules and 'notes' not in sys.modules\n"
        "p.to_parquet('p.parquet')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(bundle_folder)],
        cwd=tmp_path,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    here = Predictor(bundle_folder).predict(frame)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "p.parquet"), here, check_exact=True)


def test_the_class_order_of_a_bundle_is_the_order_of_outcomes(saved, contents: BundleContents):
    assert saved.model.classes == tuple(OUTCOMES)
    # Alphabetical order would name the first column deed_in_lieu: notes 0 behind that paid 12 of 12 reperform.
    healthy = contents.golden_features.iloc[[0]].assign(months_behind=0.0, full_payments_12m=12.0)
    assert saved.predict(healthy).iloc[0].idxmax() == "p_reperform"
