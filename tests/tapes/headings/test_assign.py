"""Which column of a file is which field: a person's word, the field's own name, an exact alias, else nothing."""

import pytest

from notes import TapeError, UsageError
from tapes.headings import Mapping, assign, matched
from tapes.headings.likeness import nearest, suggestions, with_suggestions

KNOWN = frozenset({"upb", "loan_id", "note_rate"})


def of(table, columns, mapping=None, known=KNOWN):
    laid = table(columns)
    assignment = matched(laid, known, None if mapping is None else mapping.on(laid))
    return {one.heading: (one.target, one.how) for one in assignment.columns}, assignment


def test_a_persons_word_goes_before_the_name_and_the_name_before_the_alias(table):
    found, _ = of(table, ["upb", "Loan #", "State", "Mystery"], Mapping({"State": "ignored", "Mystery": "note_rate"}))
    assert found == {
        "upb": ("upb", "canonical"),
        "Loan #": ("loan_id", "alias"),
        "State": ("ignored", "mapping"),
        "Mystery": ("note_rate", "mapping"),
    }


def test_a_line_holds_however_the_next_tape_spells_the_heading(table):
    found, _ = of(table, ["CURRENT  upb", "loan_id"], Mapping({"Current UPB": "ignored"}))
    assert found["CURRENT upb"] == ("ignored", "mapping")


def test_a_line_for_one_of_two_headings_that_read_alike_speaks_of_that_one_alone(table):
    found, _ = of(table, ["UPB ($)", "Upb"], Mapping({"UPB ($)": "ignored"}))
    assert found == {"UPB ($)": ("ignored", "mapping"), "Upb": ("upb", "canonical")}


@pytest.mark.parametrize("heading", ["Prin Bal Thing", "Statement Date 2", "Balance", "LTV", "Curent UPB"])
def test_what_a_heading_looks_like_is_suggested_and_never_taken(table, heading):
    found, assignment = of(table, ["loan_id", heading])
    assert found[heading] == (None, "unmapped")
    assert with_suggestions(assignment.columns)[1].target is None


def test_two_headings_for_one_field_are_refused_with_both_shown_and_the_lines_that_settle_it(table):
    laid = table({"UPB": ["1", "2", "3", "4"], "x": ["a"] * 4, "Current UPB": ["5", "6", "", "8"]})
    with pytest.raises(TapeError) as refused:
        assign(laid, frozenset())
    said = str(refused.value)
    assert (
        "column A 'UPB' (1, 2, 3) and column C 'Current UPB' (5, 6, 8) both stand for it; of 4 rows 0 and 1 are blank, "
        "and they differ in 3 of 3 rows. Which of them is upb?" in said
    )
    assert '\n    columns."UPB" = "ignored"   # column C \'Current UPB\' is read' in said
    assert '\n    columns."Current UPB" = "ignored"   # column A \'UPB\' is read' in said


def test_each_line_that_the_refusal_offers_settles_it(table):
    columns = {"UPB": ["1"], "Current UPB": ["5"]}
    for ignored, read in (("UPB", "Current UPB"), ("Current UPB", "UPB")):
        found, assignment = of(table, columns, Mapping({ignored: "ignored"}))
        assert assignment.questions == ()
        assert found[ignored][0] == "ignored"
        assert found[read][0] == "upb"


def test_two_columns_of_one_heading_are_told_apart_by_their_letters(table):
    laid = table([("loan_id", ["a"]), ("UPB", ["1"]), ("UPB", ["2"])])
    with pytest.raises(TapeError, match=r'columns\."UPB \[B\]" = "ignored"   # column C'):
        assign(laid, frozenset())
    assignment = assign(laid, frozenset(), Mapping({"UPB [C]": "ignored"}).on(laid))
    assert [one.target for one in assignment.columns] == ["loan_id", "upb", "ignored"]


def test_of_three_headings_a_line_names_the_one_that_is_read(table):
    laid = table({"UPB": ["1"], "Current UPB": ["5"], "Principal Balance": ["6"]})
    with pytest.raises(TapeError, match=r'columns\."UPB" = "upb"   # only this one is read'):
        assign(laid, frozenset())
    assignment = assign(laid, frozenset(), Mapping({"UPB": "upb"}).on(laid))
    assert [one.target for one in assignment.columns] == ["upb", "ignored", "ignored"]


def test_what_is_masked_in_a_cell_is_masked_in_the_refusal(table):
    laid = table({"Loan #": ["Jane Doe"], "Loan Number": ["123-45-6789"]})
    with pytest.raises(TapeError, match=r"\(J\*\*\* D\*\*\).*\(\*\*\*-\*\*-6789\)"):
        assign(laid, frozenset())


@pytest.mark.parametrize(
    ("plain", "other", "field"),
    [
        ("Current Interest Rate", "Note Rate", "note_rate"),
        ("Loan Number", "Account Number", "loan_id"),
        ("Interest Bearing Balance", "UPB", "upb"),
        ("As Is Value", "Appr.Value", "as_is_value"),
        ("Current FICO", "Original FICO", "credit_score"),
        ("CURR PMT", "ORIG PMT", "p_and_i"),
        ("Adjusted Maturity Date", "Maturity Date", "maturity_date"),
    ],
)
def test_the_plainer_of_two_headings_is_read_and_the_other_named(table, plain, other, field):
    found, assignment = of(table, {other: ["1", ""], plain: ["2", "3"]}, known=frozenset())
    assert found == {plain: (field, "alias"), other: ("ignored", "alias")}
    assert assignment.remarks == (
        f"Of several columns for one field the plainer is read: {field} from {plain!r}, not {other!r}.",
    )


