"""Lines under a heading that are no notes."""

import pytest

from notes import TapeError
from tapes import ReadOptions, read_tape
from tapes.files.layout import without_other_lines

ROLES = {"loan_id": 0, "upb": 1, "property_state": 2}
HEAD = ["loan_id", "upb", "property_state", "note_rate", "as_is_value", "lien_position", "city", "county"]


def note(number, upb, state="FL"):
    return [number, upb, state, "0.07", "1", "1", "Miami", "Dade"]


def line(**cells):
    return [cells.get(name, "") for name in HEAD]


@pytest.fixture
def kept(table_of):
    """Read rows under the heading; give the kept loan numbers and the counts of what is not kept."""

    def reading(*rows, head=HEAD):
        text = "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in [head, *rows])
        table = without_other_lines(table_of(text.encode()), ROLES)
        counts = {kind: count for kind, count in table.not_notes.items() if count}
        assert len(table) + sum(counts.values()) == len(rows)
        return table.columns[0].to_pylist(), counts

    return reading


@pytest.mark.parametrize("total", ["300.75", "$300.75", "300.75 ", "$ 300.75", "300.750"])
@pytest.mark.parametrize("label", [{}, {"loan_id": "Total"}, {"loan_id": "GRAND TOTAL:"}, {"city": "Totals"}])
def test_fault_12_a_total_at_the_bottom_is_left_out_if_it_is_the_sum(kept, total, label):
    rows = [note("1", "100.25"), note("2", "$200.50"), line(upb=total, **label)]
    assert kept(*rows) == (["1", "2"], {"total": 1})


@pytest.mark.parametrize("label", [{}, {"loan_id": "Total"}])
def test_fault_12_a_total_at_the_top_is_left_out_if_it_is_the_sum(kept, label):
    assert kept(line(upb="$1,300.00", **label), note("1", "100"), note("2", "1,200.00")) == (["1", "2"], {"total": 1})


def test_fault_12_a_total_that_is_a_cent_off_stays_among_the_rows(kept):
    rows = [note("1", "100.25"), note("2", "200.50"), line(upb="300.77", loan_id="Total")]
    assert kept(*rows) == (["1", "2", "Total"], {})


def test_fault_12_a_note_without_a_number_stays_even_if_it_repeats_the_note_above(kept):
    assert kept(note("1", "100"), line(upb="100")) == (["1", None], {})
    assert kept(note("1", "100"), note("", "100")) == (["1", None], {})
    assert kept(note("1", "100"), line(upb="100", loan_id="Total")) == (["1"], {"total": 1})


def test_fault_12_subtotals_of_blocks_and_the_grand_total_are_left_out(kept):
    rows = [
        note("1", "100"),
        note("2", "200"),
        line(upb="300", city="Subtotal FL"),
        note("3", "50", "TX"),
        note("4", "60", "TX"),
        line(upb="110"),
        line(upb="410", loan_id="Grand Total"),
    ]
    assert kept(*rows) == (["1", "2", "3", "4"], {"total": 3})


def test_fault_12_subtotals_above_their_blocks_are_left_out(kept):
    rows = [line(upb="300"), note("1", "100"), note("2", "200"), line(upb="110"), note("3", "50"), note("4", "60")]
    assert kept(*rows) == (["1", "2", "3", "4"], {"total": 2})


def test_fault_12_a_total_counts_a_note_whose_number_was_forgotten(kept):
    rows = [note("1", "100"), note("2", "200"), line(upb="55", city="Miami"), line(upb="355", loan_id="Total")]
    assert kept(*rows) == (["1", "2", None], {"total": 1})


def test_fault_12_totals_between_title_and_heading_are_counted_as_such(table_of, xlsx):
    rows = [["Pool"], ["Total", 300], [None, 300.0], HEAD, note("1", 100), note("2", 200)]
    table = table_of(xlsx({"A": rows}))
    assert (table.not_notes["title"], table.not_notes["total"], len(table)) == (1, 2, 2)


