"""The as-of date: flag, column, file name, cell above the heading, in that order, and never a guess."""

from datetime import date

import openpyxl
import pytest

from notes import TapeError
from tapes import ReadOptions, read_tape
from tapes.written_dates import written_dates

TODAY = date(2024, 9, 1)


@pytest.fixture
def undated(good):
    """A row that can be priced, without an as-of date."""
    row = good()
    del row["as_of_date"]
    return row


@pytest.fixture
def under_titles(undated, tmp_path):
    """Read a CSV of one note with lines of text above its heading."""

    def read(*titles, name="tape.csv"):
        lines = [*titles, ",".join(undated), ",".join(undated.values())]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_tape(path, ReadOptions(today=TODAY))

    return read


def _of_the_day(reading):
    return [one for one in reading.warnings if "as-of date" in one]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("tape 2024-06-30", "2024-06-30"),
        ("tape_2024_06_30_v2", "2024-06-30"),
        ("tape 2024.06.30", "2024-06-30"),
        ("NPL20240630", "2024-06-30"),
        ("NPL_06302024_final", "2024-06-30"),
        ("NPL 30062024", "2024-06-30"),
        ("tape 06-30-2024", "2024-06-30"),
        ("tape 6.30.24", "2024-06-30"),
        ("tape 6-30-2024", "2024-06-30"),
        ("tape 063024", "2024-06-30"),
        ("tape 240630", "2024-06-30"),
        ("tape 24-06-30", "2024-06-30"),
        ("tape 04-04-2024", "2024-04-04"),
        ("tape 30-Jun-2024", "2024-06-30"),
        ("tape 30Jun24", "2024-06-30"),
        ("tape June 28, 2024", "2024-06-28"),
        ("TapeJun282024", "2024-06-28"),
        # Only a month is written: its last day.
        ("tape June 2024", "2024-06-30"),
        ("TapeJun24", "2024-06-30"),
        ("tape 2024-02", "2024-02-29"),
        ("tape 202402", "2024-02-29"),
        # The month and a day in it: the day.
        ("Jun24 tape 2024-06-28", "2024-06-28"),
        # The other reading, 3 December 2024, is still to come.
        ("tape 03-12-2024", "2024-03-12"),
        # Twice the same day.
        ("tape 2024-06-30 06302024", "2024-06-30"),
    ],
)
def test_a_day_in_the_files_name_serves_in_every_shape_and_is_said(read, undated, name, day):
    reading = read(undated, name=f"{name}.csv")
    assert str(reading.as_of_date) == day
    assert _of_the_day(reading)[0].startswith(f"The as-of date is {day}: the file's name says ")


@pytest.mark.parametrize(
    "name",
    [
        "tape",
        "Deal 12345678",
        "Pool 101520",  # a number: as a day it would be four years ago
        "NRM 2024-1",  # a deal's name, no month
        "tape v2.1.24",
        "Marshall 24",
        "call 305-555-0100",
    ],
)
def test_a_number_that_is_no_date_is_not_taken_for_one(read, undated, name):
    with pytest.raises(TapeError, match=r"the as-of date is not given\. .*--as-of"):
        read(undated, name=f"{name}.csv")


def test_a_name_that_can_be_read_two_ways_is_asked_about_with_both_answers(read, undated):
    with pytest.raises(TapeError) as caught:
        read(undated, name="tape 03-04-2024.csv")
    assert "'03-04-2024', which may be 2024-03-04 or 2024-04-03" in str(caught.value)
    assert "--as-of 2024-03-04 or --as-of 2024-04-03" in str(caught.value)


def test_two_days_in_a_name_are_asked_about(read, undated):
    with pytest.raises(TapeError, match="--as-of 2024-01-31 or --as-of 2024-02-29"):
        read(undated, name="2024-01-31 to 2024-02-29.csv")


def test_a_day_that_no_calendar_has_is_shown(read, undated):
    with pytest.raises(TapeError, match="'2024-06-31', which no calendar has"):
        read(undated, name="tape 2024-06-31.csv")


