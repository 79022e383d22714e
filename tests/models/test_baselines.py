"""The baselines, worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models import BucketTable, ClassPrior, MultinomialLogit
from notes import OUTCOMES

REPERFORM, LOSS_MITIGATION, DEED, FORECLOSURE = OUTCOMES
ALL = [ClassPrior(), BucketTable(), MultinomialLogit()]


def bucket_frame(rows: list[tuple[float, float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["months_behind", "full_payments_12m", "occupancy_owner", "occupancy_vacant"], dtype=float
    )


def test_the_prior_is_the_weighted_share_of_each_outcome():
    frame = pd.DataFrame({"anything": [1.0, 2.0, 3.0]})
    prior = ClassPrior().fit(frame, [REPERFORM, FORECLOSURE, DEED], sample_weight=[1.0, 2.0, 1.0])
    # shares 1/4, 0, 1/4, 2/4; effective size 16/6, so the floor is 0.001: 0.001 + 0.996 x share
    np.testing.assert_allclose(prior.predict_proba(frame[:1]), [[0.25, 0.001, 0.25, 0.499]], atol=1e-12)


def test_a_cell_is_shrunk_to_its_parents_by_hand():
    # Two owners current with 12 payments, both reperform; two vacant 24 behind with none, both foreclosed.  Strength 2.
    frame = bucket_frame([(0, 12, 1, 0), (0, 12, 1, 0), (24, 0, 0, 1), (24, 0, 0, 1)])
    table = BucketTable(strength=2.0).fit(frame, [REPERFORM, REPERFORM, FORECLOSURE, FORECLOSURE])
    # Class shares 1/2, 1/2.  Months behind 0:      (2 + 2 x 1/2) / (2 + 2) = 3/4 reperform
    # the same with 12 payments:                    (2 + 2 x 3/4) / 4       = 7/8
    # the same with an owner:                       (2 + 2 x 7/8) / 4       = 15/16
    shares = table._shares(bucket_frame([(0, 12, 1, 0)]))
    np.testing.assert_allclose(shares, [[15 / 16, 0, 0, 1 / 16]], atol=1e-12)
    # A vacant one with the same payments has no cell of its own: its parent's 7/8.  With 5 payments: 3/4.
    np.testing.assert_allclose(table._shares(bucket_frame([(0, 12, 0, 1)]))[0, 0], 7 / 8, atol=1e-12)
    np.testing.assert_allclose(table._shares(bucket_frame([(0, 5, 1, 0)]))[0, 0], 3 / 4, atol=1e-12)
    # Five behind was never seen: the class shares.
    np.testing.assert_allclose(table._shares(bucket_frame([(5, 0, 1, 0)]))[0, 0], 1 / 2, atol=1e-12)


@pytest.mark.parametrize(
    ("behind", "same", "other"), [(0, 0.0, 1), (3, 5, 6), (6, 11, 12), (12, 23, 24), (24, 240, 23), (np.nan, np.nan, 0)]
)
def test_the_buckets_of_months_behind(behind, same, other):
    frame = bucket_frame([(behind, 3, 1, 0)] * 20 + [(other, 3, 1, 0)] * 20)
    table = BucketTable(strength=1.0).fit(frame, [REPERFORM] * 20 + [FORECLOSURE] * 20)
    found = table.predict_proba(bucket_frame([(behind, 3, 1, 0), (same, 3, 1, 0), (other, 3, 1, 0)]))
    assert (found[0] == found[1]).all()
    assert found[0, 0] > 0.9 > 0.1 > found[2, 0]


def test_the_table_says_which_features_it_lacks():
    with pytest.raises(ValueError, match="full_payments_12m, occupancy_owner"):
        BucketTable().fit(pd.DataFrame({"months_behind": [0.0, 1], "occupancy_vacant": [0.0, 1]}), [REPERFORM, DEED])


def test_where_the_buckets_say_nothing_the_table_is_drawn_to_the_shares(notes_of):
    frame, outcomes, _ = notes_of(400, seed=50)
    mixed = np.random.default_rng(0).permutation(outcomes)
    assert BucketTable().fit(frame, mixed).strength_ == 300.0
    assert BucketTable().fit(frame, outcomes).strength_ < 300.0


@pytest.mark.parametrize("baseline", ALL, ids=lambda one: type(one).__name__)
def test_probabilities_are_above_zero_sum_to_one_and_stand_in_the_order_of_outcomes(baseline, notes_of):
    frame, outcomes, _ = notes_of(500, seed=51)
    seen = outcomes != DEED
    fitted = baseline.fit(frame[seen], outcomes[seen], groups=np.arange(seen.sum()) // 2)
    predicted = fitted.predict_proba(frame)
    assert fitted.classes_.tolist() == list(OUTCOMES)
    assert (predicted > 0).all()
    np.testing.assert_allclose(predicted.sum(axis=1), 1.0, atol=1e-12)
    assert predicted[:, 2].max() <= 0.0011  # a deed in lieu never occurred
    assert set(fitted.predict(frame)) <= set(OUTCOMES)


def test_each_baseline_beats_the_one_before(notes_of, excess):
    frame, outcomes, _ = notes_of(4000, seed=52)
    other, _, truth = notes_of(5000, seed=53)
    losses = [excess(truth, one.fit(frame, outcomes).predict_proba(other)) for one in ALL]
    assert losses[0] > 0.3 > losses[1] > losses[2]
    assert losses[2] < 0.04


def test_the_logit_takes_missing_values_and_columns_by_name(notes_of):
    frame, outcomes, _ = notes_of(600, seed=54)
    logit = MultinomialLogit().fit(frame, outcomes)
    turned = frame[frame.columns[::-1]]
    assert (logit.predict_proba(turned) == logit.predict_proba(frame)).all()
    assert np.isfinite(logit.predict_proba(frame.assign(credit_score=np.nan))).all()
