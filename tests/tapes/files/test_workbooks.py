"""Sheets of workbooks of every kind: which is read, what is hidden, what a parser would lose."""

import io
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter
import xlwt

from notes import TapeError, UsageError

TAPE = [["loan_id", "upb", "property_state"], ["1", 100.5, "FL"], ["2", 200, "TX"]]
CELLS = [["1", "100.5", "FL"], ["2", "200", "TX"]]


def xls(rows, change=lambda book, sheet: None, name="Tape"):
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value is not None:
                sheet.write(i, j, value)
    change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(write, **options):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("Tape")
    for j, heading in enumerate(TAPE[0]):
        sheet.write(0, j, heading)
    write(book, sheet)
    book.close()
    return out.getvalue()


def test_fault_03_every_kind_of_workbook_gives_the_same_text(table_of, cells_of, xlsx, xlsb):
    for data in (xlsx({"Tape": TAPE}), xlsb({"Tape": TAPE}), xls(TAPE)):
        table = table_of(data)
        assert cells_of(table) == CELLS
        assert (table.sheet, list(table.rows), table.remarks, table.hidden) == ("Tape", [2, 3], (), None)
        assert {i: list(numeric) for i, numeric in table.numeric.items()} == {1: [True, True]}


def test_a_long_old_workbook_is_read_through_a_container_of_our_own(table_of, cells_of):
    rows = [TAPE[0], *([f"a rather long number {i}", i + 0.25, "FL"] for i in range(20_000))]
    table = table_of(xls(rows))
    assert cells_of(table) == [[f"a rather long number {i}", f"{i + 0.25}", "FL"] for i in range(20_000)]


def test_cells_that_are_formatted_read_as_what_they_hold(table_of, cells_of):
    def write(book, sheet):
        day, share = book.add_format({"num_format": "m/d/yyyy"}), book.add_format({"num_format": "0.00%"})
        month, hours = book.add_format({"num_format": "mmm-yy"}), book.add_format({"num_format": "[h]:mm"})
        values = [(date(2024, 3, 1), day), (0.075, share), (45352, None), (datetime(2024, 3, 1, 12, 30), day)]
        values += [(45352, month), (1.5, hours), (True, None), (123456789012345678, None), (1e-7, None), (-0.0, None)]
        for i, (value, form) in enumerate(values, 1):
            sheet.write(i, 0, str(i))
            sheet.write(i, 1, value, form)

    table = table_of(written(write))
    assert [row[1] for row in cells_of(table)] == [
        "2024-03-01",
        "0.075",
        "45352",
        "2024-03-01T12:30:00",
        "2024-03-01",
        "1 day, 12:00:00",
        "Y",
        "1.234567890123457e+17",
        "1e-07",
        "0",
    ]
    assert list(table.numeric[1]) == [False, True, True, False, False, False, False, True, True, True]


def test_a_workbook_that_counts_from_1904_says_so_and_its_dates_are_right(table_of, cells_of, xlsb):
    def write(book, sheet):
        sheet.write(1, 0, "1")
        sheet.write_datetime(1, 1, datetime(2024, 3, 1), book.add_format({"num_format": "m/d/yyyy"}))
        sheet.write(1, 2, 43890)

    table = table_of(written(write, date_1904=True))
    assert cells_of(table) == [["1", "2024-03-01", "43890"]]
    assert table.date_1904
    assert not table_of(written(write)).date_1904
    assert table_of(xlsb({"Tape": TAPE}, date_1904=True)).date_1904

    def count_from_1904(book, sheet):
        book.dates_1904 = True

    assert table_of(xls(TAPE, count_from_1904)).date_1904
    assert not table_of(xls(TAPE)).date_1904


def test_fault_17_errors_are_text_in_every_kind_of_workbook(table_of, cells_of, xlsx, xlsb):
    rows = [TAPE[0], ["1", "#N/A", "FL"], ["2", 200, "#REF!"], ["3", "#DIV/0!", "TX"]]

    def errors(book, sheet):
        sheet.row(1).set_cell_error(1, 0x2A)
        sheet.row(2).set_cell_error(2, 0x17)
        sheet.row(3).set_cell_error(1, 0x07)

    old = [[None if isinstance(cell, str) and cell.startswith("#") else cell for cell in row] for row in rows]
    for data in (xlsx({"Tape": rows}), xlsb({"Tape": rows}), xls(old, errors)):
        assert cells_of(table_of(data)) == [["1", "#N/A", "FL"], ["2", "200", "#REF!"], ["3", "#DIV/0!", "TX"]]


def test_fault_17_an_error_that_a_formula_gives_is_text_too(table_of, cells_of):
    def write(book, sheet):
        sheet.write(1, 0, "1")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 0, '="a"&"b"', None, "ab")
        sheet.write_formula(2, 1, "=1+1", None, 2)

    assert cells_of(table_of(written(write))) == [["1", "#DIV/0!", None], ["ab", "2", None]]