def test_the_plainer_heading_does_not_win_where_the_other_alone_is_filled(table):
    laid = table({"Note Rate": ["1", "2"], "Current Interest Rate": ["2", ""]})
    with pytest.raises(TapeError, match="both stand for it"):
        assign(laid, frozenset())


def test_several_personal_and_ignored_columns_are_no_question(table):
    laid = table([("streetAddress", ["a"]), ("streetAddress", ["b"]), ("City", ["c"]), ("County", ["d"])])
    assert [one.target for one in assign(laid, frozenset()).columns] == ["personal", "personal", "ignored", "ignored"]


def test_a_unit_in_the_heading_goes_with_the_column_whoever_says_what_it_is(table):
    _, assignment = of(table, ["Note Rate (bps)", "My Balance ($000s)"], Mapping({"My Balance ($000s)": "upb"}))
    assert [one.unit for one in assignment.columns] == ["basis_points", "thousands"]


def test_a_false_friend_is_never_suggested_as_its_field():
    for heading, field in (("Statement Dt", "property_state"), ("Sold Rates", "note_rate"), ("Second UPBs", "upb")):
        assert field not in [one.target for one in suggestions(heading)]


def test_a_heading_with_two_meanings_is_suggested_below_the_certain():
    for heading, field in (("LTV", "original_ltv"), ("Balance", "upb"), ("Payment", "p_and_i"), ("APR", "note_rate")):
        best = suggestions(heading)[0]
        assert (best.target, best.score) == (field, 95.0)


def test_the_words_count_in_any_order_and_short():
    for heading, field in (("Prin Bal Cur", "upb"), ("Due Dt Next", "next_due_date"), ("Curent UPB", "upb")):
        assert suggestions(heading)[0].target == field


def test_a_field_that_a_column_has_already_is_suggested_for_no_other(table):
    _, assignment = of(table, ["upb", "Curent UPB"])
    assert with_suggestions(assignment.columns)[1].suggestions == ()


def test_nearest_looks_for_the_fields_that_are_missing_alone():
    found = nearest(["Prin Bal Cur", "Curr Rte", "zzz"], ["note_rate"])
    assert [(heading, field) for heading, field, _ in found] == [("Curr Rte", "note_rate")]


def test_a_mapping_that_calls_a_column_monthly_whose_heading_names_no_month_is_wrong(table):
    with pytest.raises(UsageError, match="'Foo' is said to be status_month"):
        of(table, ["Foo"], Mapping({"Foo": "status_month"}))


def test_an_outcome_is_read_where_the_file_is_one_of_outcomes_and_nowhere_else(table):
    headings = ["Zero.Bal.Code", "Outcome", "Resolution Date", "outcome_detail"]
    found, _ = of(table, headings, known=frozenset({"outcome", "resolution_date", "outcome_detail"}))
    assert [target for target, _ in found.values()] == [
        "after_the_fact",
        "outcome",
        "resolution_date",
        "outcome_detail",
    ]
    found, _ = of(table, headings)
    assert {target for target, _ in found.values()} == {"after_the_fact"}


@pytest.mark.parametrize(
    ("plain", "other", "field"),
    [
        ("BPO Value", "Appraised Value", "as_is_value"),
        ("Interest Bearing Balance", "UPB", "upb"),
        ("P&I Payment", "Original P&I", "p_and_i"),
    ],
)
def test_two_columns_that_move_the_bid_and_differ_in_more_than_a_few_rows_are_asked_about(table, plain, other, field):
    read, beside = ["$176,000.00", "264000", "140000", "531000"], ["211200", "316800", "168000", "531000"]
    if "Orig" in other:  # The heading itself says that it is not today's.
        assert of(table, {other: beside, plain: read}, known=frozenset())[0][plain] == (field, "alias")
        return
    with pytest.raises(TapeError, match=r"both stand for it; .* and they differ in 3 of 4 rows"):
        assign(table({other: beside, plain: read}), frozenset())


def test_three_values_a_home_are_one_question_and_a_line_settles_it(table):
    laid = table({"BPO Value": ["100000"] * 5, "Appraised Value": ["120000"] * 5, "AVM": ["90000"] * 5})
    with pytest.raises(TapeError, match=r'columns\."AVM" = "as_is_value"   # only this one is read'):
        assign(laid, frozenset())
    assignment = assign(laid, frozenset(), Mapping({"AVM": "as_is_value"}).on(laid))
    assert [one.target for one in assignment.columns] == ["ignored", "ignored", "as_is_value"]


@pytest.mark.parametrize(
    "beside", [["176,000.00", "$264,000", "140000", ""], ["0", "", "0", "0"], ["1", "2", "140000", ""]]
)
def test_the_plainer_value_is_read_where_the_amounts_agree_or_differ_in_two_rows(table, beside):
    laid = {"AVM": beside, "BPO Value": ["176000", "264000.0", "140000.40", "5"]}
    assert of(table, laid, known=frozenset())[0]["BPO Value"] == ("as_is_value", "alias")


def test_rates_that_differ_leave_the_plainer_read(table):
    laid = {"Note Rate": ["7", "8", "9", "6"], "Current Interest Rate": ["5", "5", "5", "5"]}
    assert of(table, laid, known=frozenset())[0]["Current Interest Rate"] == ("note_rate", "alias")
