"""The resolved notes most like a note: exact, each loan once."""

import numpy as np
import pandas as pd
import pytest

from models.contributions import against_the_others, contributions
from models.references import ReferenceNotes, Resolved, build_references, reasons_of


def _resolved(loan):
    n = len(loan)
    texts = [np.array([text] * n, dtype=object) for text in ("foreclosure", "reo")]
    return Resolved(
        np.array([f"L{one}" for one in loan], dtype=object),
        np.array(loan, dtype=np.int64),
        np.full(n, np.datetime64("2022-06-30", "D")),
        *texts,
        np.full(n, 14.0),
    )


def _set(reasons, loan):
    reasons = np.array(reasons, dtype=np.float32)
    return ReferenceNotes(_resolved(loan), pd.DataFrame(np.zeros(reasons.shape[:2])), reasons)


def test_the_nearest_are_found_by_euclidean_distance_and_the_middle_one_is_told():
    # One feature, two classes; from the origin: 5 (3, 4), 1, 13 (5, 12), 2.
    notes = _set([[[3, 4]], [[1, 0]], [[5, 12]], [[0, 2]]], [0, 1, 2, 3])
    near = notes.nearest(np.zeros((1, 2)), 3)
    assert near.rows.tolist() == [1, 3, 0]
    np.testing.assert_allclose(near.distance, [1, 2, 5])
    assert near.middle_distance == pytest.approx(3.5)


def test_a_loan_with_several_dates_is_found_once_at_its_nearest():
    notes = _set([[[3, 4]], [[1, 0]], [[0, 2]], [[0, 6]]], [7, 7, 8, 8])
    assert notes.nearest(np.zeros((1, 2)), 5).rows.tolist() == [1, 2]


def test_the_average_counts_a_loan_once_however_often_it_was_seen():
    # Loan 7: mean of (3, 4) and (1, 0) is (2, 2); loan 8: (0, 2).  Their mean: (1, 2).
    assert _set([[[3, 4]], [[1, 0]], [[0, 2]]], [7, 7, 8]).average.tolist() == [[1.0, 2.0]]
    assert ReferenceNotes(
        _resolved([]), pd.DataFrame(np.zeros((0, 1))), np.zeros((0, 1, 2), "f4")
    ).average.tolist() == [[0, 0]]


def test_the_note_itself_is_left_out():
    notes = _set([[[0, 0]], [[1, 0]], [[0, 2]]], [7, 8, 7])
    assert notes.nearest(np.zeros((1, 2)), 5, leave_out="L7").rows.tolist() == [1]


def test_equal_odds_for_other_reasons_are_not_alike():
    # Both reference notes have the sums (1, -1) of the note; the second has them from another feature.
    notes = _set([[[1, -1], [0, 0]], [[0, 0], [1, -1]]], [1, 2])
    near = notes.nearest(np.array([[1.0, -1.0], [0.0, 0.0]]), 2)
    assert near.rows.tolist() == [0, 1]
    np.testing.assert_allclose(near.distance, [0, 2])


def test_the_reasons_kept_are_the_contributions_against_the_others(classifier, notes_of):
    features, _, _ = notes_of(30, seed=9)
    mixed = features[list(reversed(features.columns))].assign(unknown_to_the_model=1.0)
    notes = build_references(classifier.model_, mixed, _resolved(range(30)), 1)
    values = features[list(classifier.model_.feature_names)].to_numpy()
    expected = against_the_others(contributions(classifier.model_, values, 1)[:, :-1])
    np.testing.assert_allclose(notes.reasons, expected, atol=1e-6)
    assert list(notes.features.columns) == list(classifier.model_.feature_names)
    near = notes.nearest(reasons_of(classifier.model_, values[12:13], 1)[0], 1)
    assert near.rows.tolist() == [12]
    assert near.distance[0] == pytest.approx(0, abs=1e-5)


def test_parts_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="2 resolved notes do not fit"):
        ReferenceNotes(_resolved([1, 2]), pd.DataFrame(np.zeros((2, 3))), np.zeros((2, 4, 4), dtype=np.float32))
