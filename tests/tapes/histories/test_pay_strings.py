"""Pay strings of every alphabet, from either end; what the file proves is read, what it leaves open is asked."""

import numpy as np
import pytest

from notes import TapeError, UsageError

X = -1

# Twelve notes as they were, oldest first; the last number is what the due date says.
TRUE = [
    [0, 0, 0, 1, 2, 3],
    [0, 1, 2, 3, 0, 0],
    [1, 2, 3, 4, 5, 1],
    [0, 0, 1, 2, 0, 0],
    [0, 0, 0, 0, 1, 2],
    [2, 3, 4, 0, 0, 1],
    [0, 1, 2, 2, 3, 4],
    [0, 0, 0, 0, 0, 0],
    [1, 2, 3, 0, 1, 2],
    [0, 1, 2, 0, 0, 0],
    [3, 4, 5, 5, 5, 5],
    [0, 1, 0, 1, 0, 1],
]
NOW = [one[-1] for one in TRUE]

WRITERS = {
    "months_behind": str,
    "dv01": lambda one: "C" if one == 0 else str(one + 1),
    "fannie": "{:02d}".format,
    "credit_bureau": str,
}


def written(alphabet, newest, histories=TRUE):
    ordered = [one if newest == "right" else one[::-1] for one in histories]
    return ["".join(WRITERS[alphabet](month) for month in one) for one in ordered]


@pytest.mark.parametrize("newest", ["left", "right"])
@pytest.mark.parametrize("alphabet", list(WRITERS))
@pytest.mark.parametrize("dated", [True, False])
def test_each_alphabet_is_read_from_each_end_by_what_the_file_proves(strings, alphabet, newest, dated):
    found = strings(written(alphabet, newest), NOW if dated else None)
    assert found.questions == ()
    assert [found.months(i) for i in range(len(TRUE))] == TRUE
    assert f"newest {newest}" in found.units["Pay String"]
    assert found.codes == []


def test_thirties_are_thirty_days_each(strings):
    cells = ["000369", "003600", "C36000", "003690", "369000", "0C0360"]
    found = strings(cells, [3, 0, 0, 0, 0, 0])
    assert found.months(0) == [0, 0, 0, 1, 2, 3]
    assert found.months(1) == [0, 0, 1, 2, 0, 0]
    assert found.months(4) == [1, 2, 3, 0, 0, 0]


def test_the_filings_example_reads_newest_left(strings):
    # From the right it climbs 1, 2, 3, 4, 5, 5, 6 and is then cured; from the left it would jump from 0 to 6.
    found = strings(["000002212100000006554321"])
    assert found.questions == ()
    assert found.months(0, 24) == [1, 2, 3, 4, 5, 5, 6, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 2, 0, 0, 0, 0, 0]
    assert "newest left; 0 of 8 rises skip a month, 2 the other way" in found.units["Pay String"]


def test_the_counts_for_a_reading_are_shown(strings):
    found = strings(written("months_behind", "left"), NOW)
    told = found.units["Pay String"]
    # By hand: the notes rise 3, 3, 4, 2, 2, 3, 4, 0, 4, 2, 2 and 3 times.
    assert told.startswith("months behind, newest left; 0 of 32 rises skip a month, ")
    assert "12 of 12 newest months agree with the due date" in told


def test_strings_that_only_climb_are_told_by_the_due_dates(strings):
    cells = ["000123", "001234", "000012"]
    assert strings(cells, [3, 4, 2]).months(1) == [0, 0, 1, 2, 3, 4]
    assert strings([one[::-1] for one in cells], [3, 4, 2]).months(1) == [0, 0, 1, 2, 3, 4]


def test_strings_that_only_climb_are_asked_about_without_due_dates(strings):
    (asked,) = strings(["000123", "001234", "000012"]).questions
    text = str(asked.error(_place()))
    assert 'pay_string."newest" = "left"' in text
    assert 'pay_string."newest" = "right"' in text
    assert "0 of 9 rises skip a month" in text
    assert "months behind, newest left: nothing rises" in text


