"""Two columns for one field: values, their dates and their kinds; amounts of one loan of $200,000, told by hand."""

import pytest

from notes import TapeError


@pytest.fixture
def rows(good):
    """Ten notes with further columns; a function of the number gives a cell."""

    def build(**columns):
        made = []
        for i in range(10):
            row = {name: cell for name, cell in good(loan_id=f"L{i}").items() if name != "as_is_value"}
            made.append(row | {name: cell(i) if callable(cell) else cell for name, cell in columns.items()})
        return made

    return build


@pytest.fixture
def mapped(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


THREE = {
    "BPO Value": "200000",
    "BPO Date": "2024-05-01",
    "AVM": "220000",
    "AVM Date": "2024-04-01",
    "Appraisal Value": "180000",
    "Appraisal Date": "2019-03-01",
}


@pytest.mark.parametrize(
    ("chosen", "value", "day", "kind"),
    [
        ("AVM", 220_000.0, "2024-04-01", "avm"),
        ("Appraisal Value", 180_000.0, "2019-03-01", "appraisal"),
        ("BPO Value", 200_000.0, "2024-05-01", None),
    ],
)
def test_the_date_and_kind_are_those_of_the_value_that_a_person_has_chosen(
    read, rows, mapped, chosen, value, day, kind
):
    lines = [
        f'columns."{one}" = "{"as_is_value" if one == chosen else "ignored"}"'
        for one in ("BPO Value", "AVM", "Appraisal Value")
    ]
    notes = read(*rows(**THREE), mapping=mapped("\n".join(lines))).tape.notes
    assert set(notes.number("as_is_value")) == {value}
    assert {str(one)[:10] for one in notes.days("valuation_date")} == {day}
    assert set(notes.text("valuation_type")) == {kind or ""}


def test_a_date_that_a_person_has_named_stays(read, rows, mapped):
    lines = 'columns."BPO Value" = "ignored"\ncolumns."AVM" = "as_is_value"\ncolumns."Appraisal Value" = "ignored"\n'
    reading = read(*rows(**THREE), mapping=mapped(lines + 'columns."BPO Date" = "valuation_date"\n'))
    assert {str(one)[:10] for one in reading.tape.notes.days("valuation_date")} == {"2024-05-01"}


def test_a_date_of_another_valuation_than_the_value_is_told(read, rows):
    said = " ".join(read(*rows(**{"AVM": "220000", "BPO Date": "2024-05-01"})).warnings)
    assert "valuation_date is read from 'BPO Date', and as_is_value from 'AVM'" in said
    assert "valuation_type is avm, by the heading 'AVM'" in said


def test_a_fuller_value_that_never_differs_is_read_with_a_remark(read, rows):
    reading = read(*rows(**{"BPO Value": lambda i: "200000" if i % 2 else "", "AVM": "200000"}))
    assert set(reading.tape.notes.number("as_is_value")) == {200_000.0}
    assert "as_is_value from 'AVM', which says the same as 'BPO Value' in the 5 rows that both fill" in " ".join(
        reading.warnings
    )


@pytest.mark.parametrize("pair", [("Current UPB", "Unpaid Principal Balance")])
def test_a_fuller_balance_that_never_differs_is_read_with_a_remark(read, rows, pair):
    made = rows(**{"BPO": "200000", pair[0]: lambda i: "100000" if i else "", pair[1]: "100000"})
    made = [{name: cell for name, cell in row.items() if name != "upb"} for row in made]
    reading = read(*made)
    assert (reading.counts.rows, reading.counts.priced) == (10, 10)
    assert set(reading.tape.notes.number("upb")) == {100_000.0}


def test_values_that_complement_and_differ_are_asked_about_with_what_is_blank_and_what_differs(read, rows, mapped):
    # BPO is blank in rows 0-3, AVM in row 9; of the five rows 4-8 that both fill, row 4 differs by 20,000.
    made = rows(
        **{
            "BPO Value": lambda i: "" if i < 4 else "200000",
            "AVM Value": lambda i: "" if i == 9 else "220000" if i == 4 else "200000",
        }
    )
    with pytest.raises(TapeError, match=r"of 10 rows 4 and 1 are blank, and they differ in 1 of 5 rows") as error:
        read(*made)
    lines = ['columns."BPO Value" = "as_is_value"', 'columns."AVM Value" = "as_is_value"']
    assert all(line in str(error.value) for line in lines)
    reading = read(*made, mapping=mapped("\n".join(lines)))
    # Both lines: the plainer, BPO, is read, and AVM where it is blank.
    assert reading.tape.notes.number("as_is_value").tolist() == [200_000.0] * 10
    assert "where it is blank from 'AVM Value' (1 of 5 rows differ)" in " ".join(reading.warnings)
