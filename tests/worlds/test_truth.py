"""The truth moves as a note desk expects, and only with what the tape shows."""

import numpy as np
import pandas as pd
import pytest

from notes import Notes, Outcome, Tape
from worlds import KINDS, golden_tape, true_probabilities


def entropy(p):
    return -(p * np.log(p)).sum(axis=-1)


def altered(tape, **columns):
    return Tape(Notes(tape.notes.frame.assign(**columns)), tape.history)


def test_the_class_shares_are_half_a_nat_above_the_truth(world):
    """Cross-entropy of the class shares against the truth less the truth's own entropy: 0.45 to 0.55 nats."""
    truth = world.tape_truth
    assert 0.45 < entropy(truth.mean(axis=0)) - entropy(truth).mean() < 0.55


@pytest.mark.parametrize("kind", KINDS)
def test_a_vacant_house_is_foreclosed_more_often_than_one_with_its_owner(kind, tape):
    owner = true_probabilities(kind, altered(tape, occupancy="owner"))
    vacant = true_probabilities(kind, altered(tape, occupancy="vacant"))
    assert (vacant[Outcome.FORECLOSURE] > owner[Outcome.FORECLOSURE]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_more_equity_makes_reinstatement_likelier(kind, tape):
    value = tape.notes.number("as_is_value")
    less, more = (true_probabilities(kind, altered(tape, as_is_value=value * factor)) for factor in (0.8, 1.3))
    assert (more[Outcome.REPERFORM] >= less[Outcome.REPERFORM] - 1e-12).all()
    assert more[Outcome.REPERFORM].mean() > less[Outcome.REPERFORM].mean() + 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_the_buyers_three_kinds_of_note_have_three_different_futures(kind):
    """Four behind with many payments; no payment in eight years; paid the last three months and twelve behind."""
    tape = golden_tape()
    names = list(tape.notes.text("loan_id"))
    kinds = ["MADE-four-behind-many-payments", "MADE-dead-eight-years", "MADE-paid-three-twelve-behind"]
    four, dead, twelve = true_probabilities(kind, tape.take(np.array([names.index(name) for name in kinds]))).values
    assert dead[3] > 0.75
    assert four[3] < 0.25
    assert twelve[3] < 0.35
    assert four[0] > twelve[0] > dead[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_ignores_names_codes_and_what_is_not_its_business(kind, tape):
    other = altered(
        tape,
        loan_id=[f"MADE-{i}" for i in range(len(tape))],
        property_zip="33139",
        note_doc_status="copy",
        dti=0.5,
        ask_price=1.0,
    )
    np.testing.assert_array_equal(true_probabilities(kind, other).values, true_probabilities(kind, tape).values)


def test_the_truth_is_undefined_without_what_it_needs(tape):
    with pytest.raises(ValueError, match="upb"):
        true_probabilities("smooth", altered(tape, upb=np.nan))
    with pytest.raises(ValueError, match="smooth and steps"):
        true_probabilities("round", tape)


def test_a_note_has_the_same_truth_alone_as_on_a_tape(tape):
    alone = np.concatenate([true_probabilities("steps", tape.take(np.array([i]))).values for i in range(25)])
    np.testing.assert_allclose(alone, true_probabilities("steps", tape).values[:25], atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_date_of_the_last_payment_the_history_says_when_money_last_came_in(kind, tape):
    """Nothing in the truth is out of a model's reach: the amounts know the month as well as the date does."""
    came_in = tape.history.amount_received > 0
    as_of, last = (tape.notes.frame[name].to_numpy("datetime64[M]") for name in ("as_of_date", "last_payment_date"))
    ago = (as_of - last).astype(float)
    by_history = np.where(came_in.any(axis=1), came_in[:, ::-1].argmax(axis=1), np.nan)
    both_say_so = ago == by_history
    assert both_say_so.sum() > 100
    undated = true_probabilities(kind, altered(tape, last_payment_date=pd.NaT))
    dated = true_probabilities(kind, tape)
    np.testing.assert_array_equal(undated.values[both_say_so], dated.values[both_say_so])


def test_a_note_without_history_has_a_truth_from_its_dates(tape):
    from notes import PaymentHistory

    blind = Tape(tape.notes, PaymentHistory.unknown(len(tape)))
    assert np.isfinite(true_probabilities("smooth", blind).values).all()
    assert pd.notna(tape.notes.frame["as_of_date"]).all()