def test_an_alphabet_that_may_be_two_is_asked_with_both_named(strings):
    # 3 may be ninety days that were cured, or thirty days: nothing climbs.
    (asked,) = strings(["333000", "330000", "300000"], mapping={"newest": "right"}).questions
    assert {one.value for one in asked.answers} >= {"months_behind", "thirties"}
    assert {one.key for one in asked.answers} == {"alphabet"}


@pytest.mark.parametrize(("alphabet", "months"), [("months_behind", [3, 3, 0]), ("thirties", [1, 1, 0])])
def test_one_line_of_the_mapping_answers_it(strings, alphabet, months):
    found = strings(["330"], mapping={"alphabet": alphabet, "newest": "right"})
    assert found.questions == ()
    assert found.months(0, 3) == months


def test_a_mapping_of_another_word_is_wrong_use(strings):
    with pytest.raises(UsageError, match=r"pay_string.alphabet = 'months'; it is one of canonical, months_behind"):
        strings(["330"], mapping={"alphabet": "months"})


def test_a_column_of_zeros_is_read_for_the_months_on_which_all_readings_agree(strings):
    found = strings(["000000", "000000"], [0, 0])
    # As pairs of digits it is three months.
    assert found.questions == ()
    assert found.months() == [X, X, X, 0, 0, 0]
    assert "only the months in which all agree" in found.findings.warnings[0]


def test_a_heading_that_says_how_many_months_leaves_no_doubt_of_pairs(strings):
    found = strings(["0" * 12] * 3, [0, 0, 0], heading="12 Mo Pay History")
    assert found.months(0, 13) == [X] + [0] * 12
    assert found.findings.warnings == []


def test_a_reading_that_no_due_date_bears_out_is_not_taken(strings):
    found = strings(written("months_behind", "right"), [one + 7 for one in NOW])
    (asked,) = found.questions
    assert asked.evidence.startswith("No reading fits")


# The contract's own column.


def test_the_contracts_column_is_read_as_the_contract_says_without_proof(strings):
    found = strings(["0123F", "45X", ""], heading="pay_string")
    assert [found.months(i) for i in range(3)] == [[X, 0, 1, 2, 3, 4], [X, X, X, 4, 5, X], [X] * 6]
    assert found.flags == ((), (), ())


def test_the_contracts_column_that_is_written_from_the_other_end_is_refused_with_the_evidence(strings):
    (asked,) = strings(written("months_behind", "left"), NOW, heading="pay_string").questions
    assert "contradicted" in asked.evidence
    assert "[canonical, newest right: " in asked.evidence
    assert "[months behind, newest left: 0 of 32 rises skip a month" in asked.evidence


def test_the_contracts_column_in_another_alphabet_is_read_by_that(strings):
    found = strings(written("dv01", "right"), NOW, heading="pay_string")
    assert [found.months(i) for i in range(len(TRUE))] == TRUE


def test_a_string_longer_than_sixty_months_keeps_its_last_sixty(strings):
    found = strings(["1" + "0" * 60 + "12"], heading="pay_string")
    assert found.months(0, 60) == [0] * 58 + [1, 2]


def test_foreclosure_goes_on_from_before_the_sixty_months(strings):
    # 4 at the first F; seventy months later 73, of which the last is kept.
    found = strings(["0" + "F" * 70], heading="pay_string")
    assert found.months(0, 2) == [72, 73]


# Letters.


def test_letters_of_the_trade(strings):
    months = strings(["00123F", "0012BX", "00PD12", "001200"], [4, 2, 2, 0])
    assert months.months(0) == [0, 0, 1, 2, 3, 4]
    assert months.months(1) == [0, 0, 1, 2, X, X]
    assert months.months(2) == [0, 0, X, X, 1, 2]


def test_the_bureaus_letters(strings):
    found = strings(["H43210", "BD1000", "GL4321", "210000", "001234"], [5, 0, None, 2, 0])
    assert found.units["Pay String"].startswith("credit bureau, newest left")
    assert found.months(0) == [0, 1, 2, 3, 4, 5]
    assert found.months(1) == [0, 0, 0, 1, X, X]
    assert found.months(2) == [1, 2, 3, 4, X, X]


