"""A status says the same in whichever column it stands: worked out by hand for a tape of 2024-06-30, due dates as given."""

import pytest

from notes import TapeError

COLUMNS = ("Loan Status", "Delinquency Status", "DQ Bucket")


@pytest.fixture
def stands(read, good):
    """Read one note with a status beside its due date (1 March unless told: four months behind on 30 June)."""

    def reading(column, words, due="2024-03-01"):
        return read(good(next_due_date=due) | {column: words})

    return reading


def cell(reading, name):
    frame = reading.tape.notes.frame
    return frame[name].tolist()[0] if name in frame else None


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("words", ["Sold", "Deed in Lieu completed", "Third party sale", "REO", "Short Sale - Closed"])
def test_an_end_keeps_a_note_out_whichever_column_says_it(stands, column, words):
    reading = stands(column, words)
    assert [one.code for one in reading.exceptions] == ["E_RESOLVED"]
    assert (reading.counts.rows, reading.counts.priced, reading.counts.excepted) == (1, 0, 1)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(
    ("words", "field", "value", "flags"),
    [
        ("FC", "foreclosure_status", "referred", ("W_STATUS_DERIVED",)),
        ("Foreclosure - referred", "foreclosure_status", "referred", ("W_STATUS_DERIVED",)),
        ("FC - Sale Set", "foreclosure_status", "sale_scheduled", ("W_STATUS_DERIVED",)),
        ("FC hold", "foreclosure_status", "referred", ("W_STATUS_DERIVED", "W_FORECLOSURE_HOLD")),
        ("Judgment", "foreclosure_status", "judgment", ("W_STATUS_DERIVED", "W_CODE_UNSURE")),
        ("BK13", "bankruptcy_chapter", "13", ("W_BANKRUPTCY_CHAPTER",)),
        ("Chapter 13 active", "bankruptcy_chapter", "13", ("W_BANKRUPTCY_CHAPTER",)),
        ("Forbearance plan", "loss_mitigation_status", "forbearance", ("W_STATUS_DERIVED",)),
        ("DIL pending", "loss_mitigation_status", "review", ("W_STATUS_DERIVED",)),
        ("Short sale approved", "loss_mitigation_status", "review", ("W_STATUS_DERIVED",)),
        ("FC / BK13", "bankruptcy_chapter", "13", ("W_STATUS_DERIVED", "W_BANKRUPTCY_CHAPTER")),
    ],
)
def test_a_status_tells_the_same_field_whichever_column_says_it(stands, column, words, field, value, flags):
    reading = stands(column, words)
    assert str(cell(reading, field)) == value
    assert reading.flags == (flags,)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_charged_off_note_is_flagged_whichever_column_says_it(stands, column):
    assert stands(column, "Charged off").flags == (("W_CHARGED_OFF",),)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("words", ["Chapter 7 discharged", "BK7 dismissed"])
def test_a_bankruptcy_that_is_over_names_no_chapter(stands, column, words):
    reading = stands(column, words)
    assert reading.flags == (("W_BANKRUPTCY_OVER",),)
    assert cell(reading, "bankruptcy_chapter") not in ("7", "13")


@pytest.mark.parametrize("column", COLUMNS)
def test_words_that_nobody_uses_are_flagged_whichever_column_holds_them(stands, column):
    assert stands(column, "Purple phase").flags == (("W_STATUS_UNKNOWN",),)


def test_the_warning_of_an_unknown_word_shows_the_whole_word(stands):
    assert "'PENDING REVIEW OF TITLE'" in " ".join(stands("DQ Bucket", "Pending review of title").warnings)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(
    "words",
    [
        "30-59 DPD",
        "60-89 days",
        "1-29 days",
        "Delinquent 30 days",
        "150+ Days Delinquent",
        "< 30 days",
        "Not delinquent",
    ],
)
def test_everyday_buckets_are_known_whichever_column_holds_them(stands, column, words):
    assert "W_STATUS_UNKNOWN" not in stands(column, words).flags[0]


@pytest.mark.parametrize("column", COLUMNS)
def test_prepaid_is_paid_ahead_and_doubted_whichever_column_says_it(stands, column):
    # Principal is owed: who has paid the note off owes none.
    assert stands(column, "Prepaid", due="2024-08-01").flags == (("W_CODE_UNSURE",),)


