"""Two tapes side by side: who is new, who is gone, what changed, and how far time alone explains it."""

from datetime import date

import pytest

from serving.compare import BUCKETS, compare
from serving.matching import match_loans
from tapes import ReadOptions, read_tape

TODAY = date(2024, 9, 1)
GOOD = {
    "loan_id": "1",
    "as_of_date": "2024-05-31",
    "upb": "100000",
    "as_is_value": "200000",
    "property_state": "FL",
    "note_rate": "0.075",
    "lien_position": "1",
    "next_due_date": "2024-03-01",
}


def _row(loan_id, as_of="2024-05-31", **changes):
    return GOOD | {"loan_id": loan_id, "as_of_date": as_of} | changes


@pytest.fixture
def compared(tmp_path):
    """Compare two lists of rows, dicts of text."""

    def reading(name, rows):
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        lines = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
        path = tmp_path / name
        path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
        return read_tape(path, ReadOptions(today=TODAY))

    def run(old, new):
        before, after = reading("old.csv", old), reading("new.csv", new)
        return compare(before, after, match_loans(before, after))

    return run


def _rows(comparison):
    return [tuple(row) for row in comparison.changes.itertuples(index=False)]


def test_fault_72_a_loan_that_is_not_on_the_new_tape_is_never_said_to_be_sold(compared):
    found = compared([_row("1"), _row("2")], [_row("2"), _row("3")])
    assert _rows(found) == [
        ("3", "", "new", "", "", "on the tape"),
        ("1", "", "gone", "", "on the tape", "not on the new tape"),
    ]
    assert "sold" not in found.changes.to_csv()


def test_each_changed_field_is_told_with_its_old_and_its_new_value(compared):
    old = [_row("1", occupancy="owner", valuation_date="2024-01-02", escrowed="Y"), _row("2")]
    new = [
        _row("1", upb="99000.5", occupancy="", valuation_date="2024-03-04", escrowed="N"),
        _row("2", note_rate="0.07"),
    ]
    found = compared(old, new)
    assert sorted(_rows(found)) == [
        ("1", "", "changed", "escrowed", "Y", "N"),
        ("1", "", "changed", "occupancy", "owner", ""),
        ("1", "", "changed", "upb", "100000", "99000.5"),
        ("1", "", "changed", "valuation_date", "2024-01-02", "2024-03-04"),
        ("2", "", "changed", "note_rate", "0.075", "0.07"),
    ]
    assert found.fields.values.tolist() == [
        ["escrowed", 1, 0, 0],
        ["note_rate", 1, 0, 0],
        ["occupancy", 1, 0, 1],
        ["upb", 1, 0, 0],
        ["valuation_date", 1, 0, 0],
    ]


def test_the_same_tape_twice_has_no_changes(compared):
    rows = [_row("1", occupancy="owner"), _row("2", upb="")]
    found = compared(rows, rows)
    assert [row[2:] for row in _rows(found)] == [("excepted_both", "", "excepted: E_UPB", "excepted: E_UPB")]
    assert len(found.fields) == 0


def test_a_loan_whose_row_cannot_be_read_is_not_gone(compared):
    found = compared([_row("1"), _row("2", upb="x"), _row("3", upb="x")], [_row("1", as_is_value=""), _row("2")])
    assert _rows(found) == [
        ("3", "", "gone", "", "excepted: E_UPB", "not on the new tape"),
        ("1", "", "excepted_now", "", "read", "excepted: E_VALUE"),
        ("2", "", "read_now", "", "excepted: E_UPB", "read"),
    ]


def test_a_loan_number_of_two_sellers_is_two_loans(compared):
    old = [_row("1", seller="A"), _row("1", seller="B")]
    found = compared(old, [_row("1", seller="B", upb="5000"), _row("1", seller="C")])
    assert [row[:3] for row in _rows(found)] == [("1", "C", "new"), ("1", "A", "gone"), ("1", "B", "changed")]


def test_where_one_tape_names_no_seller_the_loan_number_decides(compared):
    found = compared([_row("1", seller="A")], [_row("1")])
    assert len(found.match.old) == 1


def test_numbers_that_lost_their_leading_zeros_are_pointed_out_and_not_matched(compared):
    found = compared([_row("007")], [_row("7")])
    assert [row[2] for row in _rows(found)] == ["new", "gone"]
    assert "leading zeros" in found.match.remarks[0]


def test_of_a_loan_on_several_days_the_latest_counts(compared):
    found = compared([_row("1", "2024-04-30", upb="1000"), _row("1")], [_row("1")])
    assert _rows(found) == []
    assert "latest counts" in found.match.remarks[0]


def test_the_passing_of_a_month_is_told_from_payments_and_from_a_restated_date(compared):
    old = [_row(f"L{i}") for i in range(4)]  # due 1 March, at the end of May three months behind
    new = [
        _row("L0", "2024-06-30"),  # nothing paid: four
        _row("L1", "2024-06-30", next_due_date="2024-05-01"),  # two paid: two
        _row("L2", "2024-06-30", next_due_date="2023-06-01"),  # 13: more than a month can do
        _row("L3", "2024-06-30", next_due_date="2024-07-01"),  # cured: none
    ]
    months = compared(old, new).months
    assert (months.paid, months.as_time_passed, months.unexplained) == (2, 1, 1)
    assert months.table.to_numpy().sum() == 4
    assert {name: months.table.loc["3", name] for name in BUCKETS if months.table.loc["3", name]} == {
        "0": 1,
        "2": 1,
        "4-5": 1,
        "12-23": 1,
    }


def test_the_buckets_hold_what_they_say(compared):
    from serving.compare import _bucket

    assert [BUCKETS[i] for i in _bucket([0, 1, 2, 3, 4, 5, 6, 11, 12, 23, 24, 99])] == [
        *("0", "1", "2", "3", "4-5", "4-5", "6-11", "6-11", "12-23", "12-23", "24+", "24+"),
    ]


def test_a_history_that_was_told_differently_before_is_shown_with_its_first_month(compared):
    # Months of the old string: February to May; of the new one: March to June.
    old = [_row("1", pay_string="0012"), _row("2", pay_string="0123")]
    new = [_row("1", "2024-06-30", pay_string="0023"), _row("2", "2024-06-30", pay_string="0134")]
    rows = [row for row in _rows(compared(old, new)) if row[3] == "payment_history"]
    # Loan 1: April was 1 and is 0 now; May was 2 in both.  Loan 2: March was 1 and is 0 now, April was 2 and is 1.
    assert rows == [
        ("1", "", "changed", "payment_history", "2024-04: 1", "2024-04: 0 (1 restated)"),
        ("2", "", "changed", "payment_history", "2024-03: 1", "2024-03: 0 (2 restated)"),
    ]


def test_a_value_written_another_way_is_no_change(compared):
    found = compared([_row("1", upb="100000")], [_row("1", upb="100000.00", note_rate="0.07500")])
    assert _rows(found) == []