def test_fault_27_an_absent_or_a_future_as_of_date_refuses_the_file_and_shows_where_it_was(read, undated):
    with pytest.raises(TapeError, match="the as-of date is not given"):
        read(undated)
    with pytest.raises(TapeError, match=r"2024-09-30 is in the future \(The as-of date is 2024-09-30: the file's name"):
        read(undated, name="tape Sep 2024.csv")


def test_fault_27_a_stale_tape_is_warned_of_and_flagged_on_every_note(read, good):
    old = read(good(as_of_date="2023-07-31", next_due_date="2023-05-01"))
    assert old.flags == (("W_TAPE_OLD",),)
    assert any("over 12 months old" in one for one in old.warnings)
    assert read(good(as_of_date="2023-08-31", next_due_date="2023-05-01")).flags == ((),)


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("As of 06/30/2024", "2024-06-30"),
        ("Data Cutoff Date: 6/30/2024", "2024-06-30"),
        ("Report Date 30-Jun-2024", "2024-06-30"),
        ("Project Heron - data as of June 28 2024 - bids due 07/15/2024", "2024-06-28"),
        ("Report date 07/02/2024; as of 06/30/2024", "2024-06-30"),
        ("Loans by state 2024-06-30", "2024-06-30"),
        ("As-of date: 2024-06-30 00:00:00", "2024-06-30"),
        ("Month ending 06/30/24", "2024-06-30"),
    ],
)
def test_a_date_above_the_heading_serves_when_the_name_has_none(under_titles, title, day):
    reading = under_titles(title)
    assert str(reading.as_of_date) == day
    [said] = _of_the_day(reading)
    assert "row 1, above the heading," in said


@pytest.mark.parametrize(
    "title",
    [
        "Bids due 07/15/2024",
        "Closing on 2024-08-15",
        "Originated between 2001-01-01",
        "Originations from 1/31/2005 to 12/31/2008",
        "Valuation date 6/15/2024",
        "Servicing transfer date 06/15/2024",
        "BPOs ordered 5/31/2024",
        "Settlement Date: 8/30/2024",
    ],
)
def test_a_date_that_is_said_to_be_of_something_else_is_no_as_of_date(under_titles, title):
    with pytest.raises(TapeError, match=r"the as-of date is not given; .* seems to be of something else"):
        under_titles(title)


@pytest.mark.parametrize(
    "name", ["bids due 20240815", "NPL_bid_due_08-15-2024", "sale 2024-08-20", "settle 8-30-2024", "sent 2024-08-30"]
)
def test_a_date_in_the_name_that_is_said_to_be_of_something_else_is_no_as_of_date(read, undated, name):
    with pytest.raises(TapeError, match=r"the as-of date is not given; .* seems to be of something else"):
        read(undated, name=f"{name}.csv")


@pytest.mark.parametrize(
    "name", ["tape_as_of_06302024_bids_07152024", "bids due 2024-07-15 tape 2024-06-30", "2024-06-30 (sent 2024-07-02)"]
)
def test_beside_it_the_tapes_own_day_is_found(read, undated, name):
    assert str(read(undated, name=f"{name}.csv").as_of_date) == "2024-06-30"


def test_a_day_to_come_whose_other_reading_is_past_is_asked_about(read, undated):
    # 3 September 2024 is in two days: bids may be due then; 9 March is past.
    with pytest.raises(TapeError, match="which may be 2024-03-09 or 2024-09-03"):
        read(undated, name="tape 09-03-2024.csv")


def test_a_reading_of_long_ago_is_not_offered_beside_one_of_late(read, undated):
    with pytest.raises(TapeError, match=r"'03-04-24', which may be 2024-03-04 or 2024-04-03[.]"):
        read(undated, name="tape 03-04-24.csv")


def test_the_name_goes_before_the_cell_and_their_disagreement_is_warned_of(under_titles):
    reading = under_titles("As of 06/30/2024", name="tape 2024-07-31.csv")
    assert reading.as_of_date == date(2024, 7, 31)
    assert "row 1, above the heading, says '06/30/2024'" in _of_the_day(reading)[1]
    assert len(_of_the_day(under_titles("As of 06/30/2024", name="tape 2024-06-30.csv"))) == 1


