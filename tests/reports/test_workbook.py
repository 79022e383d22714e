"""The workbook, read back with another library than the one that wrote it."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from reports import BID_COLUMNS, Format, WorkbookTables, WorkbookText, build_summary, write_workbook
from reports.exceptions import exceptions_frame

TEXT = WorkbookText(
    "Bids for a tape", "DEMO MODEL", [("What", "A bid a note")], [("hurdle.base", 0.1, "annual", "own")]
)


@pytest.fixture
def bids():
    row = {column.name: ("" if column.format is Format.TEXT else 0.25) for column in BID_COLUMNS}
    first = row | {"loan_id": '=HYPERLINK("http://x","y")', "bid_status": "BID", "bid": 50_000.0, "flags": "A;B"}
    second = row | {
        "loan_id": "0012",
        "bid_status": "REVIEW",
        "bid": 30_000.0,
        "flags": "A",
        "yield_foreclosure": np.nan,
    }
    return pd.DataFrame([first, second])


def _book(tmp_path, bids):
    exceptions = exceptions_frame([(7, "0013", "upb", "abc", "E_UPB", "give a number")])
    summary = build_summary(bids, np.array([100_000.0, 60_000.0]), np.array([200_000.0, 40_000.0]))
    path = tmp_path / "bids.xlsx"
    context = pd.DataFrame(
        {
            "property_state": ["FL", "TX"],
            "lien_position": [1, 2],
            "upb": [100_000.0, 60_000.0],
            "as_is_value": [2e5, 4e4],
        }
    )
    columns = [("Curr Rate", "note_rate", "alias", "percent points"), ("=1+1", "", "unmapped", "")]
    write_workbook(path, WorkbookTables(bids, context, exceptions, columns), summary, TEXT)
    return path


def test_every_value_reads_back_under_its_heading_and_absent_is_empty(tmp_path, bids):
    sheet = openpyxl.load_workbook(_book(tmp_path, bids), data_only=True)["Bids"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert list(rows[0]) == [column.name for column in BID_COLUMNS]
    read = pd.DataFrame(rows[1:], columns=rows[0])
    assert read["bid"].tolist() == [50_000, 30_000]
    assert read["loan_id"].tolist() == bids["loan_id"].tolist()
    assert pd.isna(read["yield_foreclosure"][1])


def test_a_formula_on_the_tape_stays_text(tmp_path, bids):
    cell = openpyxl.load_workbook(_book(tmp_path, bids))["Bids"]["A4"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_the_heading_is_frozen_filtered_and_above_it_stands_the_total(tmp_path, bids):
    path = _book(tmp_path, bids)
    sheet = openpyxl.load_workbook(path, data_only=True)["Bids"]
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref.startswith("A3:")
    position = [column.name for column in BID_COLUMNS].index("bid") + 1
    assert sheet.cell(2, position).value == 80_000


def test_a_warning_and_the_exceptions_and_the_assumptions_are_there(tmp_path, bids):
    book = openpyxl.load_workbook(_book(tmp_path, bids), data_only=True)
    assert book.sheetnames == ["Overview", "Bids", "Exceptions", "Columns", "Assumptions", "Read me"]
    assert book["Bids"]["E1"].value == "DEMO MODEL"
    assert [cell.value for cell in book["Exceptions"][3]] == [7, "0013", "upb", "abc", "E_UPB", "give a number"]
    assert [cell.value for cell in book["Assumptions"][3]] == ["hurdle.base", 0.1, "annual", "own"]


def test_fault_27_a_warning_stands_on_every_sheet(tmp_path, bids):
    book = openpyxl.load_workbook(_book(tmp_path, bids), data_only=True)
    for sheet in book:
        assert "DEMO MODEL" in [cell.value for row in sheet["A1:E2"] for cell in row], sheet.title


def test_each_column_of_the_tape_is_listed_with_what_it_was_read_as(tmp_path, bids):
    sheet = openpyxl.load_workbook(_book(tmp_path, bids))["Columns"]
    assert [cell.value for cell in sheet[2]] == ["column of the tape", "read as", "how", "unit"]
    assert [cell.value for cell in sheet[3]] == ["Curr Rate", "note_rate", "alias", "percent points"]
    assert [cell.value for cell in sheet[4]] == ["=1+1", None, "unmapped", None]
    assert sheet["A4"].data_type == "s"


def test_fault_53_a_cell_that_looks_like_a_formula_stays_text_when_it_is_edited(tmp_path, bids):
    sheet = openpyxl.load_workbook(_book(tmp_path, bids))["Bids"]
    assert (sheet["A4"].quotePrefix, sheet["A5"].quotePrefix) == (True, False)


def test_the_same_bids_give_the_same_bytes(tmp_path, bids):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert _book(tmp_path / "a", bids).read_bytes() == _book(tmp_path / "b", bids).read_bytes()


def test_totals_are_sums_and_shares_count_only_notes_with_a_bid(bids):
    bids.loc[1, ["bid", "bid_status"]] = [0.0, "NO_BID"]
    summary = build_summary(bids, np.array([100_000.0, 60_000.0]), np.array([200_000.0, 40_000.0]))
    # Only the first note has a bid: 50,000 over its UPB of 100,000 and its value of 200,000.
    assert (summary.bid_share_of_upb, summary.bid_share_of_value) == (0.5, 0.25)
    assert summary.statuses == {"BID": 1, "REVIEW": 0, "NO_BID": 1}
    assert summary.flags == {"A": 2, "B": 1}


def test_the_overview_shows_the_note_beside_its_bid_with_totals_above(tmp_path, bids):
    sheet = openpyxl.load_workbook(_book(tmp_path, bids), data_only=True)["Overview"]
    total, heading, first, second = sheet.iter_rows(min_row=2, values_only=True)
    at = {name: i for i, name in enumerate(heading)}
    assert (first[at["State"]], first[at["UPB"]], first[at["Bid"]]) == ("FL", 100_000, 50_000)
    assert (second[at["Lien"]], second[at["Status"]]) == (2, "REVIEW")
    assert (total[at["UPB"]], total[at["As-is value"]], total[at["Bid"]]) == (160_000, 240_000, 80_000)


def test_fault_54_a_long_cell_and_control_characters_leave_a_workbook_that_opens(tmp_path, bids):
    bids["loan_id"] = ["x" * 40_000, "a\x00b\x07c\ufffe<&>]]>"]
    sheet = openpyxl.load_workbook(_book(tmp_path, bids))["Bids"]
    assert len(sheet["A4"].value) == 32_767
    assert sheet["A4"].value.endswith("… [cut]")
    assert sheet["A5"].value == "abc<&>]]>"


def test_carried_columns_are_a_sheet_of_their_own_with_text_as_text(tmp_path, bids):
    context = pd.DataFrame({name: [1.0, 2.0] for name in ("lien_position", "upb", "as_is_value")})
    context["property_state"] = ["FL", "TX"]
    summary = build_summary(bids, np.ones(2), np.ones(2))
    tables = WorkbookTables(bids, context, exceptions_frame([]), [], {"=Borrower": ["=1+1", "Doe"]})
    write_workbook(tmp_path / "bids.xlsx", tables, summary, TEXT)
    sheet = openpyxl.load_workbook(tmp_path / "bids.xlsx")["From the tape"]
    assert [cell.value for cell in sheet[2]] == ["loan_id", "=Borrower"]
    assert [(cell.value, cell.data_type) for cell in sheet["B"][2:]] == [("=1+1", "s"), ("Doe", "s")]


def test_the_read_me_says_what_the_interval_columns_are_and_what_they_are_not(tmp_path, bids):
    sheet = openpyxl.load_workbook(_book(tmp_path, bids))["Read me"]
    lines = {row[0]: row[1] for row in sheet.iter_rows(min_row=4, max_col=2, values_only=True) if row[0]}
    said = " ".join(str(row[1]) for row in sheet.iter_rows(max_col=2, values_only=True))
    assert "not a range of what may happen" in lines["How sure the model is"]
    assert "How sure the model is" in lines["p_deed_in_lieu_low"]
    for fact in ("nine in ten true probabilities", "low ends of a note do not sum to 1", "Deeds in lieu are the least"):
        assert fact in said
    for name, case in (("bid_low", "no worst case"), ("bid_high", "no best case")):
        assert case in lines[name]
        assert "equal where a cap holds the bid whatever the odds" in lines[name]
