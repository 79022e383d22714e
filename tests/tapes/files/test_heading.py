"""Where the heading is, and what each column is called."""

import pytest

from notes import TapeError
from tapes.files.heading import find_heading


def found(rows, knows, spans=None):
    return find_heading(list(enumerate(rows, 1)), knows, spans or {})


def test_fault_11_title_and_blank_rows_stand_above_the_heading(table_of, cells_of, xlsx):
    rows = [
        ["Loan Tape"],
        ["Seller:", "ABC", "State", "as of 6/30/2024"],
        [],
        ["loan_id", "upb", "state"],
        ["1", 2.5, "FL"],
    ]
    table = table_of(xlsx({"A": rows}))
    assert table.headings == ("loan_id", "upb", "state")
    assert table.titles == ((1, "Loan Tape"), (2, "Seller: ABC State as of 6/30/2024"))
    assert (table.not_notes["title"], table.not_notes["blank"]) == (2, 1)
    assert table.heading_rows == (4,)
    assert table.remarks == ("The heading was found at row 4.",)
    assert cells_of(table) == [["1", "2.5", "FL"]]


def test_fault_11_a_heading_of_two_rows_is_joined(table_of, xlsx):
    rows = [["Pool"], [], ["Loan", "Unpaid", "Property"], ["No.", "Balance", "State"], ["1", 2.5, "FL"]]
    table = table_of(xlsx({"A": rows}))
    assert table.headings == ("Loan No.", "Unpaid Balance", "Property State")
    assert table.heading_rows == (3, 4)
    assert table.remarks == ("The heading was found at row 3 (rows 3 and 4 joined).",)
    assert list(table.rows) == [5]


def test_fault_11_a_merged_heading_stands_over_all_its_columns(table_of, xlsx):
    rows = [
        ["Loan", "", "Second Lien", "", "Payment History", "", "Zone"],
        ["Number", "UPB", "Balance", "Rank", "Jan", "Feb", ""],
        ["1", 2.5, 3, 4, 0, 1, "x"],
    ]
    data = xlsx({"A": rows}, lambda book: [book["A"].merge_cells(one) for one in ("A1:B1", "C1:D1", "E1:F1")])
    table = table_of(data)
    assert table.headings == ("Loan Number", "UPB", "Second Lien Balance", "Second Lien Rank", "Jan", "Feb", "Zone")


def test_a_groups_words_that_change_a_meaning_are_never_dropped(knows):
    upper = ["Loan", "Borrower", "Loan Data", "Property", ""]
    lower = ["Number", "State", "UPB", "State", "note_rate"]
    assert found([upper, lower], knows).names == ("Loan Number", "Borrower State", "UPB", "Property State", "note_rate")


def test_a_title_above_a_heading_is_not_joined_to_it(knows):
    heading = found([["Loan Tape", "", ""], ["loan_id", "upb", "state"], ["1", "2", "FL"]], knows)
    assert (heading.start, heading.names) == (1, ("loan_id", "upb", "state"))


def test_line_breaks_and_invisible_characters_are_no_part_of_a_heading(knows):
    heading = found([["Loan\nNumber", "\ufeffUPB\xa0", "Property\u200b \xa0State "], ["1", "2", "FL"]], knows)
    assert heading.names == ("Loan Number", "UPB", "Property State")


def test_a_wide_heading_of_which_a_third_is_known_wins_over_a_row_of_labels(knows):
    known = ["loan_id", "upb", "as_is_value", "property_state", "note_rate", "lien_position"]
    wide = [*known, *(f"Seller's own {i}" for i in range(12))]
    heading = found([["State", "upb", "Loans"], ["FL", "5", "3"], wide, ["1", *["x"] * 17]], knows)
    assert heading.start == 2


def test_of_stacked_pools_the_first_heading_is_the_heading(knows):
    rows = [["loan_id", "upb", "state"], ["1", "2", "FL"], ["loan_id", "upb", "state"], ["3", "4", "TX"]]
    assert found(rows, knows).start == 0


@pytest.mark.parametrize(
    ("rows", "start"),
    [
        ([["Tape of June"], ["nummer", "betrag"], ["1", "2.5"]], 1),
        ([["only text"], ["more text"]], 0),
        ([["1", "2"], ["3", "4"]], 0),
        ([[], ["x"]], 1),
    ],
)
def test_without_known_headings_the_first_row_of_texts_above_data_is_taken(knows, rows, start):
    assert found(rows, knows).start == start


def test_nothing_is_no_heading(knows):
    assert found([], knows) is None
    assert found([[], ["", " "]], knows) is None


def test_fault_11_spacer_columns_go_and_a_column_without_a_name_is_called_by_its_letter(table_of, cells_of, xlsx):
    rows = [
        ["loan_id", None, "upb", "", "state"],
        ["1", None, 2, "extra", "FL", None, "note"],
        ["2", None, 3, None, "TX"],
    ]
    table = table_of(xlsx({"A": rows}))
    assert table.headings == ("loan_id", "upb", "column D", "state", "column G")
    assert cells_of(table) == [["1", "2", "extra", "FL", "note"], ["2", "3", None, "TX", None]]
    assert not table.ragged.any()
    assert list(table.numeric) == [1]


def test_fault_11_spacer_columns_go_from_text_files_too(table_of, cells_of):
    table = table_of(b"loan_id,,upb,,state,,\n1,,2,extra,FL,,\n2,,3,,TX,,\n")
    assert table.headings == ("loan_id", "upb", "column D", "state")
    assert cells_of(table) == [["1", "2", "extra", "FL"], ["2", "3", None, "TX"]]
    assert not table.ragged.any()


