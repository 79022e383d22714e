"""Resolutions: outcomes believed as stated, contradictions excepted."""

from datetime import date

import numpy as np
import pytest

from notes import TapeError
from tapes import ReadOptions, read_resolutions

SOLD = {"outcome": "foreclosure", "outcome_detail": "reo", "resolution_date": "2021-12-31"}


def test_resolved_and_open_notes_are_read(read_outcomes):
    reading = read_outcomes(SOLD | {"net_proceeds": "80000.5"}, {})
    assert reading.resolutions.outcome.tolist() == ["foreclosure", ""]
    assert reading.resolutions.outcome_detail.tolist() == ["reo", ""]
    assert reading.resolutions.is_open.tolist() == [False, True]
    assert str(reading.resolutions.resolution_date[0]) == "2021-12-31"
    np.testing.assert_array_equal(reading.resolutions.net_proceeds, [80000.5, np.nan])
    assert reading.counts.priced == 2
    assert reading.counts.told("read").endswith("+ 2 rows; 2 rows = 2 read + 0 excepted")
    assert str(reading.counts).endswith("2 rows = 2 priced + 0 excepted")


def test_net_proceeds_are_gross_less_costs_where_only_those_are_given(read_outcomes):
    reading = read_outcomes(SOLD | {"gross_proceeds": "100", "resolution_costs": "30", "net_proceeds": ""})
    assert reading.resolutions.net_proceeds.tolist() == [70.0]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"outcome": "sold"}, "outcome", "E_OUTCOME"),
        ({"outcome": "foreclosure"}, "outcome", "E_OUTCOME"),
        ({"resolution_date": "2021-12-31"}, "resolution_date", "E_OUTCOME"),
        (SOLD | {"outcome_detail": "payoff"}, "outcome_detail", "E_OUTCOME"),
        (SOLD | {"resolution_date": "2020-06-30"}, "resolution_date", "E_ORDER"),
        (SOLD | {"resolution_date": "2024-07-31"}, "resolution_date", "E_ORDER"),
        (SOLD | {"resolution_date": "31.13.2021"}, "resolution_date", "E_DATE"),
        ({"observed_through": ""}, "observed_through", "E_OBSERVED"),
        ({"observed_through": "2020-05-31"}, "observed_through", "E_ORDER"),
        ({"observed_through": "2025-05-31"}, "observed_through", "E_FUTURE"),
        (SOLD | {"net_proceeds": "x"}, "net_proceeds", "E_MONEY"),
    ],
)
def test_a_contradiction_excepts_the_row(read_outcomes, change, field, code):
    reading = read_outcomes({}, change)
    assert (3, field, code) in [(one.row, one.field, one.code) for one in reading.exceptions]
    assert len(reading.resolutions) == 1


def test_payments_that_lack_a_column_are_told_of_resolutions_and_not_of_a_tape(read_outcomes):
    same = {"loan_id": "A"} | SOLD
    with pytest.raises(TapeError, match=r"1 loan of the resolutions has several rows.* Add seller\.") as refused:
        read_outcomes(
            same | {"seller": "one"},
            same | {"seller": "two"},
            payments="loan_id,month,months_delinquent\nA,2020-06,3\n",
        )
    assert "tape" not in str(refused.value).replace("tape.csv", "")


def test_rows_with_a_past_event_after_their_as_of_date_are_counted_by_field_and_ends_after_it_are_not(read_outcomes):
    reading = read_outcomes(
        SOLD,
        {"valuation_date": "2020-07-01"},
        {"valuation_date": "2020-08-15", "modification_date": "2020-08-15"} | SOLD,
        {"observed_through": "2025-05-31"},  # after today: wrong, and no leak
    )
    assert reading.excepted_as_later == {"valuation_date": 2, "modification_date": 1}
    assert read_outcomes(SOLD).excepted_as_later == {}


def test_a_loan_may_have_several_snapshots_each_with_its_own_payments(read_outcomes):
    first = {"loan_id": "A", "as_of_date": "2020-05-31"} | SOLD
    second = {"loan_id": "A"} | SOLD
    payments = (
        "loan_id,month,months_delinquent,as_of_date\n"
        "A,2020-05,2,2020-05-31\nA,2020-06,3,2020-06-30\nA,2020-05,2,2020-06-30\n"
    )
    reading = read_outcomes(first, second, payments=payments)
    history = reading.resolutions.tape.history.months_delinquent
    assert history[:, -2:].tolist() == [[-1, 2], [2, 3]]


