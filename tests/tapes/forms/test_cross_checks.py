"""Columns against each other, by whole files; every expected figure is worked by hand."""

import numpy as np
import pytest

from notes import TapeError
from tapes.cross_checks import instalment

# $200,000 at 6 % over 360 months is 1,199.10 a month; 30 years from 2015-04-01.
TERMS = {
    "original_balance": "200000",
    "note_rate": "0.06",
    "p_and_i": "1199.10",
    "first_payment_date": "2015-04-01",
    "maturity_date": "2045-03-01",
    "upb": "166500",
}


@pytest.fixture
def notes(good):
    """So many rows of one kind, some changed; a function of the row's number gives a cell."""

    def rows(n, **changes):
        return [
            good(**TERMS | {"loan_id": f"L{i}"} | {k: v(i) if callable(v) else v for k, v in changes.items()})
            for i in range(n)
        ]

    return rows


def headed(rows, **headings):
    return [{headings.get(name, name): cell for name, cell in row.items()} for row in rows]


def flags(reading):
    return [set(one) & {"W_P_AND_I_TERMS", "W_UPB_IS_VALUE", "W_P_AND_I"} for one in reading.flags]


def test_the_level_instalment_is_that_of_the_textbook():
    found = instalment(np.array([200_000.0, 1200.0, 1.0]), np.array([0.06, 0.0, np.nan]), np.array([360.0, 12.0, 12.0]))
    assert found.round(2).tolist()[:2] == [1199.1, 100.0]
    assert np.isnan(found[2])


def test_a_sound_tape_raises_no_doubt(read, notes):
    assert flags(read(*notes(12))) == [set()] * 12


def test_instalments_in_cents_are_asked_about_with_the_line_that_says_so(read, notes):
    with pytest.raises(TapeError, match=r"column p_and_i: in 12 of 12 rows it is some 100 times") as error:
        read(*notes(12, p_and_i="119910"))
    assert 'units."p_and_i" = "cents"' in str(error.value)


@pytest.mark.parametrize(("unit", "upb", "value"), [("cents", "16650000", "30000000"), ("thousands", "166.5", "300")])
def test_balances_and_values_both_in_another_unit_are_asked_about_at_once_and_read_as_answered(
    read, notes, tmp_path, unit, upb, value
):
    rows = headed(notes(12, upb=upb, as_is_value=value), upb="UPB Current", as_is_value="BPO")
    with pytest.raises(TapeError, match="2 questions have to be answered first") as error:
        read(*rows)
    lines = [f'units."UPB Current" = "{unit}"', f'units."BPO" = "{unit}"']
    assert all(line in str(error.value) for line in lines)
    mapping = tmp_path / "acme.toml"
    mapping.write_text("\n".join(lines), encoding="utf-8")
    frame = read(*rows, mapping=mapping).tape.notes.frame
    assert set(frame["upb"]) == {166_500.0}
    assert set(frame["as_is_value"]) == {300_000.0}


def test_a_years_instalments_are_asked_about(read, notes):
    with pytest.raises(TapeError, match=r"some 12 times.*year's payment"):
        read(*notes(12, p_and_i="14389.20"))


def test_under_a_canonical_heading_a_few_rows_are_only_flagged(read, notes):
    assert flags(read(*notes(3, p_and_i="119910"))) == [{"W_P_AND_I"}] * 3


def test_a_single_instalment_that_its_terms_do_not_give_is_flagged(read, notes):
    # 400 is under half of the interest alone, 166,500 x 6 % / 12 = 832.50; 4,000 is over 2.5 x 1,199.10.
    amounts = {3: "400", 5: "4000", 7: "832.50", 9: "2500"}
    reading = read(*notes(12, p_and_i=lambda i: amounts.get(i, "1199.10")))
    assert [i for i, found in enumerate(flags(reading)) if found == {"W_P_AND_I_TERMS"}] == [3, 5]


def test_a_short_rest_of_the_term_explains_a_large_instalment(read, notes):
    # 166,500 over the 24 months that are left is some 7,400 a month.
    assert flags(read(*notes(2, p_and_i="7400", maturity_date="2026-07-01"))) == [set()] * 2


def test_balances_in_thousands_beside_values_in_dollars_are_asked_about(read, notes):
    with pytest.raises(TapeError, match=r"column upb: half of the balances are under 166\.50") as error:
        read(*notes(12, upb="166.5"))
    assert 'units."upb" = "thousands"' in str(error.value)


