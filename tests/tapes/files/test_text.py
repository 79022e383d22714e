"""Encodings, delimiters and quotes of text files."""

import pytest

from notes import TapeError

ROWS = "loan_id{0}upb{0}property_state\n1{0}100.5{0}FL\n2{0}200{0}TX\n"
CELLS = [["1", "100.5", "FL"], ["2", "200", "TX"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_fault_09_any_unicode_encoding_is_read_and_told(table_of, cells_of, encoding):
    table = table_of(ROWS.format(",").replace("FL", "São").encode(encoding))
    assert cells_of(table) == [["1", "100.5", "São"], ["2", "200", "TX"]]
    assert table.remarks == (() if encoding.startswith("utf-8") else ("The file was read as UTF-16.",))


def test_fault_09_bytes_that_are_no_utf_8_are_read_as_cp1252(table_of, cells_of):
    data = ROWS.format(",").encode().replace(b"100.5", b"\xa0100.5\xa0").replace(b"FL", b"\x93FL\x94")
    table = table_of(data)
    assert cells_of(table)[0] == ["1", "100.5", "“FL”"]
    assert table.remarks == ("The file is not UTF-8 (0xa0 in line 2) and was read as cp1252.",)


def test_fault_09_a_file_of_two_encodings_keeps_both(table_of, cells_of):
    table = table_of("loan_id,upb,property_state\n1,100.5,é\n2,200,".encode() + b"\xe9\n")
    assert cells_of(table) == [["1", "100.5", "é"], ["2", "200", "é"]]
    assert table.remarks == ("The file is UTF-8 with single bytes (0xe9 in line 3) that were read as cp1252.",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_fault_10_a_delimiter_is_found_by_the_headings(table_of, cells_of, delimiter, name, end):
    text = ROWS.format(delimiter).replace("100.5", '"100,50"').replace("\n", end)
    table = table_of(text.encode())
    assert cells_of(table) == [["1", "100,50", "FL"], ["2", "200", "TX"]]
    assert table.remarks == (f"The cells are separated by {name}.",)
    assert list(table.rows) == [2, 3]


def test_fault_10_without_known_headings_the_delimiter_gives_lines_of_equal_length(table_of, cells_of):
    table = table_of(b"nummer;betrag, EUR\n1;1.000,50\n2;2,5\n3;3\n")
    assert table.headings == ("nummer", "betrag, EUR")
    assert cells_of(table) == [["1", "1.000,50"], ["2", "2,5"], ["3", "3"]]


def test_fault_10_a_spreadsheets_own_word_for_its_delimiter_is_believed(table_of, cells_of):
    table = table_of(b"sep=|\nloan_id|upb\n1|2,5,5,5\n")
    assert cells_of(table) == [["1", "2,5,5,5"]]
    assert table.not_notes["title"] == 1


def test_fault_10_a_ragged_row_is_marked_with_its_line(table_of):
    table = table_of(b'loan_id,upb,state\n1,"a\nb",FL\n2,1,234,FL\n3,5\n4,5,FL,,\n')
    assert list(table.rows) == [2, 4, 5, 6]
    assert list(table.ragged) == [False, True, True, False]


@pytest.mark.parametrize("n_lines", [99, 101])
def test_fault_10_a_quote_that_swallows_over_a_hundred_lines_is_refused(table_of, n_lines):
    data = b'loan_id,upb\n1,"' + b"x\n" * n_lines + b'"\n2,3\n'
    if n_lines < 100:
        assert list(table_of(data).rows) == [2, 2 + n_lines + 1]
    else:
        with pytest.raises(TapeError, match=r"row 2: not a readable CSV \(one record takes 102 lines"):
            table_of(data)


def test_fault_10_line_breaks_inside_a_heading_do_not_shift_the_lines(table_of, cells_of):
    table = table_of(b'"Loan\nNumber",UPB,"Property\r\nState"\n1,2,FL\n3,4,TX\n')
    assert table.headings == ("Loan Number", "UPB", "Property State")
    assert list(table.rows) == [4, 5]
    assert cells_of(table) == [["1", "2", "FL"], ["3", "4", "TX"]]


def test_characters_at_which_only_python_breaks_lines_break_none(table_of, cells_of):
    table = table_of("loan_id,upb\n1\x0c2\u20283,5\n".encode())
    assert cells_of(table) == [["1\x0c2\u20283", "5"]]


def test_a_long_file_is_read_fast_below_titles_and_a_heading_of_two_rows(table_of, monkeypatch):
    from tapes.files import delimited

    monkeypatch.setattr(delimited, "_read_any", None)
    text = "Pool A,,\n,,\nLoan,Unpaid,\nNo.,Balance,State\n" + "".join(f"{i},1.5,FL\n" for i in range(20_000))
    table = table_of(text.encode())
    assert table.headings == ("Loan No.", "Unpaid Balance", "State")
    assert len(table) == 20_000
    assert table.rows[0] == 5
    assert table.titles == ((1, "Pool A"),)
    assert (table.not_notes["title"], table.not_notes["blank"]) == (1, 1)


@pytest.mark.parametrize("n_rows", [1, 50, 99, 100, 101, 5_000])
def test_lines_under_the_last_note_read_alike_in_short_and_long_files(table_of, cells_of, n_rows):
    rows = [[str(i), "1.5", f"a {i}"] for i in range(n_rows)]
    last = '"x,y",2,"two\nlines"\n\n,,\nTotal,9\n* a word'
    table = table_of(("loan_id,upb,state\n" + "".join(f"{','.join(row)}\n" for row in rows) + last).encode())
    assert cells_of(table) == [*rows, ["x,y", "2", "two\nlines"], ["Total", "9", None], ["* a word", None, None]]
    assert list(table.rows) == [*range(2, n_rows + 3), n_rows + 6, n_rows + 7]
    assert [bool(one) for one in table.ragged[-3:]] == [False, True, True]
    assert table.not_notes["blank"] == 2


def test_fault_54_a_long_cell_and_control_characters_are_kept(table_of, cells_of):
    table = table_of(b"loan_id,upb\n1,\x01\x02" + b"x" * 40_000 + b"\n")
    assert cells_of(table) == [["1", "\x01\x02" + "x" * 40_000]]


def test_the_mark_with_which_old_programs_end_a_text_is_no_row(table_of):
    assert len(table_of(b"loan_id,upb\n1,2\n3,4\n\x1a")) == 2
