"""``notebid map`` with a payments file beside the tape: its columns are shown and what is open in them is written down."""

import json

import pytest

from tapes import ReadOptions, read_tape
from tests.cli.test_map import TAPE, mapped, section

PAYMENTS = """\
Acct,Period,Months Behind,Cash In,Borrower
1001,2024-05,0,900,Jane Doe
1001,2024-06,1,0,Jane Doe
1002,2024-05,0,850,John Roe
1002,2024-06,0,850,John Roe
"""


@pytest.fixture
def tape(written):
    return written(TAPE, "tape.csv")


@pytest.fixture
def payments(written):
    return lambda text=PAYMENTS: written(text, "payments.csv")


def of_payments(out):
    lines = out.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("payments.csv: "))
    return "\n".join(lines[start:])


def test_each_column_of_the_payments_is_shown_by_what_it_is_in_such_a_file(home, tape, payments, capsys):
    shown = of_payments(mapped(capsys, tape, "--payments", payments()))
    assert shown.splitlines()[0] == "payments.csv: 5 columns, 4 rows"
    read = [line.split() for line in section(shown, "Read (3)").splitlines()[2:]]
    assert [line[0] for line in read] == ["A", "B", "C"]
    assert [line[:3] for line in read[:2]] == [["A", "Acct", "loan_id"], ["B", "Period", "month"]]
    assert "months_delinquent" in read[2]
    assert "Cash In" in section(shown, "Not known (1)")
    assert "900, 0, 850" in section(shown, "Not known (1)")
    assert "Borrower" in section(shown, "About persons, dropped on reading (1)")
    assert "Jane" not in shown
    assert "2 of 2 rows can be priced" in shown


def test_a_column_that_is_not_known_is_read_once_its_line_in_the_mapping_says_what_it_is(
    home,
    tape,
    payments,
    capsys,
):
    mapped(capsys, tape, "--payments", payments(), "--seller", "acme")
    path = home / "mappings" / "acme.toml"
    text = path.read_text(encoding="utf-8")
    options = ReadOptions(mappings=home / "mappings", payments=payments())
    received = read_tape(tape, options).tape.history.amount_received
    assert (received != received).all()  # nothing is known of it
    line = '# columns."Cash In" = "ignored"'
    assert line in text
    path.write_text(text.replace(line, 'columns."Cash In" = "amount_received"'), encoding="utf-8")
    # the newest month, of the as-of date, stands last
    received = read_tape(tape, options).tape.history.amount_received
    assert received[:, -2:].tolist() == [[900.0, 0.0], [850.0, 850.0]]
    again = of_payments(mapped(capsys, tape, "--payments", payments()))
    assert next(one for one in again.splitlines() if "Cash In" in one).split()[3:5] == ["amount_received", "mapping"]
    assert "Not known" not in again


def test_what_a_payments_file_lacks_is_said_with_the_lines_that_mend_it(home, tape, payments, capsys):
    text = PAYMENTS.replace("Period", "Blip").replace("Months Behind", "Fnord")
    shown = of_payments(mapped(capsys, tape, "--payments", payments(text)))
    missing = section(shown, "Missing").splitlines()
    assert [line.strip() for line in missing[1::2]] == ["month or payment_date", "months_delinquent or amount_received"]
    assert "the tape cannot be read: see above" in shown
    written = (home / "mappings" / "tape.toml").read_text(encoding="utf-8")
    assert '# Missing: month. Write "month" on the line of the column that it is.' in written
    assert '# columns."Blip" = ' in written
    mended = written.replace('# columns."Blip" = "ignored"', 'columns."Blip" = "month"')
    mended = mended.replace('# columns."Fnord" = "ignored"', 'columns."Fnord" = "months_delinquent"')
    (home / "mappings" / "tape.toml").write_text(mended, encoding="utf-8")
    assert "2 of 2 rows can be priced" in mapped(capsys, tape, "--payments", payments(text))


def test_two_columns_of_one_field_are_asked_about_and_not_said_to_be_missing(home, tape, payments, capsys):
    shown = mapped(capsys, tape, "--payments", payments(PAYMENTS.replace("Cash In", "Acct")))
    assert "Missing" not in of_payments(shown)
    assert "Questions (1)" in shown
    assert "the tape cannot be read: see above" in shown


def test_a_payments_file_that_is_none_is_said_to_be_none(home, tape, payments, capsys):
    out = mapped(capsys, tape, "--payments", payments(""))
    assert "the tape cannot be read:" in out
    assert "payments.csv" in out
    assert json.loads(mapped(capsys, tape, "--payments", payments(""), "--json"))["payments"] is None


def test_the_same_comes_as_data(home, tape, payments, capsys):
    found = json.loads(mapped(capsys, tape, "--payments", payments(), "--json"))["payments"]
    assert found["rows"] == 4
    assert found["dropped"] == ["Borrower"]
    assert found["missing"] == []
    targets = {one["heading"]: one["target"] for one in found["columns"]}
    expected = {"Acct": "loan_id", "Period": "month", "Months Behind": "months_delinquent", "Cash In": None}
    assert targets == expected
    assert json.loads(mapped(capsys, tape, "--json"))["payments"] is None