@pytest.mark.parametrize(
    ("cells", "newest"), [(["00123R", "001200", "012000"], 3), (["000102RA", "00010200", "01020000"], 2)]
)
def test_a_newest_month_of_real_estate_owned_keeps_the_note_out(strings, cells, newest):
    assert strings(cells, [newest, 0, 0]).codes == [(2, "E_RESOLVED")]


def test_real_estate_owned_before_the_newest_month_is_an_unknown_month(strings):
    found = strings(["0012R3", "001200", "012000"], [3, 0, 0])
    assert found.codes == []
    assert found.months(0) == [0, 0, 1, 2, X, 3]


def test_paid_off_in_dv01_keeps_the_note_out(strings):
    cells = ["CC234P", "CC23CC", "C23CCC", "CCC234"]
    assert strings(cells, [None, 0, 0, 3]).codes == [(2, "E_RESOLVED")]


# So many or more.


def test_a_floor_is_exact_after_the_step_before_it_and_unknown_where_it_stays(strings):
    # 9 is ninety days or more: the stay says nothing of whether an instalment was paid.
    found = strings(["036999", "360000", "003600", "036900"], [9, 0, 0, 0])
    assert found.months(0) == [0, 1, 2, 3, X, X]
    assert found.months(3) == [0, 1, 2, 3, 0, 0]


def test_a_floor_that_ends_where_nobody_paying_would_end_is_told_whole(strings):
    # 3, then 4 and 5 without a payment: just what the due date says.
    assert strings(["036999", "360000", "003600"], [5, 0, 0]).months(0) == [0, 1, 2, 3, 4, 5]


def test_a_newest_floor_without_a_due_date_is_the_least_that_it_can_be(strings):
    found = strings(["036999", "360000", "003600", "036000"], [None, 0, 0, 0])
    assert found.months(0) == [0, 1, 2, 3, X, 3]
    assert "W_STATUS_FLOOR" in found.flags[0]


def test_a_floor_above_the_due_date_is_flagged(strings):
    found = strings(["036999", "360000", "003600", "036000", "036900"], [1, 0, 0, 0, 0])
    assert "W_DUE_HISTORY" in found.flags[0]


# How strings are written.


@pytest.mark.parametrize("separator", ["-", ",", " ", "|", ";", "/"])
def test_a_separator_between_months_is_no_month(strings, separator):
    cells = [separator.join(one) for one in written("months_behind", "left")]
    assert strings(cells, NOW).months(2) == TRUE[2]


def test_days_between_separators(strings):
    cells = ["C,30,60,90,120+,120+", "0,0,30,60,C,C", "30,60,90,C,C,30"]
    found = strings(cells, [5, 0, 1])
    assert found.months(0) == [0, 1, 2, 3, 4, 5]
    assert found.months(1) == [0, 0, 1, 2, 0, 0]


def test_small_letters_are_their_capitals(strings):
    assert strings([one.lower() for one in written("dv01", "left")], NOW).months(0) == TRUE[0]


def test_strings_of_unequal_length_meet_at_the_newest_month(strings):
    cells = [one[-4 - i % 3 :] for i, one in enumerate(written("months_behind", "right"))]
    found = strings(cells, NOW)
    assert found.months(0) == [X, X, 0, 1, 2, 3]
    assert found.months(1) == [X, 1, 2, 3, 0, 0]


def test_padding_before_a_young_notes_first_month_is_unknown_and_no_fault(strings):
    cells = ["----12", *written("months_behind", "right")[1:]]
    found = strings(cells, [2, *NOW[1:]])
    assert found.months(0) == [X, X, X, X, 1, 2]
    assert found.flags[0] == ()