def test_fault_16_formulas_without_values_are_marked_in_any_spelling(table_of, cells_of, xlsx, with_part):
    forms = [
        '<c r="B{}"><f>1+1</f></c>',
        '<c r="B{}" t="n"><f>1+1</f><v></v></c>',
        "<c r='B{}'><f ca='1'>A1</f><v/></c>",
    ]
    forms += ['<c s="0" r="B{}"><f t="shared" si="0"/></c>', '<c r="B{}" t="str"><f>""</f><v></v></c>']

    def change(xml):
        for i, form in enumerate(forms, 2):
            xml = xml.replace(f'<c r="B{i}" t="n"><v>7</v></c>', form.format(i))
        return xml

    rows = [["name", "other", "upb"], *([f"x{i}", 7, 1] for i in range(9))]
    data = with_part(xlsx({"Tape": rows}), "xl/worksheets/sheet1.xml", change)
    assert [row[1] for row in cells_of(table_of(data))] == ["#UNCALCULATED"] * 4 + [None] + ["7"] * 4


def test_fault_14_hidden_rows_columns_and_filters_are_read_and_told(table_of, cells_of, xlsx, xlsb):
    def hide(book):
        sheet = book["Tape"]
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.auto_filter.ref = "A1:C3"
        sheet.auto_filter.add_filter_column(2, ["FL"])

    table = table_of(xlsx({"Tape": TAPE}, hide))
    assert cells_of(table) == CELLS
    assert list(table.hidden) == [False, True]
    assert table.remarks == (
        "1 row (3) is hidden, by a filter that was left on; it is read like the others.",
        "Hidden columns (B) are read like the others.",
    )
    table = table_of(xlsb({"Tape": [*TAPE, *([str(i), 1, "FL"] for i in range(9))]}, hidden=range(2, 10)))
    assert int(table.hidden.sum()) == 8
    assert table.remarks == ("8 rows (2, 3, 4, 5, 6, ...) are hidden; they are read like the others.",)

    def hide_old(book, sheet):
        sheet.row(2).hidden = True
        sheet.col(1).hidden = True

    table = table_of(xls(TAPE, hide_old))
    assert list(table.hidden) == [False, True]
    assert len(table.remarks) == 2


def test_fault_14_a_rows_mask_follows_what_is_left_out(table_of, xlsx):
    from tapes.files.layout import without_other_lines

    def hide(book):
        book["Tape"].row_dimensions[4].hidden = True

    rows = [TAPE[0], [None, 300.5, None], *TAPE[1:]]
    table = without_other_lines(table_of(xlsx({"Tape": rows}, hide)), {"loan_id": 0, "upb": 1, "property_state": 2})
    assert (list(table.rows), list(table.hidden), list(table.numeric[1])) == ([3, 4], [False, True], [True, True])


def test_fault_14_the_only_visible_sheet_with_a_tapes_heading_is_read(table_of, cells_of, xlsx):
    pivot = [["Row Labels", "Sum of UPB"], ["FL", 100.5], ["TX", 200]]
    notes = [["Please read"], ["upb is unpaid balance"]]

    def hide(book):
        book["Old"].sheet_state = "hidden"
        book["Older"].sheet_state = "veryHidden"

    data = xlsx({"Pivot": pivot, "Notes": notes, "Loans": TAPE, "Old": TAPE, "Older": TAPE, "Empty": []}, hide)
    table = table_of(data)
    assert (table.sheet, cells_of(table)) == ("Loans", CELLS)
    assert table.remarks == (
        "Sheet 'Loans' was read; left aside: 'Pivot', 'Notes'.",
        "Hidden sheets are not read: 'Old', 'Older'.",
    )
    assert table_of(data, sheet="Older").sheet == "Older"


def test_fault_14_several_tapes_or_none_ask_for_a_name(table_of, xlsx):
    with pytest.raises(UsageError, match=r"several sheets look like tapes \('A', 'C'\); name one with --sheet"):
        table_of(xlsx({"A": TAPE, "B": [["x"]], "C": TAPE}))
    with pytest.raises(UsageError, match=r"several sheets hold rows, and none has a tape's heading \('A', 'B'\)"):
        table_of(xlsx({"A": [["x"], ["y"]], "B": [["x"], ["y"]]}))


def test_fault_14_hidden_sheets_are_named_and_never_picked(table_of, xlsx):
    def hide(book):
        book["B"].sheet_state = "veryHidden"

    with pytest.raises(TapeError, match=r"no visible sheet holds anything.*'B' are hidden"):
        table_of(xlsx({"A": [], "B": TAPE}, hide))
    with pytest.raises(TapeError, match="no rows under the heading"):
        table_of(xlsx({"A": [["see sheet B"]], "B": TAPE}, hide))


def test_fault_08_macros_links_and_embedded_files_are_ignored_and_told(table_of, cells_of, xlsx, with_part):
    data = with_part(xlsx({"Tape": TAPE}), "xl/vbaProject.bin", lambda _: "macros")
    data = with_part(data, "xl/externalLinks/externalLink1.xml", lambda _: "<externalLink/>")
    data = with_part(data, "xl/embeddings/oleObject1.bin", lambda _: "x")
    table = table_of(data)
    assert cells_of(table) == CELLS
    assert table.remarks == (
        "The workbook holds macros, which are ignored.",
        "The workbook links to other files, which are not opened: the values it holds are read.",
        "The workbook holds other files, which are not opened.",
    )