@pytest.mark.parametrize("column", ["outcome", "resolution_date", "observed_through"])
def test_a_missing_outcome_column_refuses_the_file(tape_file, good, column):
    row = good() | {"outcome": "", "resolution_date": "", "observed_through": "2024-06-30"}
    del row[column]
    with pytest.raises(TapeError, match=f"no column {column}"):
        read_resolutions(tape_file(row))


def test_a_tape_does_not_look_at_outcome_columns(read, good):
    reading = read(good() | {"outcome": "foreclosure", "resolution_date": "x", "observed_through": "y"})
    assert len(reading.tape) == 1
    assert [one.target for one in reading.columns[-3:]] == ["after_the_fact", "after_the_fact", "ignored"]


def _at(as_of, outcome="", resolved="", observed="2024-06-30", **more):
    return {
        "loan_id": "A",
        "as_of_date": as_of,
        "next_due_date": "2020-03-01",
        "outcome": outcome,
        "resolution_date": resolved,
        "observed_through": observed,
    } | more


@pytest.mark.parametrize(
    "rows",
    [
        # Performed for six months in 2021, sold in 2023.
        [_at("2020-05-31", "reperform", "2021-03-31"), _at("2021-06-30", "foreclosure", "2023-05-31")],
        # The same end for both, two months apart, as files date it.
        [_at("2020-05-31", "foreclosure", "2023-05-31"), _at("2021-06-30", "foreclosure", "2023-07-31")],
        [_at("2020-05-31", "foreclosure", "2023-05-31"), _at("2023-06-30", "foreclosure", "2023-07-31")],
        # Seen open before it was sold, and for three months after, until it was booked.
        [_at("2020-05-31", observed="2021-12-31"), _at("2021-06-30", "foreclosure", "2023-05-31")],
        [_at("2020-05-31", observed="2023-08-31"), _at("2021-06-30", "foreclosure", "2023-05-15")],
        # Sold 76 months after the first snapshot, whose outcome is empty since five years ended without one.
        [_at("2015-01-31"), _at("2018-01-31", "foreclosure", "2021-05-31")],
        # Of another seller it is another loan.
        [_at("2020-05-31", "foreclosure", "2021-05-31"), _at("2022-06-30", seller="Other")],
        # Two streaks, and a payoff in the end.
        [
            _at("2018-05-31", "reperform", "2019-03-31"),
            _at("2019-05-31", "loss_mitigation", "2020-03-31"),
            _at("2020-05-31", "reperform", "2021-03-31", outcome_detail="payoff"),
        ],
    ],
)
def test_rows_of_a_loan_that_can_be_true_together_are_kept(read_outcomes, rows):
    reading = read_outcomes(*rows)
    assert reading.exceptions == ()
    assert len(reading.resolutions) == len(rows)


@pytest.mark.parametrize(
    ("rows", "excepted"),
    [
        # Waiting for the same end, they state two: the later snapshot performs, and the earlier would have too.
        ([_at("2020-05-31", "foreclosure", "2023-05-31"), _at("2021-06-30", "reperform", "2022-05-31")], [2, 3]),
        # Performs half a year after it was deeded.
        ([_at("2020-05-31", "reperform", "2023-11-30"), _at("2021-06-30", "deed_in_lieu", "2023-05-31")], [2, 3]),
        # Sold in 2021 and seen open in 2024; seen open four months after; sold twice; known after its payoff.
        ([_at("2020-05-31", "foreclosure", "2021-05-31"), _at("2020-12-31")], [2, 3]),
        ([_at("2020-05-31", observed="2023-09-30"), _at("2021-06-30", "foreclosure", "2023-05-15")], [2, 3]),
        ([_at("2019-01-31", "foreclosure", "2020-05-31"), _at("2019-06-30", "foreclosure", "2023-05-31")], [2, 3]),
        (
            [
                _at("2019-01-31", "reperform", "2020-05-31", outcome_detail="payoff"),
                _at("2021-06-30", observed="2021-09-30"),
            ],
            [2, 3],
        ),
        # Every row that states the end which the last one denies, and one that says nothing against either.
        (
            [
                _at("2020-05-31", "foreclosure", "2021-05-31"),
                _at("2020-12-31", "foreclosure", "2021-05-31"),
                _at("2019-05-31", "reperform", "2020-03-31"),
                _at("2022-06-30"),
            ],
            [2, 3, 5],
        ),
    ],
)
def test_a_loan_that_ended_in_one_row_is_not_alive_after_that_in_another(read_outcomes, rows, excepted):
    reading = read_outcomes(*rows)
    assert [(one.row, one.code) for one in reading.exceptions] == [(row, "E_LOAN_ENDS") for row in excepted]
    assert len(reading.resolutions) == len(rows) - len(excepted)


