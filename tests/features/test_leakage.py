"""Nothing from after the as-of date, and nothing about who the borrower is, reaches a feature."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import features
from features import FEATURES, feature_frame
from notes import FIELDS, Kind, Notes, PaymentHistory, Tape
from notes.frame import Notes as NotesClass

AFTER, ON = "2024-07-01", "2024-06-30"

EVENTS = {
    # Each event with what comes along with it on a tape.
    "modification_date": {"loss_mitigation_status": "modification"},
    "foreclosure_referral_date": {"foreclosure_status": "filed"},
    "bankruptcy_filed_date": {"bankruptcy_chapter": "13"},
    "valuation_date": {"as_is_value": 100_000.0},
    "last_payment_date": {"last_payment_amount": 400.0},
    "origination_date": {},
}
AGREED = {
    # Fixed by contract or law, known long before they come.
    "first_payment_date",
    "maturity_date",
    "balloon_date",
    "io_end_date",
    "next_rate_reset_date",
    "next_due_date",
    "paid_to_date",
}
NEVER_READ = {"foreclosure_sale_date", "acceleration_date"}

PROTECTED_OR_IDENTIFYING = {"loan_id", "seller", "property_zip", "ask_price", "pay_string"}
WORDS_OF_PROTECTED_ATTRIBUTES = (
    "name", "address", "street", "city", "zip", "ssn", "birth", "age_of", "sex", "gender", "race", "ethnic", "marital",
    "religion", "citizen", "language", "public_assistance",
)  # fmt: skip


def note(**fields):
    base = {
        "lien_position": 1,
        "upb": 80_000.0,
        "accrued_interest": 0.0,
        "as_is_value": 100_000.0,
        "p_and_i": 1_000.0,
        "next_due_date": "2024-03-01",
    }
    return {"status": [3, 3, 4, 4], "amounts": [1_000], **base, **fields}


def test_every_date_of_the_schema_is_an_event_a_term_or_never_read():
    dates = {one.name for one in FIELDS if one.kind is Kind.DATE} - {"as_of_date"}
    assert dates == EVENTS.keys() | AGREED | NEVER_READ


@pytest.mark.parametrize("name", EVENTS)
def test_moving_an_event_one_day_past_the_as_of_date_is_as_if_it_were_not_on_the_tape(features_of, name):
    without = {"as_is_value": None} if name == "valuation_date" else {}
    unknown = features_of(**note(**without))
    later = features_of(**note(**{name: AFTER}, **EVENTS[name]))
    assert later == unknown


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_on_the_as_of_date_is_known(features_of, name):
    with_event = note(**{name: ON}, **EVENTS[name])
    if name == "last_payment_date":
        with_event["amounts"], with_event["status"] = (), ()
    assert features_of(**with_event) != features_of(**with_event | {name: AFTER})


@pytest.mark.parametrize("name", sorted(NEVER_READ))
def test_a_date_that_is_never_read_changes_nothing(features_of, name):
    assert features_of(**note(**{name: ON})) == features_of(**note())


@pytest.fixture
def fields_read(monkeypatch):
    """The schema fields that any code asks a ``Notes`` for while features are computed."""
    read = set()
    for method in ("number", "text", "days"):
        original = getattr(NotesClass, method)

        def recorded(self, name, original=original):
            read.add(name)
            return original(self, name)

        monkeypatch.setattr(NotesClass, method, recorded)
    # A rate that has to be implied from the instalment, so that this path is walked too.
    notes = Notes(pd.DataFrame({"loan_id": ["1", "2"], "as_of_date": [ON] * 2, "p_and_i": [900.0, np.nan]}))
    feature_frame(Tape(notes, PaymentHistory.unknown(2)))
    return read


def test_no_feature_reads_who_or_where_the_borrower_is(fields_read):
    assert len(fields_read) > 20
    assert not fields_read & PROTECTED_OR_IDENTIFYING
    assert not fields_read & NEVER_READ
    names = fields_read | {feature.name for feature in FEATURES}
    assert not [name for name in names for word in WORDS_OF_PROTECTED_ATTRIBUTES if word in name]


def test_features_read_notes_through_their_accessors_only():
    # The recorder above would not see a column taken from the frame itself.
    for path in Path(features.__file__).parent.glob("*.py"):
        assert "notes.frame" not in path.read_text(encoding="utf-8").replace("from notes.frame", ""), path.name


def test_the_reads_are_those_listed_so_that_a_new_one_is_a_decision(fields_read):
    assert fields_read == {
        # where the note stands
        "as_of_date", "next_due_date", "paid_to_date", "last_payment_date", "last_payment_amount", "p_and_i",
        # debt and value
        "upb", "note_rate", "maturity_date", "deferred_balance", "accrued_interest", "escrow_advance",
        "corporate_advance", "late_charges", "suspense_balance", "legal_balance", "lien_position",
        "senior_lien_balance", "junior_liens_balance", "delinquent_taxes", "as_is_value", "valuation_date",
        # collateral and law
        "property_state", "property_type", "occupancy", "foreclosure_status", "foreclosure_referral_date",
        "bankruptcy_chapter", "bankruptcy_filed_date", "loss_mitigation_status",
        # borrower and terms
        "credit_score", "dti", "origination_date", "first_payment_date", "balloon_date", "modification_date",
        "original_ltv", "doc_type", "self_employed", "dscr",
        "rate_type", "next_rate_reset_date", "io_end_date", "rate_cap_periodic", "rate_cap_life",
    }  # fmt: skip


def test_changing_what_must_not_count_changes_nothing(features_of):
    other = {"loan_id": "X-9", "seller": "Other", "property_zip": "10001", "ask_price": 5.0}
    assert features_of(**note(), **other) == features_of(**note())