@pytest.mark.parametrize(
    "foot",
    [
        line(loan_id="* Values are broker price opinions"),
        line(loan_id="Source: the servicer"),
        line(city="as of June 30"),
        line(loan_id="2 loans"),
        line(loan_id="Total loans: 2"),
        line(loan_id="Count", city="2"),
        ["* ragged note"],
        line(loan_id="(1) see the note", city="below"),
    ],
)
def test_fault_12_footnotes_and_counts_under_the_last_note_are_left_out(kept, foot):
    assert kept(note("1", "100"), note("2", "200"), line(), foot) == (["1", "2"], {"blank": 1, "footnote": 1})


def test_fault_12_words_above_the_last_note_stay(kept):
    rows = [note("1", "100"), line(loan_id="* a line of words"), note("2", "200")]
    assert kept(*rows) == (["1", "* a line of words", "2"], {})


def test_a_bare_number_under_the_last_note_stays(kept):
    assert kept(note("1", "100"), line(loan_id="A17")) == (["1", "A17"], {})
    assert kept(note("1", "100"), line(loan_id="17")) == (["1", "17"], {})


def test_a_count_that_is_not_the_number_of_notes_is_told(table_of):
    text = "\n".join(",".join(row) for row in [HEAD, note("1", "100"), line(loan_id="3 loans")])
    table = without_other_lines(table_of(text.encode()), ROLES)
    assert table.remarks == ("A line under the notes counts 3; there are 1.",)


def test_fault_13_a_heading_repeated_among_the_rows_is_recognised_however_it_is_typed(kept):
    again = [" LOAN_ID", "Upb", "PROPERTY_STATE ", *HEAD[3:]]
    assert kept(note("1", "100"), again, note("2", "200"), HEAD) == (["1", "2"], {"repeated_heading": 2})


def test_fault_13_a_heading_of_two_rows_is_recognised_again_with_the_pools_name_above(table_of, xlsx, cells_of):
    upper, lower = ["Loan", "Unpaid", "Property", "x"], ["No.", "Balance", "State", "y"]
    rows = [["Pool A"], upper, lower, ["1", 2, "FL", 1], [], ["Pool B"], upper, lower, ["3", 4, "TX", 1]]
    table = without_other_lines(table_of(xlsx({"A": rows})), ROLES)
    assert [row[0] for row in cells_of(table)] == ["1", "3"]
    assert table.not_notes == {"blank": 1, "title": 2, "repeated_heading": 2, "total": 0, "footnote": 0}


@pytest.mark.parametrize("other", [["property_state", "loan_id", "upb", *HEAD[3:]], [*HEAD[:7], "zip"]])
def test_fault_13_a_second_heading_over_other_columns_is_refused(kept, other):
    with pytest.raises(
        TapeError, match=r"row 3: a second heading, over other columns \(column [18] is '(prop.*|zip)' here"
    ):
        kept(note("1", "100"), other, note("2", "200"))


def test_every_line_of_a_tape_with_all_of_it_is_counted_once(tmp_path, good):
    row = good()
    rows = [["Pool A"], [], list(row), list(row.values())]
    rows += [list(good(loan_id="2", upb="50000.5").values()), [], list(row)]
    rows += [list(good(loan_id="", upb="7").values()), ["Total", "", "150007.5"], ["* a word to the wise"]]
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(",".join(cells) for cells in rows) + "\n")
    counts = read_tape(path, ReadOptions()).counts
    assert (counts.title, counts.blank, counts.repeated_heading, counts.total, counts.footnote) == (1, 2, 1, 1, 1)
    assert (counts.rows, counts.priced, counts.excepted, counts.lines) == (3, 2, 1, 9)


def test_many_rows_without_a_number_take_no_time_that_grows_with_their_square(kept):
    rows = [note("1", "1"), *(line(upb=str(i)) for i in range(5_000))]
    assert len(kept(*rows)[0]) + kept(*rows)[1].get("total", 0) == 5_001


