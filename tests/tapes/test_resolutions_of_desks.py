"""Resolutions as desks write them: their headings, their words for an end, one day through which all is known."""

from datetime import date

import numpy as np
import pytest

from notes import TapeError, UsageError
from tapes import ReadOptions, read_resolutions

SOLD = {"outcome": "foreclosure", "outcome_detail": "reo", "resolution_date": "2021-12-31"}


@pytest.mark.parametrize(
    "headings",
    [
        ("Final Disposition", "Disposition Date", "Data Through"),
        ("Exit Type", "Exit Date", "Observed Thru"),
        ("Liquidation Type", "Liquidation Date", "Outcomes Known Through"),
    ],
)
def test_a_desks_headings_for_what_became_of_a_note_are_known_in_resolutions(tape_file, good, headings):
    cells = dict(zip(headings, ("REO", "2021-12-31", "2024-06-30"), strict=True))
    reading = read_resolutions(
        tape_file(good() | {"as_of_date": "2020-06-30", "next_due_date": "2020-03-01"} | cells),
        options=ReadOptions(today=date(2024, 9, 1)),
    )
    assert reading.resolutions.outcome.tolist() == ["foreclosure"]
    assert reading.resolutions.outcome_detail.tolist() == ["reo"]
    assert [str(one) for one in reading.resolutions.resolution_date] == ["2021-12-31"]
    assert {one.heading: one.how for one in reading.columns if one.heading in headings} == dict.fromkeys(
        headings, "alias"
    )


def test_of_two_headings_that_may_be_the_end_none_is_taken(tape_file, good):
    row = good() | {"outcome": "", "Exit Date": "", "Liquidation Date": "", "observed_through": "2024-06-30"}
    with pytest.raises(TapeError, match="no column resolution_date") as refused:
        read_resolutions(tape_file(row))
    for heading in ("Exit Date", "Liquidation Date"):
        assert f'columns."{heading}" = "resolution_date"   # 100 of 100' in str(refused.value)


BEHIND = {"2020-01": 0, "2020-02": 1, "2020-03": 2, "2020-04": 3, "2020-05": 4, "2020-06": 0, "2020-07": 0}
OPEN = {"as_of_date": "2020-06-05", "outcome": "", "resolution_date": "", "observed_through": "2024-06-30"}


@pytest.fixture(params=["a row a month", "columns a month", "columns of the resolutions"])
def months_of(request, tape_file, good, tmp_path):
    """Read one note, whose payments are told from January 2020 through a month, in each of the forms."""

    def read(last, **changes):
        row = good() | OPEN | changes
        told = {month: str(behind) for month, behind in BEHIND.items() if month <= last}
        path = tmp_path / "payments.csv"
        if request.param == "a row a month":
            lines = ["loan_id,month,months_delinquent", *(f"0001,{month},{one}" for month, one in told.items())]
        else:
            lines = [",".join(["loan_id", *told]), ",".join(["0001", *told.values()])]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside = None if request.param == "columns of the resolutions" else path
        file = tape_file(row | (told if beside is None else {}))
        reading = read_resolutions(file, options=ReadOptions(today=date(2024, 9, 1), payments=beside))
        return reading.resolutions.tape.history.months_delinquent[0, -4:].tolist(), " ".join(reading.warnings)

    return read


@pytest.mark.parametrize(("last", "known"), [("2020-05", [2, 3, 4, -1]), ("2020-06", [2, 3, 4, 0])])
def test_payments_that_end_by_the_day_of_a_note_were_drawn_on_it(months_of, last, known):
    months, said = months_of(last, next_due_date="2020-02-01")
    assert months == known
    assert "go on after as_of_date" not in said


