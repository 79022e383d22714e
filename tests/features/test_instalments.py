"""How a month is read as a full instalment, a part of one, nothing, or unknown."""

import pytest

from features.instalments import FULL_SHARE
from features.known import Known

PAID = {"p_and_i": 1_000}


@pytest.fixture
def months(tape_of):
    """The last months as letters: F full, P partial, M missed, ? unknown."""

    def read(n_months, **note):
        paid = Known(tape_of(**note)).instalments
        letters = [
            "F" if full else "P" if partial else "M" if missed else "?"
            for full, partial, missed in zip(paid.full[0], paid.partial[0], paid.missed[0], strict=True)
        ]
        return "".join(letters[-n_months:])

    return read


def test_97_percent_of_the_instalment_is_a_full_payment_and_a_dollar_less_is_not(months):
    assert FULL_SHARE == 0.97
    assert months(4, amounts=[1_000, 970, 969, 2_000], **PAID) == "FFPF"


def test_nothing_or_a_reversal_is_a_missed_month_and_an_empty_cell_is_unknown(months):
    assert months(3, amounts=[0, -1_000, None], **PAID) == "MM?"


def test_a_dollar_of_an_instalment_of_cents_does_not_make_a_payment_full(months):
    # An instalment under a dollar is a placeholder: money came, how much of an instalment nobody knows.
    assert months(2, amounts=[500, 0], p_and_i=0.01) == "?M"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ([0, 0], "FF"),  # 1 + 0 - 0 = 1; the first month ended current, so its instalment was paid
        ([1, 1], "?F"),  # 1 + 1 - 1 = 1; what the first month brought is unknown
        ([1, 2], "MM"),  # 1 + 1 - 2 = 0; no payment shows, so the other of the two months behind was missed too
        ([3, 1], "?F"),  # 1 + 3 - 1 = 3 instalments: still one month with a full payment
        ([0, 4], "FM"),  # a jump (foreclosure, a corrected record) is no payment: floored at 0
        ([-1, 1], "?M"),  # one behind and no payment shows
        ([1, -1], "??"),
        ([12, 12], "?F"),
    ],
)
def test_without_amounts_the_move_of_the_status_tells_what_was_paid(months, status, expected):
    assert months(2, status=status) == expected


def test_the_as_of_month_without_a_status_takes_it_from_the_due_date(months):
    # Four behind on 30 June by the due date, three at the end of May: June was missed.
    # No payment shows, so May was missed as well.
    assert months(2, status=[3, -1], next_due_date="2024-03-01") == "MM"


def test_where_both_are_known_the_amount_rules(months):
    # The status says paid, paid; the money says a half, nothing.
    assert months(3, status=[0, 0, 0], amounts=[None, 500, 0], **PAID) == "FPM"


def test_money_without_a_known_instalment_is_weighed_by_the_status(months):
    assert months(3, status=[1, 1, 2], amounts=[None, 800, 400]) == "?FP"


def test_a_stay_at_nine_in_a_pay_string_is_no_payment(months):
    # Nothing else shows a payment either: nine or more behind, the last nine months were missed.
    assert months(5, pay_string="78999") == "MMMMM"


def test_a_stay_at_nine_proves_nothing_where_the_note_paid_while_behind(months):
    # 8 to 7 are two instalments; after that nobody knows what the stay at nine hides.
    assert months(5, pay_string="87999") == "?FM??"


def test_a_pay_string_that_ends_in_nines_says_no_more_than_its_due_date_that_anything_was_paid(months):
    # Due on 1 May 2023: 14 behind, two more than the string shows.  Three current months, then one to nine, then three
    # nines: nothing since.
    assert months(15, pay_string="000123456789999", next_due_date="2023-05-01") == "FFFMMMMMMMMMMMM"


def test_a_note_of_which_only_the_due_date_is_told_missed_as_many_months_as_it_is_behind(months):
    # Due on 1 April and unpaid on 30 June: three behind, and nothing is known of March.
    assert months(4, next_due_date="2024-04-01") == "?MMM"


def test_a_later_payment_date_goes_before_the_months_behind(months):
    assert months(4, next_due_date="2024-03-01", last_payment_date="2024-05-20") == "??FM"


def test_a_stay_at_nine_is_a_payment_in_a_history_that_can_say_ten(months):
    assert months(3, status=[9, 9, 10]) == "?FM"


def test_a_step_from_nine_in_a_pay_string_to_the_due_date_is_no_payment(months):
    assert months(2, pay_string="89X", next_due_date="2014-07-01") == "MM"


def test_an_f_in_a_pay_string_is_a_month_without_payment(months):
    # 0, 1, then at least 4, 5, 6.
    assert months(5, pay_string="01FFF") == "FMMMM"


def test_the_fall_of_the_status_in_the_month_of_a_modification_is_no_payment(months):
    note = {"status": [7, 8, 0, 0], "modification_date": "2024-05-20"}
    assert months(4, **note) == "?M?F"
    assert months(4, **note | {"modification_date": "2023-05-20"}) == "?MFF"


def test_nothing_came_after_the_last_payment_date(months):
    assert months(6, last_payment_date="2024-03-28") == "??FMMM"


def test_what_came_on_the_last_payment_date_is_judged_by_its_amount(months):
    assert months(3, last_payment_date="2024-05-02", last_payment_amount=300, **PAID) == "?PM"
    assert months(3, last_payment_date="2024-05-02", last_payment_amount=980, **PAID) == "?FM"


def test_amounts_and_statuses_rule_over_the_last_payment_date(months):
    note = {"last_payment_date": "2024-02-02", "amounts": [0, None, 1_000], "status": [-1, -1, -1]}
    assert months(3, **note, **PAID) == "MMF"


def test_money_after_the_stated_last_payment_is_not_denied(months):
    # 400 came in June, of an instalment nobody knows, though the tape says that April's was the last.
    assert months(3, last_payment_date="2024-04-10", amounts=[None, None, 400]) == "FM?"


def test_a_current_status_in_the_month_of_a_modification_proves_no_payment_without_the_status_before(months):
    assert months(2, status=[0, 0], modification_date="2024-05-20") == "?F"


def test_a_part_payment_of_unknown_size_leaves_the_share_collected_unknown(features_of):
    # 0, 0, then a month behind although 400 came: of which instalment is unknown.
    note = {"status": [0, 0, 1], "amounts": [None, None, 400]}
    assert features_of(**note)["share_collected_3m"] is None
    assert features_of(**note, **PAID)["share_collected_3m"] == pytest.approx(2.4 / 3)


def test_a_last_payment_of_unstated_size_counts_as_one_instalment_collected(features_of):
    # April brought one instalment, May and June none; February and earlier are unknown.
    assert features_of(last_payment_date="2024-04-10")["share_collected_3m"] == pytest.approx(1 / 3)