def test_a_heading_with_empty_cells_at_its_end_asks_no_row_for_them(table_of):
    assert not table_of(b"loan_id,upb,,\n1,2\n3,4,\n").ragged.any()


@pytest.mark.parametrize("data", [b"", b"\n \n", b",,\n,,\n", b"loan_id,upb\n", b"loan_id,upb\n\n \n"])
def test_fault_02_a_file_of_blank_lines_or_of_a_heading_alone_holds_no_loans(table_of, data):
    with pytest.raises(TapeError, match="no loans found"):
        table_of(data)


def test_fault_02_a_sheet_of_a_heading_alone_holds_no_loans(table_of, xlsx):
    with pytest.raises(TapeError, match=r"sheet 'A': no rows under the heading \(no loans found"):
        table_of(xlsx({"A": [["loan_id", "upb"]]}))


@pytest.mark.parametrize(("end", "name"), [(3, "State No one knows"), (2, "State")])
def test_a_heading_over_one_column_names_it_and_one_over_several_does_not(end, name):
    from tapes.files.heading import _joined, _Known

    known = _Known(lambda text: text in ("State", "Zip"))
    names = _joined(["x", "a", "State", ""], ["", "b", "No one knows", "Zip"], {2: end}, known)
    assert names[2] == name


@pytest.fixture
def real_names():
    """Tell the headings that a tape may have."""
    from tapes.headings.registry import registry

    return lambda heading: registry().target(heading) is not None


def test_a_state_beside_a_borrowers_name_is_his_where_the_groups_cells_are_not_merged(real_names):
    upper = ["Loan", "Borrower", "", "Property", ""]
    lower = ["ID", "Name", "State", "Type", "UPB"]
    rows = [upper, lower, ["L1", "Jane Doe", "TX", "SFR", "1000"]]
    assert found(rows, real_names).names == ("Loan ID", "Borrower Name", "Borrower State", "Property Type", "UPB")
    ordinary = ["Loan", "Borrower", "Property", "", ""]
    assert found([ordinary, ["ID", "Name", "State", "Zip", "UPB"], rows[2]], real_names).names[2:4] == (
        "Property State",
        "Zip",
    )


def test_a_row_of_units_under_a_heading_belongs_to_it(real_names):
    rows = [["Loan ID", "UPB", "State", "Rate"], ["", "($000s)", "", "(%)"], ["1", "120", "FL", "7.5"]]
    heading = found(rows, real_names)
    assert heading.names == ("Loan ID", "UPB ($000s)", "State", "Rate (%)")
    assert len(heading.cells) == 2


def test_an_unknown_word_over_a_known_heading_is_kept_where_the_words_stand_in_pairs(real_names):
    # NonInerest, mistyped, over UPB: the deferred balance, and never the unpaid one.
    upper = ["Loan", "NonInerest", "Property", "Maturity"]
    lower = ["Number", "UPB", "State", "Date"]
    heading = found([upper, lower, ["1", "28077", "FL", "2030-01-01"]], real_names)
    assert heading is not None
    assert heading.names == ("Loan Number", "NonInerest UPB", "Property State", "Maturity Date")


def test_a_groups_name_over_a_known_heading_leaves_it_its_own(real_names):
    upper = ["Loan Information", "", "Collateral", ""]
    lower = ["Loan Number", "UPB", "Property State", "Maturity Date"]
    heading = found([upper, lower, ["1", "28077", "FL", "2030-01-01"]], real_names)
    assert heading is not None
    assert heading.names == ("Loan Number", "UPB", "Property State", "Maturity Date")


def test_a_word_over_another_column_is_none_of_the_months_to_its_right(real_names):
    upper = ["Loan", "Paid", "", "", "", "Property"]
    lower = ["Number", "to Date", "Jan-25", "Feb-25", "Mar-25", "State"]
    heading = found([upper, lower, ["1", "2024-11-01", "1", "2", "3", "FL"]], real_names)
    assert heading is not None
    assert heading.names == ("Loan Number", "Paid to Date", "Jan-25", "Feb-25", "Mar-25", "Property State")


def test_a_word_over_the_first_of_several_months_is_said_of_all():
    known = {"Loan Number", "Property State", "Paid Jan-25", "Paid Feb-25", "Paid Mar-25"}
    upper = ["Loan", "Paid", "", "", "Property"]
    lower = ["Number", "Jan-25", "Feb-25", "Mar-25", "State"]
    heading = found([upper, lower, ["1", "200", "300", "400", "FL"]], known.__contains__)
    assert heading is not None
    assert heading.names == ("Loan Number", "Paid Jan-25", "Paid Feb-25", "Paid Mar-25", "Property State")


def test_one_mistyped_word_does_not_part_two_rows_of_a_heading(real_names):
    upper = ["", "Next", "Asset", "Current", "NTOE", ""]
    lower = ["PROP_ST", "Due Date", "ID", "UPB", "RATE", "Lien_Position"]
    heading = found([upper, lower, ["PA", "2025-07-01", "4512006327", "347465.73", "11", "1"]], real_names)
    assert heading is not None
    assert heading.names == ("PROP_ST", "Next Due Date", "Asset ID", "Current UPB", "NTOE RATE", "Lien_Position")
