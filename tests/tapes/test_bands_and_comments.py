"""States in lines of their own, comments that end a loan, hidden rows, damaged numbers: by whole files."""

from datetime import date

import openpyxl
import pytest

from tapes import ReadOptions, read_tape

TODAY = date(2024, 9, 1)
HEAD = ["loan_id", "as_of_date", "upb", "as_is_value", "note_rate", "lien_position", "next_due_date"]


def loan(number, upb="100"):
    return [number, "2024-06-30", upb, "200000", "0.07", "1", "2024-03-01"]


@pytest.fixture
def lines(tmp_path):
    """Read lines of cells as a CSV, filled up to the heading's width."""

    def read(*rows, head=HEAD):
        path = tmp_path / "tape.csv"
        whole = [[*row, *[""] * (len(head) - len(row))] for row in (head, *rows)]
        path.write_text("\n".join(map(",".join, whole)) + "\n")
        return read_tape(path, ReadOptions(today=TODAY))

    return read


def test_a_state_above_its_loans_is_theirs(lines):
    rows = [
        ["FLORIDA"],
        loan("1"),
        loan("2"),
        ["FL Total", "", "200"],
        HEAD,
        ["New Jersey"],
        loan("3"),
        ["Total", "", "300"],
    ]
    reading = lines(*rows)
    assert reading.tape.notes.frame["property_state"].tolist() == ["FL", "FL", "NJ"]
    assert (reading.counts.title, reading.counts.total, reading.counts.repeated_heading) == (2, 2, 1)
    assert "stands in 2 lines of their own (FL, NJ)" in " ".join(reading.warnings)


def test_a_loan_above_the_first_state_leaves_the_file_without_states(lines):
    from notes import TapeError

    with pytest.raises(TapeError, match="no column property_state"):
        lines(loan("1"), ["FLORIDA"], loan("2"))


def test_lines_of_states_are_nothing_where_a_column_holds_the_state(lines):
    head = [*HEAD, "property_state"]
    reading = lines([*loan("1"), "TX"], ["FLORIDA"], [*loan("2"), "TX"], head=head)
    assert reading.tape.notes.frame["property_state"].tolist() == ["TX", "TX"]
    assert [one.row for one in reading.exceptions][:1] == [3]


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("REO - evicted 8/26", "E_RESOLVED"),
        ("PIF 10/22/26 - do not bid", "E_RESOLVED"),
        ("Paid in full", "E_RESOLVED"),
        ("REO risk is high", "W_COMMENT"),
        ("PIF expected in May", "W_COMMENT"),
        ("CFD / land contract", "W_COMMENT"),
        ("WITHDRAWN 11/3", "W_COMMENT"),
        ("borrower called, will pay", ""),
        ("", ""),
    ],
)
def test_a_comment_that_begins_with_an_end_keeps_the_loan_out_and_one_that_speaks_of_it_is_flagged(
    read, good, comment, code
):
    reading = read(good(loan_id="x"), good() | {"Comments": comment})
    assert [one.code for one in reading.exceptions] == ([code] if code.startswith("E") else [])
    assert reading.flags[1:] == (() if code.startswith("E") else ((code,) if code else (),))


def test_comments_are_read_in_no_column_of_another_meaning(read, good):
    assert read(good() | {"Lost Note Kind": "REO"}).flags == ((),)


def test_a_hidden_row_is_flagged_on_its_note(good, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(list(good()))
    for number in ("1", "2"):
        book.active.append(list(good(loan_id=number).values()))
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "tape.xlsx")
    assert read_tape(tmp_path / "tape.xlsx", ReadOptions(today=TODAY)).flags[1] == ("W_ROW_HIDDEN",)


def test_rounded_loan_numbers_that_meet_are_no_two_rows_of_one_loan(read, good):
    same = good(loan_id="1.00170000000554e+16")
    codes = [one.code for one in read(same, same | {"upb": "5"}, good(loan_id="7")).exceptions]
    assert codes == ["E_ID_DAMAGED", "E_ID_DAMAGED"]


def test_a_mapping_saved_for_a_tape_with_states_in_lines_is_found_again(tmp_path):
    from tapes.headings import headings_key

    key = headings_key([*HEAD, "property_state"])
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "x.toml").write_text(
        f'headings_sha256 = "{key}"\ncolumns."property_state" = "property_state"\nunits."upb" = "thousands"\n'
    )
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(map(",".join, [HEAD, ["TEXAS", *[""] * 6], loan("1"), loan("2")])) + "\n")
    reading = read_tape(path, ReadOptions(today=TODAY, mappings=tmp_path / "m"))
    assert reading.tape.notes.frame["upb"].tolist() == [100_000.0, 100_000.0]
    assert not [one for one in reading.warnings if "has not" in one]