def test_values_in_thousands_are_asked_about(read, notes):
    with pytest.raises(TapeError, match=r"column as_is_value: .* under 200\.00, no price of a home"):
        read(*notes(12, as_is_value="200"))


def test_the_value_of_one_note_that_is_no_price_of_a_home_is_asked_about(read, notes, tmp_path):
    rows = headed(notes(1, upb="166.5", as_is_value="200"), as_is_value="BPO")
    with pytest.raises(TapeError, match=r"column BPO: .* under 200\.00, no price of a home"):
        read(*rows)
    path = tmp_path / "mapping.toml"
    path.write_text('units."BPO" = "thousands"\nunits."upb" = "thousands"\n', encoding="utf-8")
    assert read(*rows, mapping=path).tape.notes.number("as_is_value").tolist() == [200_000.0]


def test_balances_in_cents_are_asked_about(read, notes):
    with pytest.raises(TapeError, match=r"column upb: .*Is the column in cents\?"):
        read(*notes(12, upb="16650000", original_balance="20000000", p_and_i="119910"))


def test_a_stated_unit_is_taken_for_granted(read, notes, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text('units."upb" = "dollars"\n', encoding="utf-8")
    assert len(read(*notes(12, upb="166.5"), mapping=path).tape) == 12
    path.write_text('units."upb" = "thousands"\n', encoding="utf-8")
    assert read(*notes(12, upb="166.5"), mapping=path).tape.notes.number("upb").tolist() == [166_500.0] * 12


def test_one_column_copied_into_the_other_is_asked_about(read, notes):
    with pytest.raises(TapeError, match=r"in 12 of 12 rows the two hold the same amount"):
        read(*notes(12, as_is_value="166500"))


def test_a_value_in_the_balances_place_in_one_row_is_flagged(read, notes):
    reading = read(*notes(12, as_is_value=lambda i: "166500" if i == 4 else "260000"))
    assert [i for i, found in enumerate(flags(reading)) if found] == [4]


def test_balance_and_value_in_each_others_place_are_asked_about(read, notes):
    with pytest.raises(TapeError, match=r"12 of 12 rows the balance is over 1\.25 times the original") as error:
        read(*notes(12, upb=lambda i: str(260_000 + i), as_is_value="166500", p_and_i=None))
    assert 'columns."upb" = "as_is_value"' in str(error.value)
    assert 'columns."as_is_value" = "upb"' in str(error.value)


def test_columns_of_one_tape_are_in_units_of_their_own(read, notes):
    # Points beside fractions, dollar signs beside plain numbers, a masked score.
    rows = notes(
        12,
        note_rate="6",
        dti="0.43",
        original_ltv="80",
        upb="$166,500.00",
        as_is_value="260000.00",
        credit_score="9999",
    )
    reading = read(*rows)
    first = reading.tape.notes.frame.iloc[0]
    assert (first["note_rate"], first["dti"], first["original_ltv"], first["upb"]) == (0.06, 0.43, 0.8, 166_500.0)
    assert np.isnan(first["credit_score"])
    units = {one.target: one.unit for one in reading.columns}
    assert (units["note_rate"], units["dti"], units["upb"]) == ("percent points", "fractions", "dollars")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"upb": "(1,200.00)"}, "E_UPB"),
        ({"upb": "1,200.00 CR"}, "E_UPB"),
        ({"upb": "$ -"}, "E_RESOLVED"),
        ({"upb": "TBD"}, "E_UPB"),
        ({"as_is_value": "$0.00"}, "E_VALUE"),
        ({"as_is_value": "n/a"}, "E_VALUE"),
        ({"corporate_advance": "(5.00)"}, "E_MONEY"),
        ({"lien_position": "-"}, "E_LIEN"),
        ({"units": "2-4"}, "E_NUMBER"),
    ],
)
def test_a_cell_is_refused_as_the_seller_wrote_it(read, good, changes, code):
    rows = [good(loan_id="a", corporate_advance="5.00"), good(loan_id="b", **changes), good(loan_id="c")]
    found = read(*rows).exceptions
    assert [(one.row, one.code) for one in found] == [(3, code)]
    assert [found[0].value] == list(changes.values())


