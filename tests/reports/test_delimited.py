"""CSV as notebid writes it."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.delimited import write_csv


def _written(tmp_path, frame, **kinds):
    path = tmp_path / "out.csv"
    write_csv(path, frame, **kinds)
    return path.read_bytes().decode()


def test_money_has_two_decimals_and_an_absent_value_is_an_empty_cell(tmp_path):
    frame = pd.DataFrame({"loan_id": ["007", "8"], "price": [1234.5, np.nan], "bid": [1200.0, 0.0]})
    assert _written(tmp_path, frame, money=("price",), whole=("bid",)) == "loan_id,price,bid\n007,1234.50,1200\n8,,0\n"


def test_a_negative_price_stays_a_number_and_a_rounded_zero_has_no_sign(tmp_path):
    frame = pd.DataFrame({"price": [-3.0, -0.001]})
    assert _written(tmp_path, frame, money=("price",)) == "price\n-3.00\n0.00\n"


@pytest.mark.parametrize("start", [*list("=+-@\t\r"), "＝"])
def test_text_that_starts_like_a_formula_is_neutralised(tmp_path, start):
    written = _written(tmp_path, pd.DataFrame({"loan_id": [f"{start}cmd|' /C calc'!A0"]}))
    [_, [cell]] = list(csv.reader(written.splitlines(keepends=True)))
    assert cell.startswith("'")


def test_commas_quotes_and_line_breaks_survive_a_round_trip(tmp_path):
    texts = ['a,b "c"', "two\nlines", "plain"]
    written = _written(tmp_path, pd.DataFrame({"loan_id": texts}))
    assert [row[0] for row in csv.reader(written.splitlines(keepends=True))][1:] == texts


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_a_number_reads_back_as_the_very_same_number(tmp_path_factory, numbers):
    written = _written(tmp_path_factory.mktemp("csv"), pd.DataFrame({"p": numbers}))
    assert [float(line) for line in written.splitlines()[1:]] == numbers