def test_a_total_with_a_decimal_comma_is_left_out_if_it_is_the_sum(kept):
    rows = [note("1", "1.100,25"), note("2", "200,50"), line(upb="1.300,75", loan_id="Total")]
    assert kept(*rows) == (["1", "2"], {"total": 1})


def test_a_total_is_known_by_its_last_word_and_one_without_a_balance_is_none_of_the_notes(kept):
    rows = [note("1", "100"), note("2", "200"), line(upb="300", loan_id="FL Total"), note("3", "5", "TX")]
    assert kept(*rows, line(loan_id="Total", note_rate="0.07")) == (["1", "2", "3"], {"total": 2})


@pytest.mark.parametrize("foot", [line(loan_id="Weighted Avg", note_rate="0.07"), line(loan_id="TRL", city="2")])
def test_averages_and_trailers_under_the_last_note_are_left_out(kept, foot):
    assert kept(note("1", "100"), note("2", "200"), foot) == (["1", "2"], {"footnote": 1})


def test_the_row_of_groups_above_a_repeated_heading_is_a_title_as_above_the_first(table_of):
    groups = ["Loan", "", "Place", "Terms", "Value", "Lien", "Where", "And where"]
    rows = [groups, HEAD, note("1", "100"), groups, HEAD, note("2", "200")]
    table = without_other_lines(table_of("\n".join(map(",".join, rows)).encode()), ROLES)
    assert table.columns[0].to_pylist() == ["1", "2"]
    assert (table.not_notes["title"], table.not_notes["repeated_heading"]) == (2, 1)


@pytest.fixture
def missed(table_of):
    """Read rows under the heading; give what is to be done about the totals that are none, by row."""

    def reading(*rows):
        text = "\n".join(",".join(row) for row in [HEAD, *rows])
        return dict(without_other_lines(table_of(text.encode()), ROLES).missed)

    return reading


def test_a_total_that_is_off_says_by_how_much(missed):
    rows = [note("1", "100.25"), note("2", "200.50")]
    off = "It misses the sum of the notes by $1.00: is a loan missing?"
    assert missed(*rows, line(loan_id="Grand Total", upb="301.75")) == {4: off}
    assert missed(*rows, line(city="Total", upb="299.75")) == {4: off}
    assert missed(*rows, line(loan_id="Total", upb="300.75")) == {}
    assert missed(*rows, note("Total", "301.75")) == {}  # it lies in a state
    assert missed(*rows, line(upb="301.75")) == {}  # it does not say so


def test_a_subtotal_that_is_off_is_told_from_the_block_it_is_of(missed):
    rows = [note("1", "100"), line(loan_id="Subtotal", upb="100"), note("2", "5000"), note("3", "7000")]
    rows += [line(loan_id="Subtotal", upb="12010"), line(loan_id="Grand Total", upb="12200")]
    assert missed(*rows) == {
        6: "It misses the sum of the notes by $10.00: is a loan missing?",
        7: "It misses the sum of the notes by $100.00: is a loan missing?",
    }


def test_a_row_that_counts_the_notes_is_none_of_them(kept, missed):
    rows = [note("1", "100"), note("2", "200")]
    totals = [line(loan_id="Total", upb="300"), line(loan_id="Count:", upb="2")]
    assert kept(*rows, *totals) == (["1", "2"], {"total": 2})
    assert kept(*rows, line(loan_id="Number of loans", city="2")) == (["1", "2"], {"footnote": 1})
    off = [line(loan_id="Total", upb="301"), line(loan_id="Count:", upb="3")]
    assert kept(*rows, *off) == (["1", "2", "Total", "Count:"], {})
    assert missed(*rows, *off) == {
        4: "It misses the sum of the notes by $1.00: is a loan missing?",
        5: "It counts 3, and there are 2 notes: is a loan missing?",
    }


