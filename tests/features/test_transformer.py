"""``NoteFeatures`` as a scikit-learn transformer.

``check_estimator`` runs one check on an estimator whose input is not a two-dimensional array (as the tags say of this
one) and leaves out the rest, because they make an array X, which is refused here by design.  So the checks that need no X
are run one by one.  Of the others, those whose rule holds for a tape are stated for one below: stateless when unfitted
(``check_transformers_unfitted_stateless``), not changed by fit or transform (``check_dict_unchanged``),
feature names and containers (``check_transformer_get_feature_names_out``,
``check_set_output_transform``), pickling (``check_estimators_pickle``); subset and order invariance
(``check_methods_subset_invariance``, ``check_methods_sample_order_invariance``) stand in test_row_independence.py, bit for
bit.  Without meaning for a tape: the dtype, sparse, complex, shape and ``n_features_in_`` checks.
"""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from features import FEATURES, NoteFeatures, feature_frame
from notes import Notes, PaymentHistory, Tape

NAMES = [feature.name for feature in FEATURES]

WITHOUT_X = (
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
)


@pytest.mark.parametrize("check", WITHOUT_X)
def test_scikit_learns_checks_that_need_no_array_pass(check):
    getattr(estimator_checks, check)("NoteFeatures", NoteFeatures())


@pytest.fixture
def tape():
    as_of = ["2024-06-30"] * 4
    notes = Notes(pd.DataFrame({"loan_id": list("abcd"), "as_of_date": as_of, "note_rate": [0.05, 0.06, 0.07, None]}))
    return Tape(notes, PaymentHistory.from_pay_strings(["0" * 12, "0123" * 3, "9" * 36, ""]))


def test_the_default_output_is_a_frame_with_the_feature_names(tape):
    frame = NoteFeatures().transform(tape)
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == NAMES == list(NoteFeatures().get_feature_names_out())
    pd.testing.assert_frame_equal(frame, feature_frame(tape))


def test_set_output_default_gives_the_bare_array_and_a_clone_keeps_that(tape):
    bare = NoteFeatures().set_output(transform="default")
    for transformer in (bare, clone(bare)):
        array = transformer.transform(tape)
        assert type(array) is np.ndarray
        assert array.dtype == np.float64
        assert array.flags.writeable
        np.testing.assert_array_equal(array, feature_frame(tape).to_numpy())
    assert isinstance(bare.set_output(transform="pandas").transform(tape), pd.DataFrame)


def test_it_is_stateless(tape):
    transformer = NoteFeatures()
    unfitted = transformer.transform(tape)
    before = dict(vars(transformer))
    assert transformer.fit(tape, y=[0, 1, 0, 1]) is transformer
    assert vars(transformer) == before
    pd.testing.assert_frame_equal(transformer.transform(tape), unfitted)
    pd.testing.assert_frame_equal(NoteFeatures().fit_transform(tape), unfitted)
    # fitted on other notes, the same features
    pd.testing.assert_frame_equal(NoteFeatures().fit(tape.take(np.array([2]))).transform(tape), unfitted)


def test_it_takes_no_parameters_and_survives_pickling(tape):
    assert NoteFeatures().get_params() == {}
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(NoteFeatures())).transform(tape), feature_frame(tape))


@pytest.mark.parametrize("wrong", [np.zeros((2, 3)), pd.DataFrame({"upb": [1.0]}), [[1.0]], None])
@pytest.mark.parametrize("method", ["fit", "transform", "fit_transform"])
def test_anything_but_a_tape_is_refused_with_what_to_pass(wrong, method):
    with pytest.raises(TypeError, match=r"from a notes\.Tape .* found \w+: pass Tape\(notes, history\)"):
        getattr(NoteFeatures(), method)(wrong)


def test_notes_without_history_are_refused(tape):
    with pytest.raises(TypeError, match="found Notes"):
        NoteFeatures().transform(tape.notes)


def test_a_pipeline_takes_a_tape(tape):
    pipeline = Pipeline(
        [("features", NoteFeatures()), ("fill", FunctionTransformer(np.nan_to_num)), ("model", LogisticRegression())]
    )
    probabilities = pipeline.fit(tape, ["foreclosure", "reperform", "foreclosure", "reperform"]).predict_proba(tape)
    assert probabilities.shape == (4, 2)
    assert list(pipeline[:1].get_feature_names_out()) == NAMES


def test_the_tape_is_not_changed(tape):
    before, status = tape.notes.frame.copy(), tape.history.months_delinquent.copy()
    NoteFeatures().transform(tape)
    pd.testing.assert_frame_equal(tape.notes.frame, before)
    np.testing.assert_array_equal(tape.history.months_delinquent, status)
