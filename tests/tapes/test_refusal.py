"""What of a cell may be shown: what the analyst needs, and of a person nothing."""

import pytest

from notes.schema import FIELDS
from tapes.refusal import masked
from tapes.words import _headings, _vocabulary, _wordings, is_trade_text


@pytest.mark.parametrize(
    "text",
    [
        "Single Family",
        "2-4 Family",
        "Judgement Filed",
        "Deed Received",
        "FC Sale Scheduled",
        "Non-Owner Occupied",
        "New York",
        "north carolina",
        "120 days past due",
        "30 Days Late",
        "Ch 13",
        "Dismissed - relief granted",
        "In Foreclosure / Bankruptcy",
        "July 4 1976",
        "$1,234.50",
        "(1,200.00)",
        "1,234 (567)",
        "7.5% fixed rate",
        "2024-06-30 12:00",
        "Smithe",  # one word alone may be a wording that nobody knew
        "123456.7890",
        "1234567890",  # no area code begins with 1
    ],
)
def test_what_the_analyst_needs_is_shown_whole(text):
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jane Doe", "J*** D**"),
        ("DOE, JANE Q", "D**, J*** Q"),
        ("Virginia Sale", "V******* S***"),
        ("Grace Price", "G**** P****"),
        ("Will Call", "W*** C***"),
        ("O'Brien", "O'B****"),
        ("Deed Received from Doe", "D*** R******* f*** D**"),
        ("123-45-6789", "***-**-6789"),
        ("123 45 6789", "***-**-6789"),
        ("SSN123456789", "SSN***-**-6789"),
        ("305-555-0100", "***"),
        ("(305) 555-0100", "***"),
        ("(305)555-0100", "***"),
        ("+1 305.555.0100", "***"),
        ("3055550100", "305*******"),
        ("jane.doe@example.com", "***@***"),
        ("12 Elm Street", "***"),
        ("1 First St, Ocala FL 33101", "***"),
        ("1204B North Oak Ave.", "***"),
        ("P.O. Box 77", "***"),
    ],
)
def test_what_tells_of_a_person_is_masked(text, shown):
    assert masked(text) == shown


def test_every_code_of_the_schema_is_shown():
    for one in FIELDS:
        for code in one.codes:
            assert is_trade_text(code.replace("_", " "))


def test_every_wording_and_heading_that_is_known_is_shown():
    texts = [one for _, one in _wordings()] + list(_headings())
    assert len(texts) > 1000
    assert [text for text in texts if text and masked(text) != (text if len(text) <= 60 else text[:57] + "...")] == []


def test_the_words_of_the_trade_are_no_first_names():
    common = [
        "james",
        "mary",
        "john",
        "maria",
        "jose",
        "lee",
        "virginia",
        "georgia",
        "carolina",
    ]
    assert not {*common} & _vocabulary()


def test_a_long_cell_is_cut_and_masking_it_again_changes_nothing():
    text = masked("Jane Doe " * 1000)
    assert len(text) == 60
    assert masked(text) == text
