"""Faults of columns and cells, one test a row of the table in docs/faults.md, its number in the test's name."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from features import NoteFeatures
from notes import TapeError
from notes.history import UNKNOWN
from tests.tapes.corpus import cells, kinds, pay
from tests.tapes.corpus.disguises import DATES, MONEY, disguises
from tests.tapes.corpus.made import SOME, Expected, MadeFile, Tape, without
from tests.tapes.corpus.running import assert_as_expected, read_made, refusal_of, score
from tests.tapes.corpus.troubles import troubles
from tests.tapes.corpus.truth import plain_notes
from tests.tapes.corpus.vocabulary import FALSE_FRIENDS, PLAIN

SLASHES = dict.fromkeys(DATES, cells.month_day_year)
POINTS = {"note_rate": cells.percent_points}


def _some(**more):
    """Forty made notes under plain headings, changed as said."""
    return Tape(**({"name": "tape", "notes": SOME, "headings": PLAIN, "pay": pay.newest_right()} | more))


def _from_corpus(name) -> MadeFile:
    return next(file for file in (*disguises(), *troubles()) if file.name == name)


def _refused(made, *texts) -> MadeFile:
    return replace(made, expected=Expected(refusal=texts))


def _spoiled(which, field, cell, code, told="", **more):
    """A tape with one spoiled cell, whose note is kept out for it."""
    reason = (SOME[which].loan_id, which + 2, told or field, code)
    return _some(spoiled={(which, field): cell}, **more).file(expected={"excepted": frozenset({reason})})


def _changed(which, **changes):
    return tuple(note.but(**changes) if i == which else note for i, note in enumerate(SOME))


def _every_note_is_there(reading, notes=SOME):
    told = {str(one) for one in reading.tape.notes.text("loan_id")} | {one.loan_id for one in reading.exceptions}
    return {note.loan_id for note in notes} <= told


def test_fault_24_a_field_without_a_heading_is_refused_with_the_nearest_and_the_line_to_paste(tmp_path):
    made = _some(headings=PLAIN | {"upb": "Curent UPBal"}).file()
    said = str(refusal_of(_refused(made, "upb", "Curent UPBal", "columns."), tmp_path))
    assert '"upb"' in said


def test_fault_24_the_pasted_line_answers_it(tmp_path):
    assert_as_expected(
        _some(headings=PLAIN | {"upb": "Curent UPBal"}).file(mapping='columns."Curent UPBal" = "upb"\n'), tmp_path
    )


@pytest.mark.parametrize("field", FALSE_FRIENDS)
def test_fault_25_a_heading_that_only_looks_like_a_field_is_never_taken_for_it(field, tmp_path):
    wrong = {"property_state": "ZZ", "loan_id": "X1", "upb": "1.00", "as_is_value": "2.00", "p_and_i": "3.00"}
    for heading in FALSE_FRIENDS[field]:
        cell = "0.18" if "ate" in heading and field == "note_rate" else wrong.get(field, "1/2/2003")
        extra = [(heading, lambda i, note, cell=cell: cell)]
        beside = _some(name=f"beside-{heading}"[:40].replace("/", ""), extra=extra).file()
        reading = assert_as_expected(beside, tmp_path)
        assert reading.mapping[field] == PLAIN[field]
        if field in ("upb", "as_is_value", "loan_id", "property_state"):
            alone = _some(name=f"alone-{heading}"[:40].replace("/", ""), headings=without(PLAIN, field), extra=extra)
            with pytest.raises(TapeError):
                read_made(alone.file(), tmp_path)


def test_fault_26_two_columns_that_were_swapped_are_refused(tmp_path):
    refusal_of(_from_corpus("state-and-zip-swapped"), tmp_path)


@pytest.mark.parametrize(
    "name", ["as-of-flag", "as-of-flag-over-file-name", "as-of-column", "as-of-file-name", "as-of-title"]
)
def test_fault_27_the_as_of_date_is_taken_from_the_first_place_that_tells_it(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_27_without_an_as_of_date_or_with_one_in_the_future_the_file_is_refused(tmp_path):
    refusal_of(_from_corpus("no-as-of"), tmp_path)
    refusal_of(_from_corpus("as-of-in-the-future"), tmp_path)


def test_fault_27_a_tape_of_three_years_ago_is_warned_of(tmp_path):
    made = _some().file(expected={"warnings": ("months old",)})
    made = replace(made, options={"today": date(2028, 7, 1)})
    assert_as_expected(made, tmp_path)


@pytest.mark.parametrize("name", ["money-dollar-signs", "money-accounting", "money-usd", "bad-upb-120k"])
def test_fault_28_money_is_read_as_sellers_write_it(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_28_parentheses_are_negative_and_a_negative_advance_is_kept_out(tmp_path):
    assert_as_expected(
        _spoiled(3, "late_charges", "(1,200.00)", "E_MONEY", styles=dict.fromkeys(MONEY, cells.dollars)), tmp_path
    )
    assert_as_expected(_spoiled(3, "late_charges", "lots", "E_MONEY"), tmp_path)


def test_fault_28_commas_for_decimals_are_read_only_where_the_column_proves_them(tmp_path):
    proven = _some(name="proven", styles=dict.fromkeys(MONEY, cells.european), write=kinds.delimited(";"))
    assert_as_expected(proven.file(), tmp_path)
    # 365.173 may be 365 dollars and a bit, or 365,173 dollars.
    whole = tuple(note.but(upb=note.values["upb"].quantize(Decimal(1))) for note in SOME)
    unproven = _some(name="unproven", notes=whole, styles={"upb": lambda one: f"{one:,.0f}".replace(",", ".")})
    with pytest.raises(TapeError):
        read_made(unproven.file(), tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "rate-points",
        "rate-fractions",
        "rate-percent-signs",
        "rate-basis-points",
        "rate-basis-points-numbers",
        "rate-unit-in-heading",
        "rate-units-mixed-by-column",
        "bad-rate-off-by-a-hundred",
    ],
)
def test_fault_29_the_unit_of_a_rate_is_settled_by_column_and_a_cell_that_breaks_it_is_kept_out(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_29_a_fraction_among_points_is_not_multiplied_in_silence(tmp_path):
    assert_as_expected(_spoiled(3, "note_rate", "0.075", "E_RATE_UNIT", styles=POINTS), tmp_path)


def test_fault_29_the_unit_is_shown(tmp_path):
    reading = read_made(_from_corpus("rate-units-mixed-by-column"), tmp_path)
    units = {one.heading: one.unit for one in reading.columns}
    assert "point" in units[PLAIN["note_rate"]] or "per cent" in units[PLAIN["note_rate"]]
    assert "fraction" in units[PLAIN["original_ltv"]]


def test_fault_30_instalments_in_cents_are_asked_about_and_read_once_said(tmp_path):
    tape = _some(styles={"p_and_i": cells.cents})
    refusal_of(_refused(tape.file(), PLAIN["p_and_i"], "cents"), tmp_path)
    assert_as_expected(tape.file(mapping='[units]\n"P&I" = "cents"\n'), tmp_path)
    assert_as_expected(_from_corpus("source-ps"), tmp_path)


def test_fault_31_balances_in_thousands_are_read_where_the_heading_says_so_and_asked_about_where_not(tmp_path):
    assert_as_expected(_from_corpus("money-thousands"), tmp_path)
    balances = ("upb", "original_balance", "as_is_value", "senior_lien_balance")
    tape = _some(styles=dict.fromkeys(balances, cells.thousands))
    refusal_of(_refused(tape.file(), "thousands"), tmp_path)
    lines = "".join(f'"{PLAIN[name]}" = "thousands"\n' for name in balances)
    assert_as_expected(tape.file(mapping="[units]\n" + lines), tmp_path)


def test_fault_32_bare_serials_in_a_date_column_are_dates_and_the_report_says_so(tmp_path):
    reading = assert_as_expected(_from_corpus("date-serials-in-general-cells"), tmp_path)
    units = {one.heading: one.unit for one in reading.columns}
    assert "serial" in units[PLAIN["next_due_date"]].lower()


@pytest.mark.parametrize("name", ["date-month-day-year", "date-day-month-year", "date-order-proven-by-other-columns"])
def test_fault_33_the_order_of_day_and_month_is_proven_by_the_file(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_33_an_order_that_nothing_proves_is_asked_and_one_line_answers_it(tmp_path):
    ask = _from_corpus("ask-day-or-month-first")
    refusal_of(ask, tmp_path)
    with pytest.raises(TapeError):
        read_made(_from_corpus("ask-both-orders-proven"), tmp_path)
    answered = replace(ask, name="answered", mapping='units."Next Due Date" = "month_first"\n')
    reading = read_made(answered, tmp_path)
    due = reading.tape.notes.days("next_due_date").astype(str)
    assert list(due) == [f"2025-{1 + i % 5:02d}-{2 + i % 9:02d}" for i in range(len(SOME))]


def test_fault_34_a_month_and_a_short_year_is_the_first_of_that_month(tmp_path):
    assert_as_expected(_from_corpus("date-mar-24"), tmp_path)


@pytest.mark.parametrize("name", ["bad-date-year-0001", "bad-date-no-such-day"])
def test_fault_34_a_day_outside_the_calendar_is_kept_out(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


@pytest.mark.parametrize("name", ["date-sentinels", "date-masked-days"])
def test_fault_35_a_placeholder_or_masked_day_is_missing(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


@pytest.mark.parametrize(
    "name", ["bad-date-future-payment", "bad-date-future-value", "bad-date-matures-before-it-began"]
)
def test_fault_36_dates_that_contradict_each_other_are_kept_out(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_36_a_note_that_has_matured_is_read(tmp_path):
    notes = _changed(2, maturity_date=date(2024, 3, 1), next_due_date=date(2024, 6, 1), paid_to_date=date(2024, 5, 1))
    notes = tuple(replace(note, behind=(), received=()) if i == 2 else note for i, note in enumerate(notes))
    notes = tuple(note.but(last_payment_date=date(2024, 5, 9)) if i == 2 else note for i, note in enumerate(notes))
    assert_as_expected(_some(notes=notes, styles=SLASHES).file(), tmp_path)


def test_fault_37_of_two_due_dates_that_disagree_the_next_due_date_counts_and_the_row_is_flagged(tmp_path):
    due = SOME[4].values["next_due_date"]
    notes = _changed(4, paid_to_date=date(due.year - 1, due.month, due.day))
    made = _some(notes=notes).file(expected={"flags": {SOME[4].loan_id: ("W_DUE_CONFLICT",)}})
    assert_as_expected(made, tmp_path)


@pytest.mark.parametrize("name", ["bad-pay-string-number", "bad-pay-string-short-number"])
def test_fault_38_a_pay_string_that_became_a_number_is_kept_out_with_the_way_to_export_it(name, tmp_path):
    reading = assert_as_expected(_from_corpus(name), tmp_path)
    assert "Text" in reading.exceptions[0].fix


def test_fault_38_a_whole_column_of_pay_strings_that_became_numbers_is_refused(tmp_path):
    numbers = pay.Pay(("Pay String",), lambda note: (Decimal(f"{note.behind[-1]}e11"),), 12, ("behind",))
    made = _some(pay=numbers, write=kinds.workbook(), file_name="tape.xlsx").file()
    assert "Text" in str(refusal_of(_refused(made, "pay"), tmp_path))


def test_fault_39_an_alphabet_that_may_be_two_is_asked_and_one_line_answers_it(tmp_path):
    ask = _from_corpus("ask-alphabet")
    refusal_of(ask, tmp_path)
    for alphabet, behind in (("months_behind", 3), ("thirties", 1)):
        text = f'[pay_string]\nalphabet = "{alphabet}"\nnewest = "right"\n'
        reading = read_made(replace(ask, name=alphabet, mapping=text), tmp_path)
        seen = reading.tape.history.months_delinquent
        assert set(np.unique(seen[seen != UNKNOWN])) == {0, behind}


def test_fault_40_an_orientation_that_nothing_shows_is_asked_with_the_counts_of_both(tmp_path):
    ask = _from_corpus("ask-which-end-is-newest")
    assert any(character.isdigit() for character in str(refusal_of(ask, tmp_path)))
    for end in ("left", "right"):
        text = f'[pay_string]\nalphabet = "months_behind"\nnewest = "{end}"\n'
        assert read_made(replace(ask, name=end, mapping=text), tmp_path).counts.excepted == 0


@pytest.mark.parametrize("name", ["pay-newest-left", "pay-newest-left-book", "pay-dv01-newest-left"])
def test_fault_40_the_data_show_the_orientation_where_they_can(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_41_an_unknown_character_is_an_unknown_month_and_many_refuse_the_file(tmp_path):
    def strange(every):
        def cell(note):
            text = "".join(map(str, note.behind[-24:]))
            return ("?" + text[1:] if int(note.loan_id) % every == 0 else text,)

        return pay.Pay(("Pay String",), cell, 24, ("behind",))

    with_history = tuple(note for note in plain_notes() if note.behind)
    reading = read_made(_some(name="few", notes=with_history, pay=strange(5)).file(), tmp_path)
    assert reading.counts.rows == reading.counts.priced == len(with_history)
    for i, note in enumerate(with_history):
        seen = list(reading.tape.history.months_delinquent[i, -24:])
        first = UNKNOWN if int(note.loan_id) % 5 == 0 else note.behind[-24]
        assert seen == [first, *note.behind[-23:]]
    all_of_it = pay.Pay(
        ("Pay String",), lambda note: ("?Z*" * 4 + "".join(map(str, note.behind[-12:])),), 24, ("behind",)
    )
    with pytest.raises(TapeError):
        read_made(_some(name="many", notes=with_history, pay=all_of_it).file(), tmp_path)


def test_fault_42_months_behind_are_counted_from_the_due_date_whatever_the_sellers_method(tmp_path):
    # By the OTS method a note is a month less behind; the due date says what it is.
    ots = [("Delq Status", lambda i, note: str(max((note.behind or (6,))[-1] - 1, 0)))]
    assert_as_expected(_some(extra=ots).file(), tmp_path)
    said = _some(name="said", extra=ots, pay=pay.NOTHING)
    assert_as_expected(said.file(options={"delinquency_method": "ots"}), tmp_path)


def test_fault_42_a_bucket_alone_without_its_method_is_not_taken_in_silence(tmp_path):
    bucket = [("months_delinquent", lambda i, note: str((note.behind or (6,))[-1]))]
    undated = without(PLAIN, "next_due_date", "paid_to_date", "last_payment_date")
    made = _some(headings=undated, pay=pay.NOTHING, extra=bucket).file()
    try:
        reading = read_made(made, tmp_path)
    except TapeError as refused:
        assert "method" in str(refused)  # noqa: PT017
    else:
        assert all("W_METHOD" in flags for flags in reading.flags)
        assert _every_note_is_there(reading)
    said = replace(made, name="said", options={"delinquency_method": "mba"})
    reading = read_made(said, tmp_path)
    assert not any("W_METHOD" in flags for flags in reading.flags)
    assert reading.counts.priced == len(SOME)


def test_fault_43_twelve_months_of_history_are_enough_to_bid(tmp_path, capsys):
    twelve = _from_corpus("pay-twelve-months")
    reading = assert_as_expected(twelve, tmp_path)
    frame = NoteFeatures().transform(reading.tape)
    assert len(frame) == reading.counts.priced
    done = score(twelve.write(tmp_path / "in"), tmp_path, capsys)
    assert done.code == 0
    assert done.conserves


def _monthly(names, newest_first=False):
    return pay.numbered(names, len(names), newest_first=newest_first, text=True)


def test_fault_44_a_month_that_is_missing_among_monthly_columns_is_unknown(tmp_path):
    whole = pay.short_months(12)
    gap = whole[:5] + whole[6:]
    made = _some(
        pay=pay.Pay(tuple(gap), lambda note: [str(one) for one in (*note.behind[-12:-7], *note.behind[-6:])], 12, ())
    ).file()
    reading = read_made(made, tmp_path)
    assert _every_note_is_there(reading)
    for i, note in enumerate(SOME):
        expected = [*note.behind[-12:-7], UNKNOWN, *note.behind[-6:]] if note.behind else [UNKNOWN] * 12
        assert list(reading.tape.history.months_delinquent[i, -12:]) == expected


def test_fault_44_a_month_that_is_there_twice_is_refused(tmp_path):
    twice = [*pay.short_months(12), "2025-06"]
    made = _some(pay=pay.Pay(tuple(twice), lambda note: ["0"] * 13, 12, ())).file()
    refusal_of(_refused(made, "2025-06"), tmp_path)


def test_fault_44_a_month_after_the_tapes_date_is_dropped_and_said(tmp_path):
    later = [*pay.short_months(12), "Jul-25"]
    columns = pay.Pay(tuple(later), lambda note: [*map(str, note.behind[-12:]), "7"], 12, ("behind",))
    made = _some(pay=columns).file()
    reading = assert_as_expected(made, tmp_path)
    assert any("after" in one or "Jul-25" in one for one in reading.warnings)


@pytest.mark.parametrize("name", ["duplicate-same", "duplicate-different"])
def test_fault_45_of_two_equal_rows_one_is_kept_and_of_two_different_ones_none(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_45_one_number_of_two_sellers_is_two_notes(tmp_path):
    notes = (*SOME[:5], SOME[4])
    sellers = [("Seller", lambda i, note: "Made B" if i == 5 else "Made A")]
    reading = read_made(_some(notes=notes, extra=sellers).file(), tmp_path)
    assert (reading.counts.rows, reading.counts.priced) == (6, 6)
    assert list(reading.tape.notes.text("seller")) == ["Made A"] * 5 + ["Made B"]


@pytest.mark.parametrize("name", ["bad-id-missing", "bad-id-placeholder", "bad-id-zero", "ids-as-numbers"])
def test_fault_46_a_loan_number_is_text_and_a_placeholder_is_none(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


@pytest.mark.parametrize("loan_id", ["0001234567", "1E10", "12345678901234567890", "A-7/b 9", "007"])
def test_fault_46_a_loan_number_keeps_every_character(loan_id, tmp_path):
    notes = tuple(note.but(loan_id=loan_id) if i == 3 else note for i, note in enumerate(SOME))
    assert_as_expected(_some(notes=notes, styles={"loan_id": lambda one: f"  {one} "}).file(), tmp_path)
    book = _some(name="book", notes=notes, write=kinds.workbook(), file_name="tape.xlsx")
    assert_as_expected(book.file(), tmp_path)


@pytest.mark.parametrize(
    "name", ["bad-upb-zero", "bad-upb-negative", "bad-upb-infinite", "bad-upb-missing", "bad-upb-words"]
)
def test_fault_47_a_balance_that_is_none_is_kept_out(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


@pytest.mark.parametrize("cell", ["inf", "-inf", "nan", "1e308", "1e400", "Infinity"])
def test_fault_47_no_infinite_number_reaches_a_result(cell, tmp_path, capsys):
    made = _some(notes=SOME[:6], spoiled={(2, "upb"): cell}).file()
    done = score(made.write(tmp_path / "in"), tmp_path, capsys)
    assert done.code == 0
    assert done.conserves
    assert [(one["loan_id"], one["code"]) for one in done.rows("exceptions.csv")] == [(SOME[2].loan_id, "E_UPB")]
    for row in done.rows("bids.csv"):
        assert not {"inf", "-inf", "nan"} & {cell.lower() for cell in row.values()}


@pytest.mark.parametrize("field", ["p_and_i", "note_rate", "as_is_value", "units", "credit_score", "dti"])
def test_fault_48_no_field_lets_an_infinite_number_through_to_the_features(field, tmp_path):
    for cell in ("inf", "-Infinity", "1e999", "nan"):
        made = _some(name=f"{field}{cell}", spoiled={(3, field): cell}).file()
        reading = read_made(made, tmp_path)
        assert _every_note_is_there(reading)
        numbers = NoteFeatures().transform(reading.tape).select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any()


@pytest.mark.parametrize("name", ["bad-value-zero", "bad-value-missing"])
def test_fault_49_a_value_of_nothing_is_no_value(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


@pytest.mark.parametrize(("value", "flag"), [("1", "W_VALUE_RANGE"), ("88888888", "W_VALUE_RANGE")])
def test_fault_49_a_value_far_from_the_debt_is_flagged(value, flag, tmp_path):
    made = _some(notes=_changed(6, as_is_value=Decimal(value))).file(expected={"flags": {SOME[6].loan_id: (flag,)}})
    assert_as_expected(made, tmp_path)


def test_fault_49_an_old_value_is_flagged_and_a_repaired_one_is_never_taken_for_as_is(tmp_path):
    notes = _changed(6, valuation_date=date(2023, 5, 1))
    assert_as_expected(_some(notes=notes).file(expected={"flags": {SOME[6].loan_id: ("W_VALUE_OLD",)}}), tmp_path)
    arv = _some(name="arv", headings=PLAIN | {"as_is_value": "Appraised After Renovated Value - Current"}).file()
    refusal_of(_refused(arv, "as_is_value"), tmp_path)


def test_fault_50_an_unheard_of_kind_of_property_is_other_and_a_territory_is_no_state(tmp_path):
    assert_as_expected(_from_corpus("unknown-property-type"), tmp_path)
    assert_as_expected(_spoiled(4, "property_state", "PR", "E_STATE"), tmp_path)


@pytest.mark.parametrize(
    "name", ["state-names", "state-upper-names", "state-lower-case", "bad-state-unknown", "bad-state-missing"]
)
def test_fault_51_states_are_read_by_name_and_code_and_a_missing_one_is_missing(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


_SCRIPTS = ("<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "`<script>alert(2)</script>`")


def test_fault_52_a_script_in_a_cell_stays_text_wherever_it_is_written(tmp_path, capsys):
    notes = tuple(note.but(loan_id=_SCRIPTS[i]) if i < 3 else note for i, note in enumerate(SOME[:6]))
    done = score(_some(notes=notes).file().write(tmp_path / "in"), tmp_path, capsys)
    assert done.code == 0
    assert done.conserves
    assert {row["loan_id"] for row in done.rows("bids.csv")} == {note.loan_id for note in notes}
    for page in done.folder.glob("*.html"):
        assert not any(script in page.read_text() for script in _SCRIPTS)
    for page in done.folder.glob("*.md"):
        outside = re.sub(r"(`+).*?\1", "", page.read_text())  # between backticks markdown is not looked at
        assert "<script" not in outside
        assert "<img" not in outside


_FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-1+cmd",
    "@SUM(A1)",
    "\uff1d1+1",
    '=HYPERLINK("http://made.invalid","x")',
)


def test_fault_53_a_formula_in_a_cell_heading_or_sheet_name_is_written_as_text(tmp_path, capsys):
    notes = tuple(note.but(loan_id=_FORMULAS[i]) if i < len(_FORMULAS) else note for i, note in enumerate(SOME[:8]))
    made = _some(
        notes=notes,
        extra=[("=1+1", lambda i, note: "=2+2"), ("@x", lambda i, note: "+3")],
        spoiled={(7, "upb"): "=1+1"},
        write=kinds.workbook(),
        file_name="tape.xlsx",
        sheet="=1+1",
    ).file()
    done = score(made.write(tmp_path / "in"), tmp_path, capsys)
    assert done.code == 0
    assert done.conserves
    for path in done.folder.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as lines:
            for cell in (cell for row in csv.reader(lines) for cell in row):
                number = cell.lstrip("+-").replace(".", "", 1).replace("e", "", 1).replace("-", "").isdigit()
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (path.name, cell)
    book = zipfile.ZipFile(io.BytesIO((done.folder / "bids.xlsx").read_bytes()))
    for part in book.namelist():
        assert b"cmd|" not in b"".join(book.read(part).split(b"<f>")[1:2])
        assert b"HYPERLINK" not in b"".join(book.read(part).split(b"<f>")[1:2])


def test_fault_54_overlong_cells_control_characters_and_lone_surrogates_break_nothing(tmp_path, capsys):
    extra = [("Comments", lambda i, note: ("x" * 40_000, "a\x07b\x0bc", "bell\x00"[:4], "fine")[i % 4])]
    notes = tuple(note.but(loan_id=f"made\x1b-{i}") if i == 1 else note for i, note in enumerate(SOME[:6]))
    done = score(_some(notes=notes, extra=extra).file().write(tmp_path / "in"), tmp_path, capsys)
    assert done.code == 0
    assert done.conserves
    import openpyxl

    sheets = openpyxl.load_workbook(done.folder / "bids.xlsx", read_only=True)
    assert sheets.sheetnames
    lone = _some(notes=SOME[:3]).file()
    data = lone.data() + b"\xed\xa0\x80,1\r\n"
    try:
        reading = read_made(replace(lone, name="lone", data=lambda: data), tmp_path)
    except TapeError:
        return
    assert _every_note_is_there(reading, SOME[:3])


@pytest.mark.parametrize("loan_id", ["../../etc/x", "CON", "/etc/passwd", "a" * 90 + "/..", "..\\..\\x"])
def test_fault_55_a_loan_number_never_names_a_file_outside_the_result(loan_id, tmp_path, capsys):
    notes = tuple(note.but(loan_id=loan_id) if i == 1 else note for i, note in enumerate(SOME[:4]))
    path = _some(notes=notes).file().write(tmp_path / "in")
    before = set(tmp_path.rglob("*"))
    done = score(path, tmp_path, capsys)
    assert done.code == 0
    assert done.conserves
    new = set(tmp_path.rglob("*")) - before
    assert all(one.is_relative_to(done.folder) or one.is_relative_to(tmp_path / "home") for one in new)


def test_fault_56_only_canonical_names_reach_the_model(tmp_path, capsys):
    extra = [(heading, lambda i, note: "1") for heading in ('a,b:[c]{d}"e"', "{}", "[]", 'x"y')]
    done = score(_some(notes=SOME[:5], extra=extra).file().write(tmp_path / "in"), tmp_path, capsys)
    assert done.code == 0
    assert done.conserves
    names = NoteFeatures().transform(read_made(_some(notes=SOME[:5], extra=extra).file(), tmp_path).tape).columns
    assert all(name.isidentifier() for name in names)


def test_the_faults_of_columns_and_cells_are_all_here():
    names = [name for name in globals() if name.startswith("test_fault_")]
    assert {int(name[11:13]) for name in names} == set(range(24, 57))