def test_rows_left_out_are_counted_by_the_outcome_that_they_state(read_outcomes):
    late = {"valuation_date": "2021-01-31"}  # after the as-of date: the row is excepted
    reading = read_outcomes(
        SOLD | late, SOLD | late | {"loan_id": "9"}, SOLD, late, {"outcome": "sold"}, {}, {"loan_id": "6"}
    )
    # two foreclosures and an open note; "sold" is no outcome, and the last row is the sixth once more
    assert reading.loans_left_out == {"": 1, "foreclosure": 2, "unreadable": 1}
    assert reading.loans_read == {"": 1, "foreclosure": 1}
    assert reading.resolutions.outcome.tolist() == ["foreclosure", ""]


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Loan Mod", "loss_mitigation"),
        ("Deed-in-Lieu", "deed_in_lieu"),
        ("SHORT SALE", "deed_in_lieu"),
        ("FCL", "foreclosure"),
        ("3rd Party Sale", "foreclosure"),
        ("Sheriff's Sale", "foreclosure"),
        ("Reinstated", "reperform"),
        ("Paid in full", "reperform"),
        ("Loss Mitigation", "loss_mitigation"),
    ],
)
def test_an_outcome_is_read_as_a_desk_writes_it(read_outcomes, word, outcome):
    reading = read_outcomes(SOLD | {"outcome": word, "outcome_detail": ""}, {"outcome": "Open"})
    assert reading.resolutions.outcome.tolist() == [outcome, ""]


@pytest.mark.parametrize("word", ["Note Sale", "Repurchased", "Charged off", "Transferred"])
def test_what_is_no_outcome_is_not_made_one(read_outcomes, word):
    [found] = read_outcomes(SOLD | {"outcome": word, "outcome_detail": ""}, {}).exceptions
    assert (found.code, found.field) == ("E_OUTCOME", "outcome")


def test_a_loan_of_which_a_row_is_left_is_not_lost(read_outcomes):
    late = {"loan_id": "7", "valuation_date": "2021-01-31"}
    once_more = {"loan_id": "7", "as_of_date": "2019-06-30", "next_due_date": "2019-06-01"}
    reading = read_outcomes(SOLD | late, SOLD | once_more, SOLD | {"valuation_date": "2021-01-31"})
    assert (reading.loans_read, reading.loans_left_out) == ({"foreclosure": 1}, {"foreclosure": 1})


@pytest.mark.parametrize(
    ("word", "said", "detail"),
    [
        ("Paid in Full", "", "payoff"),
        ("Short Sale", "", "short_sale"),
        ("REO", "", "reo"),
        ("Loan Mod", "", "modification"),
        ("deed_in_lieu", "", ""),  # the outcome itself tells no detail
        ("FCL", "", ""),
        ("FCL", "Foreclosure Sale", ""),  # says no more than the outcome
        ("REO", "third_party", "third_party"),  # what is said goes before
    ],
)
def test_an_outcome_in_a_desks_words_tells_its_detail(read_outcomes, word, said, detail):
    reading = read_outcomes(SOLD | {"outcome": word, "outcome_detail": said}, {})
    assert reading.resolutions.outcome_detail.tolist() == [detail, ""]


def test_a_detail_of_another_outcome_and_a_date_of_an_open_note_are_refused_by_name(read_outcomes):
    reading = read_outcomes(
        SOLD | {"outcome": "FCL", "outcome_detail": "Paid in Full"},
        {"outcome": "Open", "resolution_date": "2021-12-31"},
        {},
    )
    assert [one.field for one in reading.exceptions] == ["outcome_detail", "resolution_date"]


def test_the_day_in_a_files_name_is_not_when_its_notes_were_known(tmp_path, good):
    row = good(loan_id="1") | SOLD | {"observed_through": "2024-06-30", "next_due_date": "2020-03-01"}
    row.pop("as_of_date", None)
    path = tmp_path / "resolutions_2024-06-30.csv"
    path.write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n", encoding="utf-8")
    with pytest.raises(TapeError, match="no column as_of_date"):
        read_resolutions(path, options=ReadOptions(today=date(2024, 9, 1)))
    reading = read_resolutions(path, options=ReadOptions(today=date(2024, 9, 1), as_of=date(2020, 6, 30)))
    assert reading.resolutions.outcome.tolist() == ["foreclosure"]