def test_a_rate_of_nothing_is_flagged_where_the_payment_holds_interest(read, notes):
    # $200,000 over 360 months without interest is 555.56 a month; 0.75 % makes 620.63.
    assert read(*notes(1, note_rate="0", p_and_i="1199.10")).flags == (("W_RATE_ZERO",),)
    assert read(*notes(1, note_rate="0", p_and_i="555.56")).flags == ((),)
    assert read(*notes(1, note_rate="0.0075", p_and_i="1199.10")).flags == (("W_RATE_LOW",),)
    assert read(*notes(1, note_rate="0.0075", p_and_i="620.63")).flags == ((),)


# At 6 % with 248 months to run from 2024-06-30 to 2045-03-01, $166,500 takes 166,500 x 0.005 / (1 - 1.005^-248) = 1,173.


def swapped(notes, n, **changes):
    return notes(n, **{"original_balance": None, "upb": "260000", "as_is_value": "166500", "p_and_i": "1173"} | changes)


def test_instalments_that_repay_the_value_and_not_the_balance_ask_whether_the_two_are_swapped(read, notes):
    with pytest.raises(TapeError, match=r"the balance .* in 0 of 12 rows, and the value in its place in 12") as error:
        read(*swapped(notes, 12))
    assert 'columns."upb" = "as_is_value"' in str(error.value)
    assert str(error.value).count("each other's place") == 1


def test_instalments_that_repay_the_balance_in_a_fifth_of_the_rows_ask_nothing(read, notes):
    rows = swapped(
        notes,
        15,
        upb=lambda i: "166500" if i < 3 else "260000",
        as_is_value=lambda i: "260000" if i < 3 else "166500",
    )
    assert len(read(*rows).tape) == 15


@pytest.mark.parametrize(("n", "asked"), [(4, False), (5, True)])
def test_a_swap_is_asked_about_from_five_rows_on(read, notes, n, asked):
    rows = headed(swapped(notes, n), upb="Current UPB")
    if not asked:
        assert len(read(*rows).tape) == n
        return
    with pytest.raises(TapeError, match="each other's place"):
        read(*rows)


def test_a_balance_and_an_original_balance_in_each_others_place_are_asked_about(read, notes):
    # $200,000 was lent, at 1,199.10 a month, and $166,500 is owed.
    with pytest.raises(TapeError, match=r"12 of 12 rows of notes that nobody calls modified") as error:
        read(*notes(12, upb="200000", original_balance="166500"))
    assert "in 12 of them the instalment repays that balance from the start" in str(error.value)
    assert 'columns."upb" = "original_balance"' in str(error.value)
    assert 'columns."original_balance" = "upb"' in str(error.value)


def test_swapped_balances_are_asked_about_without_an_instalment_too(read, notes):
    with pytest.raises(TapeError, match="each other's place"):
        read(*notes(12, upb="200000", original_balance="166500", p_and_i=None, as_is_value="300000"))


@pytest.mark.parametrize("told", [{"modification_date": "2023-05-01"}, {"Mod Flag": "Y"}])
def test_a_pool_of_modified_notes_may_owe_more_than_was_lent(read, notes, told):
    reading = read(*notes(12, upb="215000", **told))
    assert not any("W_UPB_ORIGINAL" in one for one in reading.flags)


def test_a_few_swapped_balances_are_flagged(read, notes):
    # 166,500 of 200,000 is 83 %; the other way round 120 %, which no slip explains.
    reading = read(
        *notes(
            12,
            upb=lambda i: "200000" if i < 3 else "166500",
            original_balance=lambda i: "166500" if i < 3 else "200000",
        )
    )
    assert [i for i, found in enumerate(reading.flags) if "W_UPB_ORIGINAL" in found] == [0, 1, 2]


def test_values_near_the_balance_hide_no_swap(read, notes):
    # In 12 rows 1,173 repays only the value, in 3 both: $170,000 is within a tenth of $166,500.
    rows = swapped(notes, 15, upb=lambda i: "170000" if i < 3 else "260000")
    with pytest.raises(TapeError, match=r"in 3 of 15 rows, and the value in its place in 15"):
        read(*rows)


def test_values_in_thousands_ask_one_question_and_not_whether_the_balance_is_in_cents(read, notes):
    with pytest.raises(TapeError) as error:
        read(*headed(notes(12, as_is_value="300"), as_is_value="BPO Value", upb="Current UPB"))
    assert 'units."BPO Value" = "thousands"' in str(error.value)
    assert "cents" not in str(error.value)
