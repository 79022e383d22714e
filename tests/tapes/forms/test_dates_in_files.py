"""Dates and wordings through the whole reading: one file, several columns."""

import pytest

from notes import TapeError


def days(reading, name):
    return [str(one)[:10] for one in reading.tape.notes.days(name)]


def test_one_columns_proof_settles_every_column_of_the_file(read, good):
    reading = read(
        good(origination_date="4/23/2019", valuation_date="3/4/24", next_due_date="3/1/24"),
        good(loan_id="2", origination_date="5/6/2020", valuation_date="5/6/24", next_due_date="3/1/24"),
    )
    assert days(reading, "valuation_date") == ["2024-03-04", "2024-05-06"]
    assert days(reading, "next_due_date") == ["2024-03-01", "2024-03-01"]
    units = {one.target: one.unit for one in reading.columns}
    assert units["origination_date"].startswith("dates M/D/Y ('4/23/2019' shows it)")
    assert "another date column shows it" in units["valuation_date"]


def test_where_no_column_shows_the_order_the_file_is_refused_with_the_lines_that_answer(read, good):
    with pytest.raises(TapeError) as refused:
        read(good(valuation_date="3/4/24"), good(loan_id="2", valuation_date="5/6/24"))
    message = str(refused.value)
    assert "column valuation_date: '3/4/24' may be 4 March 2024 (M/D/Y) or 3 April 2024 (D/M/Y)" in message
    assert 'units."valuation_date" = "month_first"' in message
    assert 'units."valuation_date" = "day_first"' in message


def test_both_orders_in_one_column_refuse_the_file_with_the_cells(read, good):
    with pytest.raises(TapeError, match=r"2/13/24.*13/2/24"):
        read(good(valuation_date="2/13/24"), good(loan_id="2", valuation_date="13/2/24"))


def test_bare_serials_in_every_date_column_are_read_and_said(read, good):
    # 44317 is 1 May 2021 and 43617 1 June 2019: a matured note.
    reading = read(good(next_due_date=None, paid_to_date="44317", maturity_date="43617"))
    assert days(reading, "paid_to_date") == ["2021-05-01"]
    assert days(reading, "maturity_date") == ["2019-06-01"]
    assert {one.unit for one in reading.columns if one.target == "paid_to_date"} == {"dates serial numbers"}


def test_a_masked_date_is_a_flag_on_a_priced_row(read, good):
    reading = read(good(origination_date="7/XX/2002"), good(loan_id="2", origination_date="2002-07-01"))
    assert reading.flags == (("W_DATE_MASKED",), ())


def test_the_as_of_column_may_be_written_in_any_form(read, good):
    reading = read(good(as_of_date="6/30/2024"), good(loan_id="2", as_of_date="Jun-24"))
    assert str(reading.as_of_date) == "2024-06-30"
    assert reading.warnings == ()


def test_an_impossible_day_excepts_its_row_and_shows_what_was_written(read, good):
    reading = read(good(loan_id="a"), good(valuation_date="2/30/2024"), good(loan_id="c", valuation_date="2/13/2024"))
    [told] = reading.exceptions
    assert (told.row, told.field, told.value, told.code) == (3, "valuation_date", "2/30/2024", "E_DATE")


def test_a_few_unlike_property_types_are_priced_as_other_and_warned_of(read, good):
    rows = [good(loan_id=str(i + 1), property_type="Houseboat" if i < 2 else "SFR") for i in range(20)]
    reading = read(*rows)
    assert reading.tape.notes.text("property_type").tolist()[:3] == ["other", "other", "single_family"]
    assert "2 of 20 cells" in reading.warnings[0]
    assert reading.flags[0] == ("W_PROPERTY_TYPE",)


def test_one_answer_about_day_and_month_serves_every_date_of_the_file(read, good, tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text('units."valuation_date" = "day_first"\n')
    rows = [good(loan_id=str(i), valuation_date=f"0{i}/03/2024", origination_date=f"0{i}/05/2019") for i in (2, 3, 4)]
    reading = read(*rows, mapping=mapping)
    assert days(reading, "origination_date") == ["2019-05-02", "2019-05-03", "2019-05-04"]


def test_a_text_among_serial_numbers_of_firsts_is_a_first_too(read, good):
    # 45292 is 1 January 2024, 45323 1 February, 45352 1 March, 45383 1 April.
    serials = [good(loan_id=str(i), next_due_date=str(day)) for i, day in enumerate((45292, 45323, 45352, 45383))]
    reading = read(*serials, good(loan_id="x", next_due_date="05/01/2024"))
    assert days(reading, "next_due_date")[-2:] == ["2024-04-01", "2024-05-01"]
