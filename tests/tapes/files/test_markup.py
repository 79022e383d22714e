"""Web pages and XML that pass for workbooks, and kinds of files that are no tape."""

import io
import zipfile

import pytest

from notes import TapeError, UsageError

CELLS = [["1", "100.5", "FL"], ["2", "200", "TX"]]
TABLE = (
    "<table border=1><tr><th>loan_id<th>upb<th>property_state</tr>"
    "<tr><td>1</td><td>100.5</td><td>FL</td></tr>\n<TR><TD>2<TD>200<TD>TX</TABLE>"
)


def page(body, head=""):
    return (
        f"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head>{head}</head><body>{body}</body></html>".encode()
    )


def test_fault_03_a_web_page_saved_as_a_workbook_is_read(table_of, cells_of):
    table = table_of(page(TABLE))
    assert cells_of(table) == CELLS
    assert table.remarks == ("The file is a web page; its table was read.",)
    assert list(table.rows) == [2, 3]


def test_fault_03_of_several_tables_the_one_with_a_tapes_heading_is_read(table_of, cells_of):
    menu = "<table><tr>" + "<td>Home</td>" * 40 + "</tr></table>"
    table = table_of(page(f"{menu}<table><tr><td>{TABLE}</td></tr></table>"))
    assert cells_of(table) == CELLS
    assert table.remarks == ("The file is a web page; of its 3 tables, number 2 was read.",)
    with pytest.raises(UsageError, match="2 tables of this web page look like tapes"):
        table_of(page(TABLE + TABLE))


def test_fault_03_entities_spans_breaks_scripts_and_comments_of_a_page(table_of, cells_of):
    body = """<script>document.write("<table><tr><td>x</td></tr></table>")</script><!-- <table> -->
    <table><tr><td colspan=3>Pool &amp; more</td></tr>
    <tr><td rowspan="2">loan_id</td><td colspan='2' title="a>b">Loan Data</td></tr><tr><td>upb<td>property<br>state</tr>
    <tr style='display:none'><td>1&nbsp;</td><td>$&#49;00<span>.5</span></td><td> F<b>L</b>
    </td></tr><tr><td>2</td><td>&lt;script&gt;</td><td></td></tr></table>"""
    table = table_of(page(body, "<style>td > b {color: red}</style><title>a</title>"))
    assert table.headings == ("loan_id", "upb", "property state")
    assert cells_of(table) == [["1", "$100.5", "FL"], ["2", "<script>", None]]
    assert list(table.hidden) == [True, False]


def test_fault_03_a_page_in_another_encoding_is_read(table_of, cells_of):
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        assert cells_of(table_of(page(TABLE.replace("FL", "é")).decode().encode(encoding)))[0][2] == "é"


SHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<DocumentProperties><Title>Loan</Title></DocumentProperties>
<Worksheet ss:Name="Tape &amp; more"><Table>
<Row><Cell><Data ss:Type="String">Pool</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">loan_id</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="String">upb</Data></Cell>
<Cell><Data ss:Type="String">next_due_date</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="String">1&lt;2</Data></Cell>
<Cell ss:Index="3" ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell>
<Cell><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">2</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">7.5</Data></Cell></Row>
</Table></Worksheet>%s</Workbook>"""


def test_fault_03_excels_xml_of_2003_is_read(table_of, cells_of):
    table = table_of((SHEET % "").encode())
    assert table.headings == ("loan_id", "upb", "next_due_date")
    assert cells_of(table) == [["1<2", "#DIV/0!", "2024-03-01"], ["2", "7.5", None]]
    assert (table.sheet, list(table.rows), list(table.hidden)) == ("Tape & more", [4, 5], [True, False])
    hidden = '<Worksheet ss:Name="B"><Table><Row><Cell><Data>x</Data></Cell></Row></Table>%s</Worksheet>'
    seen = table_of((SHEET % (hidden % "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>")).encode())
    assert seen.sheet == "Tape & more"
    with pytest.raises(UsageError, match="there is no sheet 'C'"):
        table_of((SHEET % "").encode(), sheet="C")


def test_fault_07_entities_in_excels_xml_of_2003_are_refused(table_of):
    with pytest.raises(TapeError, match="entity declaration"):
        table_of((SHEET % "").replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "b">]><Workbook', 1).encode())


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n...", "this is a PDF"),
        (b"\x1f\x8b\x08\x00", "this is a gzip archive"),
        (archive(**{"tape.csv": "loan_id"}), r"this is a ZIP archive \('tape.csv'\)"),
        (archive(word__document="x"), "this is a Word document"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": ""}), "OpenDocument"),
        (b'{"loans": [1]}', "this is JSON"),
        (b'[{"loan_id": 1}]', "this is JSON"),
        (b"<?xml version='1.0'?><loans/>", "this is XML, and no spreadsheet"),
        (b"{\\rtf1 x}", "this is a rich-text document"),
        (b"MIME-Version: 1.0\nX: y", "this is a web page with its files in one"),
        (b"<!DOCTYPE html>\n<p>Please log in</p>", "this is a web page without a table"),
    ],
)
def test_fault_03_what_is_no_tape_is_called_what_it_is(table_of, data, said):
    with pytest.raises(TapeError, match=said):
        table_of(data)


@pytest.mark.parametrize(
    "body",
    [
        "<table>" * 50_000,
        "<!--" * 200_000,
        "<table><tr>" + "<td colspan=1000 rowspan=1000>" * 300,
        '<table><tr><td x="' + "'" * 400_000,
        "<table>" + "<script>" * 100_000,
        "<table><tr><td>" + "&lt;" * 100_000 + "<" * 100_000,
    ],
)
def test_a_hostile_page_ends_soon(table_of, body):
    try:
        table_of(page(body))
    except TapeError:
        return