def test_a_cell_with_a_day_in_the_month_of_the_name_gives_the_day(under_titles):
    reading = under_titles("As of 06/28/2024", name="tape Jun24.csv")
    assert reading.as_of_date == date(2024, 6, 28)
    assert len(_of_the_day(reading)) == 1


def test_two_as_of_dates_above_the_heading_are_asked_about(under_titles):
    with pytest.raises(TapeError, match="--as-of 2024-05-31 or --as-of 2024-06-30"):
        under_titles("As of 06/30/2024", "As of 05/31/2024")


def test_a_sheets_name_serves_last(undated, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Tape 6.30.24"
    book.active.append(list(undated))
    book.active.append(list(undated.values()))
    book.save(tmp_path / "tape.xlsx")
    reading = read_tape(tmp_path / "tape.xlsx", ReadOptions(today=TODAY))
    assert reading.as_of_date == date(2024, 6, 30)
    assert _of_the_day(reading)[0] == "The as-of date is 2024-06-30: the sheet's name says '6.30.24'."


def test_a_hostile_title_is_searched_in_no_time():
    assert written_dates("1-" * 50_000, TODAY) == ()
    assert written_dates("9" * 50_000, TODAY) == ()


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Balances as of close of business June 28 2024", "2024-06-28"),
        ("As of the end of the month 06/30/2024", "2024-06-30"),
        ("Balances through Friday June 28th 2024", "2024-06-28"),
    ],
)
def test_words_between_as_of_and_the_day_do_not_hide_it(under_titles, title, day):
    assert str(under_titles(title).as_of_date) == day


def test_a_day_in_the_heading_of_a_balance_is_the_as_of_date(read, undated):
    row = {("UPB @ 6/30/24" if name == "upb" else name): cell for name, cell in undated.items()}
    (told,) = _of_the_day(read(row | {"upb": row["UPB @ 6/30/24"]}))
    assert told == "The as-of date is 2024-06-30: the heading 'UPB @ 6/30/24' says '6/30/24'."
    with pytest.raises(TapeError, match="the as-of date is not given"):
        read(undated | {"BPO @ 5/31/24": "1"})


def test_a_note_of_another_day_than_nearly_all_others_is_flagged(read, good):
    rows = [good(loan_id=str(i)) for i in range(1, 11)]
    assert set(read(*rows, good(loan_id="odd", as_of_date="2024-04-30")).flags[:10]) == {()}
    assert read(*rows, good(loan_id="odd", as_of_date="2024-04-30")).flags[10] == ("W_AS_OF_APART",)
    assert read(*rows[:3], good(loan_id="odd", as_of_date="2024-04-30")).flags[3] == ()


@pytest.mark.parametrize(
    ("name", "titles", "told"),
    [
        ("tape_2024-05-31.csv", (), ["--as-of 2024-06-30 is used, but the file's name says '2024-05-31'."]),
        (
            "tape.csv",
            ("As of 5/31/2024",),
            ["--as-of 2024-06-30 is used, but row 1, above the heading, says '5/31/2024'."],
        ),
        ("tape_2024-06-30.csv", ("Tape as of June 2024",), []),
        ("tape.csv", (), []),
    ],
)
def test_a_name_or_title_of_another_day_than_the_flag_is_told(undated, tmp_path, name, titles, told):
    lines = [*titles, ",".join(undated), ",".join(undated.values())]
    (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read_tape(tmp_path / name, ReadOptions(today=TODAY, as_of=date(2024, 6, 30)))
    assert [one for one in reading.warnings if "--as-of" in one] == told


def test_a_tape_of_which_every_row_is_excepted_is_of_its_day_all_the_same(good, undated, tape_file):
    of_a_column = read_tape(tape_file(good(upb=None)), ReadOptions(today=TODAY))
    assert (len(of_a_column.tape), of_a_column.as_of_date) == (0, date(2024, 6, 30))
    of_a_flag = read_tape(tape_file(undated | {"upb": ""}), ReadOptions(today=TODAY, as_of=date(2024, 5, 31)))
    assert (len(of_a_flag.tape), of_a_flag.as_of_date) == (0, date(2024, 5, 31))