def test_an_unknown_code_in_ten_is_an_unknown_month_and_flagged(strings):
    cells = ["00000000001Z3", *(one.rjust(13, "0") for one in written("months_behind", "right")[1:])]
    found = strings(cells, [3, *NOW[1:]])
    assert found.months(0) == [0, 0, 0, 1, X, 3]
    assert found.flags[0] == ("W_PAYSTRING_CODE",)
    assert found.codes == []


def test_a_string_of_many_unknown_codes_keeps_its_note_out(strings):
    cells = ["0ZZZ23", *written("months_behind", "right")[1:]]
    assert strings(cells, [3, *NOW[1:]]).codes == [(2, "E_PAYSTRING")]


def test_over_a_tenth_of_unknown_codes_refuses_the_column(strings):
    cells = [one[:3] + "?" + one[4:] for one in written("months_behind", "right")]
    with pytest.raises(TapeError, match=r"12 of 72 months are codes that nobody knows \('\?'\)"):
        strings(cells, NOW)


# Numbers.


def test_a_string_that_lost_its_zeros_is_kept_out(strings):
    cells = ["123", *written("months_behind", "right")[1:]]
    assert strings(cells, NOW).codes == [(2, "E_PAYSTRING_NUMERIC")]


def test_short_strings_among_strings_of_every_length_have_lost_nothing(strings):
    cells = ["12", "123", "0012", "00012", "1", "0001", "23"]
    found = strings(cells, [2, 3, 2, 2, 1, 1, 3], heading="pay_string")
    assert found.codes == []
    assert found.months(1) == [X, X, X, 1, 2, 3]


def test_a_column_of_numbers_is_refused_with_the_way_to_export_it(strings):
    with pytest.raises(TapeError, match="every one of 6 cells") as refused:
        strings(["1.00011E+23"] * 6)
    assert "Format the column as Text" in str(refused.value)


# MBA and OTS.


def test_due_in_april_and_nothing_by_its_end_is_a_month_behind_by_mba_and_current_by_ots():
    from tapes.histories.evidence import ByDueDate

    due = np.array(["2005-04-01"] * 3, dtype="datetime64[D]")
    ends = np.array(["2005-04-29", "2005-04-30", "2005-05-31"], dtype="datetime64[D]")
    found = ByDueDate.of(due, ends)
    assert found.mba.tolist() == [0, 1, 2]
    assert found.ots.tolist() == [0, 0, 1]


def by_ots(histories):
    return [[max(month - 1, 0) for month in one] for one in histories]


def test_ots_is_proven_by_the_due_dates_and_brought_to_mba(strings):
    # The months before the newest run behind it: 0 before a 1 is 1, other zeros count as 0.
    found = strings(written("months_behind", "right", by_ots(TRUE)), NOW)
    assert "counted by OTS: 8 of 8 newest months are one below the due date's" in found.units["Pay String"]
    assert found.months(0) == [0, 0, 0, 1, 2, 3]
    assert found.months(2) == [1, 2, 3, 4, 5, 1]
    assert found.months(7) == [0, 0, 0, 0, 0, 0]
    assert "W_METHOD" in found.flags[0]


def test_a_run_of_zeros_up_to_a_note_that_is_behind_is_unknown_by_ots(strings):
    found = strings(["000000", "001234", "000012"], [1, 5, 3], method="ots", mapping={"newest": "right"})
    # The first note is a month behind now: for how long nobody can tell.
    assert found.months(0) == [X, X, X, X, X, 1]
    assert found.months(1) == [0, 1, 2, 3, 4, 5]


def test_ots_of_a_note_due_in_mid_month_is_mba_at_a_months_end(strings):
    due = ["2024-05-15", "2024-04-15", "2024-06-15"]
    found = strings(["000001", "000012", "012000"], due=due, method="ots", mapping={"newest": "right"})
    assert found.months(1) == [0, 0, 0, 0, 1, 2]
    assert found.flags == ((), (), ())