def test_a_total_that_is_off_has_one_reason(tmp_path, good):
    row = good()
    rows = [list(row), list(row.values()), list(good(loan_id="2", upb="50000.5").values())]
    rows += [["Grand Total", "", "150001.5"]]
    path = tmp_path / "tape.csv"
    path.write_text("\n".join(",".join(cells) for cells in rows) + "\n")
    reading = read_tape(path, ReadOptions())
    (reason,) = reading.exceptions
    assert (reason.row, reason.loan_id, reason.field, reason.value, reason.code) == (
        4,
        "Grand Total",
        "upb",
        "150001.5",
        "E_TOTAL",
    )
    assert reason.fix == "It misses the sum of the notes by $1.00: is a loan missing?"
    assert (reading.counts.priced, reading.counts.excepted) == (2, 1)


@pytest.mark.parametrize("label", ["Average", "Weighted Avg", "Min", "Max", "Simple Average", "Std Dev", "Median"])
def test_a_line_that_calls_itself_a_summary_is_no_loan(kept, label):
    foot = line(loan_id=label, upb="150", note_rate="0.07", as_is_value="1")
    assert kept(note("1", "100"), note("2", "200"), foot) == (["1", "2"], {"total": 1})


def test_a_loan_with_the_name_of_a_summary_stays(kept):
    assert kept(note("Max", "100"), note("2", "200")) == (["Max", "2"], {})


@pytest.mark.parametrize("label", ["2 loans", "Count: 2", "2"])
def test_a_count_of_the_loans_beside_their_sum_is_a_total(kept, label):
    foot = line(loan_id=label, upb="300", as_is_value="2")
    assert kept(note("1001", "100"), note("1002", "200"), foot) == (["1001", "1002"], {"total": 1})


def test_states_alone_over_groups_of_notes_are_titles(kept):
    rows = [line(loan_id="FL"), note("1", "100"), note("2", "200"), line(city="TX"), note("3", "50", "TX")]
    assert kept(*rows) == (["1", "2", "3"], {"title": 2})


def test_a_state_over_notes_of_another_state_is_no_title(kept):
    assert kept(line(loan_id="TX"), note("1", "100")) == (["TX", "1"], {})


def test_subtotals_that_only_a_state_names_are_totals_and_so_is_the_grand_total(kept):
    rows = [
        note("1", "100"),
        note("2", "200"),
        line(upb="300", as_is_value="2", property_state="FL"),
        note("3", "50", "TX"),
        note("4", "60", "TX"),
        line(upb="110", as_is_value="2", property_state="TX"),
        line(upb="410", loan_id="Grand Total"),
    ]
    assert kept(*rows) == (["1", "2", "3", "4"], {"total": 3})


def test_a_note_without_a_number_in_a_state_is_no_subtotal(kept):
    # Its value is not the sum of those above it.
    rows = [note("1", "100"), note("2", "200"), line(upb="300", as_is_value="5", property_state="FL")]
    assert kept(*rows) == (["1", "2", None], {})


def test_a_total_rounded_to_the_dollar_is_one(kept):
    rows = [note("1", "100.25"), note("2", "200.50"), line(upb="301", loan_id="Total")]
    assert kept(*rows) == (["1", "2"], {"total": 1})
    off = [note("1", "100.25"), note("2", "200.50"), line(upb="302", loan_id="Total")]
    assert kept(*off) == (["1", "2", "Total"], {})


def test_a_summary_under_the_notes_is_not_counted_among_them(kept):
    rows = [
        note("1", "100"),
        note("2", "200"),
        ["Pool Summary"] + [""] * 7,
        ["Total UPB", "300"] + [""] * 6,
        ["Loan Count", "2"] + [""] * 6,
        ["WA Rate", "0.07"] + [""] * 6,
    ]
    kept_ids, counts = kept(*rows)
    assert kept_ids == ["1", "2"]
    assert sum(counts.values()) == 4