def test_fault_46_digits_stay_as_they_are_and_numbers_lose_no_digit(table_of, cells_of, xlsx):
    rows = [TAPE[0], ["0012", 1, "FL"], [12, 1, "FL"], [123456789012345, 1, "FL"], ["123456789012345678", 1.0, "FL"]]
    assert [row[0] for row in cells_of(table_of(xlsx({"Tape": rows})))] == [
        "0012",
        "12",
        "123456789012345",
        "123456789012345678",
    ]


def test_a_sheet_that_begins_further_down_and_right_keeps_its_rows(table_of, cells_of, xlsx):
    rows = [[], [], [], [], *([None, None, None, *row] for row in TAPE)]
    table = table_of(xlsx({"Tape": rows}))
    assert cells_of(table) == CELLS
    assert list(table.rows) == [6, 7]
    assert table.not_notes["blank"] == 4
    assert list(table.numeric) == [1]


def test_every_kind_of_python_value_becomes_text():
    from tapes.files.cells import cell_text, text_column

    values = ["x", 1, 2.0, 2.5, True, None, date(2024, 3, 1), datetime(2024, 3, 1), datetime(2024, 3, 1, 1)]
    values += [time(1, 2), timedelta(hours=30), 1e300, 2**70, 1e15, 123456789012.5]
    texts = ["x", "1", "2", "2.5", "Y", "", "2024-03-01", "2024-03-01", "2024-03-01T01:00:00"]
    texts += ["01:02:00", "1 day, 6:00:00", "1e+300", "1180591620717411303424", "1000000000000000.0", "123456789012.5"]
    assert [cell_text(value) for value in values] == texts
    assert text_column(values)[0].to_pylist() == texts
    for value, text in zip(values, texts, strict=True):
        column, numeric = text_column([value, value])
        assert [cell or "" for cell in column.to_pylist()] == [text, text]
        assert (numeric is not None) == (type(value) in (int, float))
        mixed, _ = text_column([value, "", 7, "a"])
        assert [cell or "" for cell in mixed.to_pylist()] == [text, "", "7", "a"]


def test_numbers_that_a_workbook_shows_with_leading_zeros_keep_them(table_of, cells_of):
    def write(book, sheet):
        six, zip_9 = book.add_format({"num_format": "000000"}), book.add_format({"num_format": "00000\\-0000"})
        plain, comma = book.add_format({"num_format": "0"}), book.add_format({"num_format": "#,##0"})
        shown = [(12, six), (1234567, six), (12.5, six), (-3, six), ("A7", six), (12, plain), (12, None)]
        for i, (value, form) in enumerate(shown, 1):
            sheet.write(i, 0, value, form)
            sheet.write(i, 1, 1000 + i, comma)
            sheet.write(i, 2, 21011234, zip_9)

    table = table_of(written(write))
    ids = ["000012", "1234567", "12.5", "-3", "A7", "12", "12"]
    assert cells_of(table) == [[one, str(1001 + i), "02101-1234"] for i, one in enumerate(ids)]
    assert list(table.numeric[0]) == [True, True, True, True, False, True, True]
    assert table.remarks == ("The numbers of columns A, C are shown with leading zeros, as the workbook does.",)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("0000000_)", "0001234"),
        ('"LN"0000000', "LN0001234"),
        ("000 0000", "000 1234"),
        ("#0000000", "0001234"),
        ("[>0]0000000;General", "0001234"),
        ("0000000_);[Red]0000000", "0001234"),
        ("[Blue]0000000;@", "0001234"),
    ],
)
def test_a_padded_number_is_read_as_its_format_shows_it(table_of, cells_of, code, shown):
    table = table_of(written(lambda book, sheet: sheet.write(1, 1, 1234, book.add_format({"num_format": code}))))
    assert cells_of(table)[0][1] == shown


@pytest.mark.parametrize(
    "code",
    [
        '00" months"',
        '"No. "00',
        "[<100]0000;0",
        "$#,##0.00",
        "0",
        "0.00",
        "#,##0",
        "00/00",
        "[Red]000",
        "yyyy",
        "0" * 40,
    ],
)
def test_other_number_formats_change_no_text(table_of, cells_of, code):
    table = table_of(written(lambda book, sheet: sheet.write(1, 1, 45352.0, book.add_format({"num_format": code}))))
    assert cells_of(table)[0][1] in ("45352", "2024-03-01")
    assert table.remarks == ()


def test_a_style_is_known_however_its_cell_is_spelled(table_of, cells_of, with_part):
    data = written(lambda book, sheet: sheet.write(1, 0, 12, book.add_format({"num_format": "0000"})))
    changed = with_part(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('r="A2" s="1"', "s = '1'  r = 'A2'"))
    assert changed != data
    assert cells_of(table_of(changed))[0][0] == "0012"
