"""Which resolved notes are kept beside a model."""

from dataclasses import replace

import numpy as np
import pandas as pd

from models.predictor import Anchor, OutcomeModel, Term
from training.config import TrainingConfig
from training.references import reference_notes
from training.snapshots import draw_snapshots
from training.weights import label

MODEL = OutcomeModel(
    ("ltv",),
    ("reperform", "loss_mitigation", "deed_in_lieu", "foreclosure"),
    (),
    Anchor((0.0,) * 4, (Term("ltv", "identity", 0.0, 0.0, 2.0, 0.5, 1.0, (-1.0, 0.0, 0.0, 1.0)),)),
    (),
    1.0,
    0.0,
)


CONFIG = TrainingConfig.from_toml()


def _kept(resolutions, ltv, seed=0, most=50_000):
    judgement, model = replace(CONFIG.judgement, reference_notes=most), replace(CONFIG.model, seed=seed)
    config = replace(CONFIG, judgement=judgement, model=model)
    snapshots = draw_snapshots(resolutions, (0, 1, 4), 0)
    return reference_notes(snapshots, label(snapshots.resolutions, 60), pd.DataFrame({"ltv": ltv}), MODEL, config)


def test_open_notes_and_those_beyond_the_horizon_are_not_kept(resolutions_of):
    resolutions = resolutions_of(
        as_of_date=["2015-06-30"] * 4,
        outcome=["foreclosure", "", "reperform", "reperform"],
        outcome_detail=["reo", "", "payoff", ""],
        # 18 months; open; 12 months; 84 months, beyond the horizon of 60.
        resolution_date=["2016-12-31", "NaT", "2016-06-30", "2022-06-30"],
        observed_through=["2023-12-31"] * 4,
    )
    kept = _kept(resolutions, [1.5, 0.1, 0.25, 0.2])
    assert kept.resolved.loan_id.tolist() == ["L0", "L2"]
    assert kept.resolved.outcome.tolist() == ["foreclosure", "reperform"]
    assert kept.resolved.outcome_detail.tolist() == ["reo", "payoff"]
    assert kept.resolved.months.tolist() == [18.0, 12.0]
    # ltv 1.5 is 1 over the centre: (-1, 0, 0, 1) has the mean 0, so against the others it is 4/3 of itself.
    np.testing.assert_allclose(kept.reasons[0, 0], [-4 / 3, 0, 0, 4 / 3], rtol=1e-6)


def test_too_many_are_drawn_by_the_seed_whatever_the_order_of_the_file(resolutions_of):
    n = 40
    resolutions = resolutions_of(
        as_of_date=["2015-06-30"] * n,
        outcome=["foreclosure"] * n,
        resolution_date=["2016-12-31"] * n,
        observed_through=["2023-12-31"] * n,
    )
    ltv = np.linspace(0.1, 1.5, n)
    kept = _kept(resolutions, ltv, most=12)
    mixed = _kept(resolutions.take(np.random.default_rng(1).permutation(n).astype(np.intp)), ltv, most=12)
    assert len(kept) == 12
    assert sorted(kept.resolved.loan_id) == sorted(mixed.resolved.loan_id)
    assert sorted(kept.resolved.loan_id) != sorted(_kept(resolutions, ltv, seed=1, most=12).resolved.loan_id)


def test_without_a_resolved_note_the_set_is_empty(resolutions_of):
    resolutions = resolutions_of(as_of_date=["2015-06-30"], resolution_date=["NaT"], observed_through=["2016-06-30"])
    kept = _kept(resolutions, [0.5])
    assert len(kept) == 0
    assert kept.nearest(np.zeros((1, 4)), 3).rows.tolist() == []
