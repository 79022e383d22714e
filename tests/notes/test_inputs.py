"""What a model never saw it is not shown; who a note is and how far behind it is always."""

import numpy as np
import pandas as pd
import pytest

from notes import Notes, PaymentHistory, Tape
from notes.delinquency import months_delinquent
from notes.history import UNKNOWN
from notes.inputs import Inputs


def _tape():
    notes = pd.DataFrame(
        {
            "loan_id": ["1", "2"],
            "as_of_date": ["2024-06-30"] * 2,
            "upb": [1e5, 1e5],
            "next_due_date": ["2024-04-01", None],
            "last_payment_date": ["2024-03-02", None],
            "dti": [0.4, None],
        }
    )
    return Tape(Notes(notes), PaymentHistory.from_pay_strings(["000123", "000012"]))


def test_fields_that_no_training_note_had_are_missing_and_the_rest_stays():
    inputs = Inputs(never_known=("last_payment_date", "dti", "dscr", "next_due_date"))
    shown = inputs.shown(_tape())
    assert shown.notes.frame["last_payment_date"].isna().all()
    assert shown.notes.frame["dti"].isna().all()
    assert (shown.history.months_delinquent == _tape().history.months_delinquent).all()
    assert months_delinquent(shown).tolist() == months_delinquent(_tape()).tolist() == [3.0, 2.0]
    assert inputs.not_read(_tape()) == ("last_payment_date", "dti")


def test_without_a_history_a_note_is_as_far_behind_as_with_it():
    shown = Inputs(months_behind=False, receipts=False).shown(_tape())
    assert not shown.history.is_known
    assert months_delinquent(shown).tolist() == [3.0, 2.0]
    assert str(shown.notes.days("next_due_date")[1]) == "2024-05-01"


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ({"months_behind": False}, "how far behind each note was month by month"),
        ({"receipts": False}, "what was received"),
        (
            {"months_behind": False, "receipts": False},
            "how far behind each note was month by month and what was received",
        ),
    ],
)
def test_of_a_history_what_none_of_the_training_notes_told_is_not_shown(hidden, words):
    tape = _tape()
    received = np.full_like(tape.history.amount_received, 700.0)
    tape = Tape(tape.notes, PaymentHistory(tape.history.months_delinquent, received))
    inputs = Inputs(**hidden)
    assert Inputs.from_dict(inputs.to_dict()) == inputs
    shown = inputs.shown(tape)
    assert (shown.history.months_delinquent == UNKNOWN).all() == ("months_behind" in hidden)
    assert np.isnan(shown.history.amount_received).all() == ("receipts" in hidden)
    assert months_delinquent(shown).tolist() == [3.0, 2.0]
    assert inputs.unread_history(tape) == words
    assert inputs.unread_history(shown) == ""
    assert Inputs().unread_history(tape) == ""


def test_a_model_that_says_nothing_is_shown_everything():
    tape = _tape()
    assert Inputs.from_dict({}).shown(tape) is tape
    assert Inputs.from_dict({}).not_read(tape) == ()


@pytest.mark.parametrize(
    "content", ["x", {"never_known": 5}, {"never_known": ["dti", None]}, {"payment_history": "no"}, {"receipts": 0}]
)
def test_what_is_no_such_content_is_refused(content):
    with pytest.raises(ValueError, match="inputs: payment_history true or false and a list of fields are needed"):
        Inputs.from_dict(content)
