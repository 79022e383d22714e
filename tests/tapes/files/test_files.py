"""Kinds of files told apart by content, and damaged ones refused with a sentence."""

import zipfile
from datetime import date, datetime

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from notes import TapeError, UsageError
from tapes import ReadOptions, read_tape


def workbook(path, *sheets, hidden=()):
    """Write sheets, each a name and rows of values."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def sheet_rows(good):
    row = good()
    typed = {
        "as_of_date": datetime(2024, 6, 30),
        "upb": 100000,
        "as_is_value": 200000.0,
        "note_rate": 0.075,
        "lien_position": 1,
        "next_due_date": date(2024, 3, 1),
    }
    return [list(row), [typed.get(name, text) for name, text in row.items()]]


def test_a_workbook_reads_like_the_same_csv_under_any_name(tmp_path, read, good):
    path = workbook(tmp_path / "really_xlsx.csv", ("Tape", sheet_rows(good)))
    assert read_tape(path).tape.notes.frame.equals(read(good()).tape.notes.frame)


def test_whole_numbers_of_a_workbook_keep_no_decimal_point(tmp_path, good):
    rows = sheet_rows(good)
    rows[1][0] = 123.0
    rows[0].append("bankruptcy_chapter")
    rows[1].append(13)
    frame = read_tape(workbook(tmp_path / "a.xlsx", ("Tape", rows))).tape.notes.frame
    assert frame["loan_id"][0] == "123"
    assert frame["bankruptcy_chapter"][0] == "13"


def test_a_pay_string_that_a_workbook_holds_as_a_number_is_refused(tmp_path, good):
    rows = sheet_rows(good)
    rows[0].append("pay_string")
    rows += [[*rows[1], "0369"], [*rows[1], 369]]
    rows[2][0] = "2"
    rows[3][0] = "3"
    reading = read_tape(workbook(tmp_path / "a.xlsx", ("Tape", rows)))
    assert [(one.row, one.code) for one in reading.exceptions] == [(4, "E_PAYSTRING_NUMERIC")]


def test_rows_of_a_workbook_are_counted_as_excel_counts_them(tmp_path, good):
    rows = sheet_rows(good)
    reading = read_tape(workbook(tmp_path / "a.xlsx", ("Tape", [["Pool A"], [], *rows])))
    assert list(reading.rows) == [4]
    assert (reading.counts.title, reading.counts.blank) == (1, 1)


def test_several_visible_sheets_need_a_name_and_hidden_ones_are_never_picked(tmp_path, good):
    rows = sheet_rows(good)
    path = workbook(tmp_path / "a.xlsx", ("One", rows), ("Two", rows), ("Three", rows), hidden=("Three",))
    with pytest.raises(UsageError, match=r"'One', 'Two'\); name one with --sheet"):
        read_tape(path)
    assert len(read_tape(path, ReadOptions(sheet="Two")).tape) == 1
    with pytest.raises(UsageError, match="no sheet 'Four'"):
        read_tape(path, ReadOptions(sheet="Four"))
    alone = workbook(tmp_path / "b.xlsx", ("Hidden", rows), ("Seen", []), hidden=("Hidden",))
    with pytest.raises(TapeError, match="no visible sheet holds anything"):
        read_tape(alone)


def test_a_parquet_file_reads_like_the_same_csv(tmp_path, read, good):
    rows = [good(), good(loan_id="0002", upb="100000.55", next_due_date="2024-05-01")]
    frame = pd.DataFrame(rows).astype({"upb": float, "note_rate": float, "lien_position": "int8"})
    frame["as_of_date"] = pd.to_datetime(frame["as_of_date"])
    frame["next_due_date"] = pd.to_datetime(frame["next_due_date"]).dt.date
    frame["property_state"] = frame["property_state"].astype("category")
    frame["dti"] = float("nan")
    frame.to_parquet(tmp_path / "a.parquet")
    reading = read_tape(tmp_path / "a.parquet")
    assert reading.tape.notes.frame.equals(read(*rows).tape.notes.frame)
    assert list(reading.rows) == [1, 2]


def test_a_parquet_column_of_lists_is_refused(tmp_path):
    pq.write_table(pa.table({"loan_id": ["1"], "upb": [[1, 2]]}), tmp_path / "a.parquet")
    with pytest.raises(TapeError, match="column upb: a column of type list"):
        read_tape(tmp_path / "a.parquet")


def test_text_in_a_parquet_file_that_is_not_utf_8_is_refused(tmp_path):
    lied = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    pq.write_table(pa.table({"loan_id": ["1"], "upb": lied}), tmp_path / "a.parquet")
    with pytest.raises(TapeError, match="column upb: text that is not UTF-8"):
        read_tape(tmp_path / "a.parquet")


def test_a_byte_order_mark_is_no_part_of_the_first_heading(tape_file, good):
    path = tape_file(good())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_tape(path).tape) == 1
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n"))
    assert read_tape(path).counts.blank == 2


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_any_line_ending_is_read(tape_file, good, ending):
    path = tape_file(good(), good(loan_id="2"))
    path.write_bytes(path.read_bytes().replace(b"\n", ending))
    assert list(read_tape(path).rows) == [2, 3]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (
            b"loan_id,upb,as_is_value,property_state,note_rate,lien_position,next_due_date\n",
            "no rows under the heading",
        ),
        (b"loan_id,upb\n,\n,\n", "no rows under the heading"),
        (b"%PDF-1.4 ...", "this is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a readable workbook"),
        (b"<html><p>Your session has ended</p></html>", "this is a web page without a table"),
        ("loan_id,upb\n1,2\n".encode("utf-32"), "UTF-32"),
        ("\ufeffloan_id,upb\n1,2\n".encode("utf-16-le")[:-1], "damaged text in UTF-16"),
        (b"loan_id,upb\n1,a\x00b\n", "NUL bytes"),
        (b"loan_id,upb\n1,caf\x81\n", "row 2: byte 0x81 is neither UTF-8 nor cp1252"),
        (b'loan_id,upb\n1,"2\n3,4\n', "row 2: not a readable CSV"),
        (b'loan_id,upb\n1,"2"x\n', "row 2: not a readable CSV"),
        (b'loan_id,upb\n1,"' + b"\n" * 150 + b'"\n', "one record takes 151 lines"),
        (b'loan_id,upb\n1,"' + b"x" * 200_000 + b'\n"\n', "a cell of over 131,072 characters"),
        (b"PK\x03\x04 not really", "not a readable workbook"),
        (b"PAR1 not really", "not a readable Parquet file"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tmp_path, data, said):
    path = tmp_path / "tape.csv"
    path.write_bytes(data)
    with pytest.raises(TapeError, match=said) as caught:
        read_tape(path)
    assert str(caught.value).startswith("tape.csv")
    assert "\n" not in str(caught.value)


def test_a_missing_file_names_what_is_near(tmp_path, tape_file, good):
    tape_file(good(), name="june_tape.csv")
    with pytest.raises(TapeError, match=r"there is no such file. Nearest in that folder: june_tape.csv"):
        read_tape(tmp_path / "june_tap.csv")
    with pytest.raises(TapeError, match="this is a folder"):
        read_tape(tmp_path)


def test_a_truncated_workbook_is_refused(tmp_path, good):
    path = workbook(tmp_path / "a.xlsx", ("Tape", sheet_rows(good)))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(TapeError, match="not a readable workbook"):
        read_tape(path)


def test_a_workbook_that_unpacks_out_of_all_proportion_is_refused(tmp_path, good):
    path = workbook(tmp_path / "a.xlsx", ("Tape", sheet_rows(good)))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b" " * 60_000_000)
    with pytest.raises(TapeError, match="unpack to"):
        read_tape(path)


@pytest.mark.parametrize(
    "stray",
    [
        '<row r="1048576"><c r="AMJ1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        "<row r='2'><c s='0'  r = 'amj1048576'><v>1</v></c></row>",
        '<row r="1048575"/><row>' + "<c><v>1</v></c>" * 1_024 + "</row>",
    ],
)
def test_a_stray_cell_at_the_end_of_a_sheet_does_not_fill_the_memory(tmp_path, good, stray):
    # Laid out, 1,048,576 rows by 1,024 columns are over 20 GB; the file has 5 kB.
    path = workbook(tmp_path / "a.xlsx", ("Tape", sheet_rows(good)))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", f"{stray}</sheetData>").encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(TapeError, match="from the first to the last"):
        read_tape(path)


def test_a_sheets_error_cells_are_told_and_not_taken_for_nothing(tmp_path, good):
    rows = sheet_rows(good)
    rows[0] += ["dti", "credit_score"]
    rows = [rows[0], [*rows[1], "#REF!", 700], [*rows[1], 0.4, 710]]
    rows[2][0], rows[2][rows[0].index("upb")] = "2", "#N/A"
    reading = read_tape(workbook(tmp_path / "a.xlsx", ("First & last", rows)), ReadOptions(today=date(2024, 9, 1)))
    assert reading.flags == (("W_CELL_ERROR",),)
    assert [(one.row, one.field, one.value, one.code) for one in reading.exceptions] == [(3, "upb", "#N/A", "E_UPB")]


def test_a_formula_that_was_never_worked_out_is_not_taken_for_an_empty_cell(tmp_path, good):
    # As a script writes it; Excel and LibreOffice store the value beside the formula.
    rows = sheet_rows(good)
    rows = [[*rows[0], "delinquent_taxes"], [*rows[1], "=2000+500"], ["2", *rows[1][1:], 1], ["3", *rows[1][1:], 2]]
    reading = read_tape(workbook(tmp_path / "a.xlsx", ("Tape", rows)))
    found = [(one.row, one.field, one.value, one.code) for one in reading.exceptions]
    assert found == [(2, "delinquent_taxes", "#UNCALCULATED", "E_MONEY")]


def test_fault_16_a_column_of_formulas_that_were_never_worked_out_is_refused(tmp_path, good):
    rows = sheet_rows(good)
    rows = [[*rows[0], "delinquent_taxes"], *([str(i), *rows[1][1:], "=2000+500" if i else 1] for i in range(3))]
    with pytest.raises(TapeError, match=r"column delinquent_taxes: 2 of 3 cells are formulas without a value"):
        read_tape(workbook(tmp_path / "a.xlsx", ("Tape", rows)))


def test_entities_in_a_sheet_are_not_expanded(tmp_path, good):
    path = workbook(tmp_path / "a.xlsx", ("Tape", sheet_rows(good)))
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    body = sheet[sheet.index("<worksheet") :].replace("100000", "&a9;")
    parts["xl/worksheets/sheet1.xml"] = f'<!DOCTYPE x [<!ENTITY a0 "9">{laughs}]>{body}'.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    try:
        reading = read_tape(path)
    except TapeError:
        return
    assert len(reading.tape) == 0


def test_what_is_hashed_is_the_bytes_of_the_file(tape_file, good):
    import hashlib

    path = tape_file(good())
    assert read_tape(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("text", "regular"),
    [
        (b"a,b\n1,2\n", True),
        (b'"a","b"\n"1,x","2"\n', True),
        (b'"a"\r\n"say ""x"""\r\n""\r\n', True),
        (b'"a"', True),
        (b'a\n5" pipe\n', False),
        (b'a\n"2"x\n', False),
        (b'a\n"2\n', False),
        (b'a\n x"2"\n', False),
    ],
)
@pytest.mark.parametrize("at_once", [3, 1 << 24])
def test_quotes_that_two_parsers_might_read_differently_are_noticed(monkeypatch, text, regular, at_once):
    from tapes.files import delimited

    monkeypatch.setattr(delimited, "_BYTES_AT_ONCE", at_once)
    assert delimited._quotes_are_regular(text) is regular


def test_fault_18_a_file_that_ends_at_excels_last_row_is_told(monkeypatch, read, good):
    monkeypatch.setattr("tapes.read.EXCEL_ROWS", 3)
    warning = "The file ends at row 3, Excel's last: rows may be missing."
    assert warning in read(good(), good(loan_id="2")).warnings
    assert warning not in read(good()).warnings
