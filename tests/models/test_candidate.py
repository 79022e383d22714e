"""The model as it was judged is kept in the bundle, found whole or refused, and not read by whoever scores."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models import BundleContents, OutcomeClassifier, read_bundle, write_bundle
from models.candidate import FILES, CandidateContents, CandidateWindow, read_candidate
from models.loan_record import LoanRecord
from notes import ModelError

WINDOW = CandidateWindow("2021-06-30", "2024-06-30", 36)


@pytest.fixture(scope="module")
def earlier(notes_of) -> OutcomeClassifier:
    frame, outcomes, _ = notes_of(400, seed=8)
    after, after_outcomes, _ = notes_of(150, seed=9)
    return OutcomeClassifier(max_rounds=20, n_folds=2).fit(frame, outcomes).calibrate(after, after_outcomes)


@pytest.fixture(scope="module")
def with_candidate(contents: BundleContents, earlier, tmp_path_factory) -> Path:
    candidate = CandidateContents(earlier, LoanRecord.of(["1:a1", "1:a2"]), WINDOW)
    return write_bundle(tmp_path_factory.mktemp("bundles"), replace(contents, candidate=candidate))


@pytest.fixture
def copied(with_candidate: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(with_candidate, tmp_path / with_candidate.name))


def test_the_candidate_comes_back_and_predicts_as_it_did(with_candidate, earlier, contents):
    bundle = read_bundle(with_candidate)
    candidate = read_candidate(with_candidate, bundle.manifest)
    features = contents.golden_features
    np.testing.assert_array_equal(candidate.predictor.predict(features), earlier.predict_proba(features))
    assert np.abs(bundle.predictor.predict(features).to_numpy() - earlier.predict_proba(features)).max() > 0.01
    assert candidate.window == WINDOW
    assert candidate.loans.holds(["1:a1", "1:a3"]).tolist() == [True, False]
    assert sorted(path.name for path in (with_candidate / "candidate").iterdir()) == sorted(FILES)


def test_it_is_part_of_the_hash(with_candidate, bundle_folder):
    assert with_candidate.name != bundle_folder.name


def test_a_bundle_without_has_none(bundle_folder):
    assert read_candidate(bundle_folder, read_bundle(bundle_folder).manifest) is None


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["changed", "missing", "link"])
def test_a_damaged_candidate_is_refused_by_name_and_scoring_goes_on(copied, name, damage, tmp_path):
    path = copied / "candidate" / name
    content = path.read_bytes()
    path.unlink()
    if damage == "changed":
        path.write_bytes(content[:-2] + b"x" + content[-1:])
    elif damage == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.symlink_to(tmp_path / "elsewhere")
    bundle = read_bundle(copied)  # never looks at it
    with pytest.raises(ModelError, match=f"candidate/{name}: it is missing or was changed"):
        read_candidate(copied, bundle.manifest)


def test_another_manifest_of_the_candidate_is_refused_by_the_bundles_hashes(copied):
    path = copied / "candidate" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    with pytest.raises(ModelError, match=r"candidate/manifest\.json"):
        read_candidate(copied, read_bundle(copied).manifest)


def test_a_bundle_whose_candidate_is_damaged_is_written_anew(contents, earlier, copied):
    (copied / "candidate" / "model.txt").write_text("damaged")
    candidate = CandidateContents(earlier, LoanRecord.of(["1:a1", "1:a2"]), WINDOW)
    assert write_bundle(copied.parent, replace(contents, candidate=candidate)) == copied
    assert read_candidate(copied, read_bundle(copied).manifest) is not None


def test_the_candidate_of_a_golden_bundle_is_read_for_ever():
    folder = Path(__file__).parents[1] / "golden" / "bundles"
    expected = json.loads((folder / "candidate_probabilities.json").read_text())
    bundle = read_bundle(folder / "format-3" / expected["bundle"])
    candidate = read_candidate(bundle.folder, bundle.manifest)
    found = candidate.predictor.predict(bundle.golden.features).to_numpy()
    np.testing.assert_allclose(found, expected["probabilities"], rtol=0, atol=1e-12)
    assert candidate.loans.holds([f"4:made{i:04d}" for i in range(300)]).all()
    assert candidate.window == CandidateWindow("2021-06-30", "2024-06-30", 36)