def test_without_due_dates_and_method_mba_is_taken_and_flagged(strings):
    found = strings(written("months_behind", "left"))
    assert [found.months(i) for i in range(len(TRUE))] == TRUE
    assert all("W_METHOD" in one for one in found.flags)
    assert "Give --dq-method mba or ots." in found.findings.warnings[0]
    assert strings(written("months_behind", "left"), method="mba").flags == ((),) * len(TRUE)


@pytest.mark.parametrize("heading", ["Pay History Summary (MBA)", "OTS Pay String"])
def test_a_heading_says_the_method(strings, heading):
    assert strings(written("months_behind", "left"), heading=heading).findings.warnings == []


def test_a_contract_column_that_looks_counted_by_ots_is_told(strings):
    twice = TRUE + TRUE
    found = strings(written("months_behind", "right", by_ots(twice)), NOW + NOW, heading="pay_string")
    assert found.months(0) == [0, 0, 0, 0, 1, 2]
    assert "Give --dq-method ots if it is so." in found.findings.warnings[0]


def _place():
    from pathlib import Path

    from tapes.refusal import Place

    return Place(Path("tape.csv"))


# A grid that ends early.


def test_a_highest_number_that_due_dates_overrun_is_so_many_or_more(strings):
    # The grid ends at 4; the due dates say 7, 9 and 12.  A stay at 4 is no payment.
    cells = ["012344", "123444", "444444", "001200", "012000", "000012"]
    found = strings(cells, [7, 9, 12, 0, 0, 2])
    assert found.questions == ()
    assert "4 or more" in found.units["Pay String"]
    assert found.months(0) == [0, 1, 2, 3, 4, X]
    assert found.months(2) == [X] * 6


def test_a_highest_number_that_due_dates_bear_out_means_itself(strings):
    cells = ["012344", "123444", "001200", "012000", "000012"]
    found = strings(cells, [4, 4, 0, 0, 2])
    assert found.months(1) == [1, 2, 3, 4, 4, 4]


def test_without_due_dates_ten_notes_that_stay_at_the_highest_number_show_that_it_is_open(strings):
    cells = ["012333"] * 10 + ["001200", "012000"]
    found = strings(cells, mapping={"alphabet": "months_behind"})
    assert found.months(0) == [0, 1, 2, 3, X, 3]
    # Three notes that stay may have paid an instalment a month.
    few = strings(["012333"] * 3 + ["001200", "012000"], mapping={"alphabet": "months_behind"})
    assert few.months(0) == [0, 1, 2, 3, 3, 3]


# A tape of a day within a month.


def test_within_a_month_the_newest_month_may_be_the_last_months_end(strings):
    # As of 15 June, due on 10 March: three months then, two at the end of May.
    due = ["2024-03-10", "2024-04-10", "2024-05-10", "2024-07-10"]
    found = strings(["000012", "000001", "012000", "012000"], due=due, as_of="2024-06-15")
    assert found.questions == ()
    assert found.months(0) == [0, 0, 0, 0, 1, 2]


def test_within_a_month_ots_is_proven_by_the_last_months_end(strings):
    # As of 15 June, due on the first: by MBA 3, 4 and 5 then and at the end of May, by OTS 2, 3 and 4 at the end of May.
    due = ["2024-03-01", "2024-02-01", "2024-01-01", "2024-07-01"]
    found = strings(["000012", "000123", "001234", "012000"], due=due, as_of="2024-06-15")
    assert "counted by OTS: 3 of 3" in found.units["Pay String"]
    assert found.months(1) == [0, 0, 1, 2, 3, 4]


# A person's word.


def test_an_answer_is_taken_whatever_speaks_against_it(strings):
    # By their due dates six notes are six months behind; their strings say that nothing is unpaid.
    cells, behind = ["000000000000"] * 6 + ["000000000012"] * 2, [6] * 6 + [2] * 2
    (asked,) = strings(cells, behind=behind).questions
    assert asked.evidence.startswith("No reading fits")
    said = {"alphabet": "months_behind", "newest": "right"}
    found = strings(cells, behind=behind, mapping=said)
    assert (found.questions, found.months(7)) == ((), [0, 0, 0, 0, 1, 2])