def test_where_payments_go_on_after_the_day_of_a_note_its_month_is_told_as_of_its_end_and_not_read(months_of):
    # Known on 5 June, four months behind; reinstated later in June, which a file that goes on into July tells.
    months, said = months_of("2020-07", next_due_date="2020-02-01")
    assert months == [2, 3, 4, -1]
    assert "go on after as_of_date, so what is told of the month that it falls into is of that month's end" in said
    assert "not read of 1 note" in said
    on_its_end, said = months_of("2020-07", as_of_date="2020-06-30", next_due_date="2020-07-01")
    assert on_its_end == [2, 3, 4, 0]
    assert "go on after as_of_date" not in said


def test_a_note_without_a_due_date_is_then_as_far_behind_as_at_the_end_of_the_month_before(months_of):
    months, said = months_of("2020-07", next_due_date="")
    assert months == [2, 3, 4, 4]
    assert "1 note without a due date and with an as_of_date within a month: taken for as far behind as" in said


def test_one_day_through_which_outcomes_are_known_stands_where_a_note_says_none(tape_file, good):
    rows = [
        good(loan_id=str(i + 1))
        | {"as_of_date": "2020-06-30", "next_due_date": "2020-03-01", "outcome": "", "resolution_date": ""}
        for i in range(2)
    ]
    options = ReadOptions(today=date(2024, 9, 1), observed_through=date(2024, 3, 31))
    reading = read_resolutions(tape_file(*rows), options=options)
    assert [str(one) for one in reading.resolutions.observed_through] == ["2024-03-31"] * 2
    some = [rows[0] | {"observed_through": "2022-12-31"}, rows[1] | {"observed_through": ""}]
    reading = read_resolutions(tape_file(*some), options=options)
    assert [str(one) for one in reading.resolutions.observed_through] == ["2022-12-31", "2024-03-31"]


def test_a_day_to_come_can_not_have_been_seen(tape_file, good):
    options = ReadOptions(today=date(2024, 9, 1), observed_through=date(2024, 9, 2))
    with pytest.raises(
        UsageError, match="--observed-through 2024-09-02: nothing can have been seen after today, 2024-09-01"
    ):
        read_resolutions(tape_file(good()), options=options)


def test_a_person_says_what_a_word_for_an_end_means(read_outcomes, tmp_path):
    mapping = tmp_path / "own.toml"
    mapping.write_text('outcomes."FC - 3rd" = "third_party"\noutcomes."Back to Servicing" = "open"\n', encoding="utf-8")
    ends = {"outcome_detail": "", "resolution_date": "2021-12-31"}
    words = [{"outcome": "fc 3rd"} | ends, {"outcome": "Back to Servicing"}, {"outcome": "Walked Away"} | ends]
    reading = read_outcomes(*words, mapping=mapping)
    assert reading.resolutions.outcome.tolist() == ["foreclosure", ""]
    assert reading.resolutions.outcome_detail.tolist() == ["third_party", ""]
    [told] = [one for one in reading.warnings if "no known outcome" in one]
    assert "1 of 2 cells hold a word that is no known outcome" in told
    mapping.write_text('outcomes."FC - 3rd" = "forclosure"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r'outcomes."FC - 3rd" = \'forclosure\' is not known; nearest: foreclosure'):
        read_outcomes(*words, mapping=mapping)


def test_a_note_that_left_the_file_was_seen_up_to_its_date(read_outcomes, tmp_path):
    mapping = tmp_path / "own.toml"
    mapping.write_text('outcomes."Back to Servicing" = "open"\n', encoding="utf-8")
    left = {"outcome": "Back to Servicing", "outcome_detail": "", "resolution_date": "2022-03-31", "net_proceeds": ""}
    reading = read_outcomes(left, SOLD, {}, mapping=mapping)
    assert reading.resolutions.outcome.tolist() == ["", "foreclosure", ""]
    assert [str(one) for one in reading.resolutions.observed_through] == ["2022-03-31", "2024-06-30", "2024-06-30"]
    assert reading.exceptions == ()
    # What nobody has said of a word is a contradiction as before.
    assert [one.code for one in read_outcomes(left | {"outcome": "Active"}, SOLD, mapping=mapping).exceptions] == [
        "E_OUTCOME"
    ]