# Due 1 March is four months behind on 30 June, due 1 June one, due 1 July nothing.
@pytest.mark.parametrize(
    ("words", "due", "against"),
    [
        ("90-119", "2024-07-01", True),
        ("180+", "2024-07-01", True),
        ("60 DPD", "2024-07-01", True),
        ("FC", "2024-07-01", True),
        ("Default", "2024-07-01", True),
        ("Non-Performing", "2024-07-01", True),
        ("120+", "2024-03-01", False),
        ("90-119", "2024-03-01", False),
        ("180+", "2024-03-01", True),
        ("30-59", "2024-06-01", False),
        ("Past Due", "2024-06-01", False),
        ("FC", "2024-03-01", False),
        ("Current", "2024-03-01", True),
        ("Performing", "2024-05-01", False),
        ("Matured", "2024-07-01", False),
    ],
)
def test_a_status_that_contradicts_the_due_date_is_flagged_whichever_is_worse(stands, words, due, against):
    assert ("W_DUE_HISTORY" in stands("Loan Status", words, due).flags[0]) is against


def test_a_bucket_below_the_columns_last_one_is_exact(read, good):
    # Four months behind by both due dates: "30-59" says one, and "60-89" may be the last bucket that the seller has.
    first = good() | {"Loan Status": "30-59"}
    last = good(loan_id="2") | {"Loan Status": "60-89"}
    assert read(first, last).flags == (("W_DUE_HISTORY",), ())


def test_a_foreclosure_in_a_bucket_counts_four_months_at_least_and_is_one(read, good):
    reading = read(
        good(next_due_date=None) | {"DQ Bucket": "FC"}, good(loan_id="2", next_due_date=None) | {"DQ Bucket": "60-89"}
    )
    assert reading.tape.history.months_delinquent[:, -1].tolist() == [4, 2]
    assert cell(reading, "foreclosure_status") == "referred"
    assert set(reading.flags[0]) == {"W_METHOD", "W_STATUS_FLOOR", "W_STATUS_DERIVED"}
    assert reading.flags[1] == ("W_METHOD",)


def test_performing_in_a_bucket_is_no_number_of_months(read, good):
    reading = read(good(next_due_date=None) | {"DQ Bucket": "Performing"}, good(loan_id="2"))
    assert [(one.row, one.code) for one in reading.exceptions] == [(2, "E_DUE")]


def test_a_resolved_row_of_a_bucket_tape_has_one_reason(read, good):
    rows = [
        good(loan_id=str(i), next_due_date=None) | {"DQ Bucket": words}
        for i, words in enumerate(["REO", "Sold", "30-59"], start=1)
    ]
    assert [(one.row, one.code) for one in read(*rows).exceptions] == [(2, "E_RESOLVED"), (3, "E_RESOLVED")]


def test_statuses_that_are_buckets_are_offered_where_no_due_date_is_given(read, good):
    rows = [
        {name: text for name, text in good(loan_id=str(i)).items() if name != "next_due_date"} | {"Loan Status": words}
        for i, words in enumerate(["Current", "30-59", "120+", "BK13"], start=1)
    ]
    with pytest.raises(TapeError, match=r'columns."Loan Status" = "months_delinquent"'):
        read(*rows)


def test_a_column_of_statuses_mapped_to_months_behind_keeps_what_else_it_says(read, good, tmp_path):
    mapping = tmp_path / "mine.toml"
    mapping.write_text('columns."Loan Status" = "months_delinquent"\n')
    rows = [
        {name: text for name, text in good(loan_id=str(i)).items() if name != "next_due_date"} | {"Loan Status": words}
        for i, words in enumerate(["Current", "60-89", "FC", "Sold"], start=1)
    ]
    reading = read(*rows, mapping=mapping)
    assert reading.tape.history.months_delinquent[:, -1].tolist() == [0, 2, 4]
    assert [one.code for one in reading.exceptions] == ["E_RESOLVED"]
    assert reading.tape.notes.frame["foreclosure_status"].tolist()[2] == "referred"
