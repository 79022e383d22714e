"""Text that somebody else wrote, in files that a spreadsheet opens."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.delimited import write_csv
from reports.safe_text import EXCEL_MAX_CELL, neutral_text, storable

INJECTIONS = [
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-1+cmd",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    '=HYPERLINK("http://x","y")',
    "\ufeff=1",
]


def _cells(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.mark.parametrize("text", INJECTIONS)
def test_fault_53_what_a_spreadsheet_would_run_is_text_in_a_cell_and_in_a_heading(tmp_path, text):
    write_csv(tmp_path / "out.csv", pd.DataFrame({text: [text, "plain, too"]}))
    heading, cell, plain = _cells(tmp_path / "out.csv")
    assert heading[0].startswith("'")
    assert cell[0].startswith("'")
    assert plain == ["plain, too"]


@pytest.mark.parametrize("text", ["-5", "-0.05", "-1.2e-05", "12", "0012", "a=b", "1-2", "'=1"])
def test_fault_53_numbers_and_harmless_text_stay_as_they_are(text):
    assert neutral_text(text) == text


@given(st.text(alphabet=st.characters() | st.sampled_from("=+-@＝\t\n\r\0 \ufeff")))
def test_fault_53_no_text_starts_like_a_formula_once_written(text):
    kept = neutral_text(text)
    bare = kept.strip().lstrip("\ufeff\u200b\u2060").strip()
    assert bare[:1] not in {*"=+@＝＋－＠"}
    assert bare[:1] != "-" or float(bare) < 0 or bare in ("-0", "-0.0")


@given(st.text(alphabet=st.characters() | st.sampled_from("=+-@＝\t\n\r\0 \ufeff,")))
def test_a_column_is_made_harmless_as_each_of_its_texts_is(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("csv") / "out.csv"
    write_csv(path, pd.Series([text, "x"], dtype=object, name="a").to_frame())
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[1:] == [[neutral_text(text)] if neutral_text(text) else [], ["x"]]


def test_fault_54_a_long_cell_is_cut_with_a_mark_and_what_cannot_be_stored_is_left_out(tmp_path):
    texts = ["x" * 40_000, "a\x00b\x07c\x7fd\ufffee", "half \ud83d pair", "tab\tand\nline", "😀" * 40_000]
    write_csv(tmp_path / "out.csv", pd.Series(texts, dtype=object, name="loan_id").to_frame())
    long, controls, half, kept, wide = (row[0] for row in _cells(tmp_path / "out.csv")[1:])
    assert len(long) == EXCEL_MAX_CELL
    assert long.endswith("… [cut]")
    assert controls == "abcde"
    assert half == "half  pair"
    assert kept == "tab\tand\nline"
    # Excel counts such a character as two.
    assert wide.endswith("… [cut]")
    assert len(wide.encode("utf-16-le")) // 2 in (EXCEL_MAX_CELL, EXCEL_MAX_CELL - 1)


def test_a_text_at_the_limit_is_whole():
    assert storable("x" * EXCEL_MAX_CELL) == "x" * EXCEL_MAX_CELL