def test_what_ended_after_the_day_through_which_outcomes_are_known_is_open_on_it(tape_file, good):
    ends = {"outcome": "foreclosure", "outcome_detail": "reo", "net_proceeds": "80000"}
    rows = [
        good(loan_id=str(i + 1))
        | {"as_of_date": "2020-06-30", "next_due_date": "2020-03-01"}
        | ends
        | {"resolution_date": day}
        for i, day in enumerate(("2024-03-31", "2024-04-10"))
    ]
    reading = read_resolutions(
        tape_file(*rows), options=ReadOptions(today=date(2024, 9, 1), observed_through=date(2024, 3, 31))
    )
    assert reading.resolutions.outcome.tolist() == ["foreclosure", ""]
    assert reading.resolutions.is_open.tolist() == [False, True]
    assert np.isnan(reading.resolutions.net_proceeds[1])
    assert any("Ended after 2024-03-31" in one and "1 row, taken for open" in one for one in reading.warnings)


@pytest.mark.parametrize(
    "line",
    ['columns."Ended" = "resolution_date"', 'columns."Exit Date" = "ignored"', 'columns."Exit Date" = "io_end_date"'],
)
def test_what_a_person_says_of_a_heading_or_a_field_goes_before_what_desks_call_it(tape_file, good, tmp_path, line):
    mapping = tmp_path / "own.toml"
    mapping.write_text(f"{line}\n", encoding="utf-8")
    row = good() | {"outcome": "", "Exit Date": "", "Ended": "", "observed_through": "2024-06-30"}
    options = ReadOptions(today=date(2024, 9, 1), mapping=mapping)
    if "resolution_date" in line:
        assert read_resolutions(tape_file(row), options=options).mapping["resolution_date"] == "Ended"
        return
    with pytest.raises(TapeError, match="no column resolution_date"):
        read_resolutions(tape_file(row), options=options)


def test_where_most_words_for_an_end_are_none_the_file_is_refused_with_each_of_them(read_outcomes):
    ends = {"outcome_detail": "", "resolution_date": "2021-12-31"}
    words = ["Trial Mod Done"] * 15 + ["Exit - Paid"] * 7 + ["REO"] * 20
    with pytest.raises(TapeError, match="22 of 42 cells hold a word that is no known outcome") as refused:
        read_outcomes(*({"outcome": word} | ends for word in words))
    assert "('Trial Mod Done' 15, 'Exit - Paid' 7)" in str(refused.value)
    assert 'outcomes."Trial Mod Done" = "?"   # 15 rows' in str(refused.value)


def test_a_word_that_holds_a_persons_number_is_masked_and_one_that_a_terminal_obeys_is_written_out(read_outcomes):
    ends = {"outcome_detail": "", "resolution_date": "2021-12-31"}
    words = ["Paid by 900-12-3456"] * 15 + ["Exit\u202e\x1b[31m"] * 15
    with pytest.raises(TapeError, match="30 of 30 cells hold a word that is no known outcome") as refused:
        read_outcomes(*({"outcome": word} | ends for word in words))
    told = str(refused.value)
    assert "900-12" not in told
    assert "\u202e" not in told
    assert "\x1b" not in told
    assert r'outcomes."Exit\u202e\u001b[31m" = "?"' in told


def test_a_text_that_is_no_word_is_shown_cut_and_is_not_asked_for(read_outcomes):
    ends = {"outcome_detail": "", "resolution_date": "2021-12-31"}
    words = ["Exit " * 6_000] * 15 + ["Exit - Paid"] * 7
    with pytest.raises(TapeError, match="22 of 22 cells hold a word that is no known outcome") as refused:
        read_outcomes(*({"outcome": word} | ends for word in words))
    assert len(str(refused.value)) < 1_000
    assert 'outcomes."Exit - Paid" = "?"' in str(refused.value)
    assert 'outcomes."Exit Exit' not in str(refused.value)
