"""Windows, runs, rolls, cures and the four meanings of performing."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from features.windows import longest_run, slope

PAID = {"p_and_i": 1_000}


@pytest.mark.parametrize(("window", "needed"), [(3, 3), (6, 5), (12, 9), (24, 18), (36, 27)])
def test_a_window_counts_when_three_quarters_of_it_are_known(features_of, window, needed):
    name = f"full_payments_{window}m"
    assert features_of(amounts=[1_000] * needed, **PAID)[name] == needed
    assert features_of(amounts=[1_000] * (needed - 1), **PAID)[name] is None


def test_two_instalments_in_one_month_are_one_month_with_a_full_payment_and_two_instalments_collected(features_of):
    found = features_of(amounts=[0, 0, 2_000], **PAID)
    assert found["full_payments_3m"] == 1
    assert found["share_collected_3m"] == pytest.approx(2 / 3)


def test_a_reversal_counts_against_what_was_collected(features_of):
    assert features_of(amounts=[1_000, 1_000, -1_000], **PAID)["share_collected_3m"] == pytest.approx(1 / 3)


def test_catching_up_collects_more_than_was_due(features_of):
    # 3, 3, 1 and 0 months behind: 1, 3 and 2 instalments in three months.
    assert features_of(status=[3, 3, 1, 0])["share_collected_3m"] == pytest.approx(6 / 3)


def test_months_since_the_last_payment_counts_full_instalments_only(features_of):
    assert features_of(amounts=[1_000, 0, 500, 0], **PAID)["months_since_last_payment"] == 3


def test_a_last_payment_within_the_history_is_not_trusted_against_it(features_of):
    found = features_of(amounts=[0] * 60, last_payment_date="2023-01-10", **PAID)
    assert found["months_since_last_payment"] is None


def test_a_note_of_which_nothing_is_told_has_paid_nothing_since_it_fell_behind(features_of):
    # Due on 1 September 2021 and unpaid on 30 June 2024: 34 behind.
    found = features_of(next_due_date="2021-09-01")
    assert (found["months_since_last_payment"], found["full_payments_12m"], found["longest_run_missed"]) == (34, 0, 34)


def test_a_history_without_a_payment_that_is_longer_than_the_note_is_behind_counts(features_of):
    assert features_of(amounts=[0] * 60, next_due_date="2021-09-01", **PAID)["months_since_last_payment"] == 60


def test_a_last_payment_beyond_the_history_is_counted_from_its_month(features_of):
    # July 2019 is the oldest of the 60 months up to June 2024, so June 2019 is the first beyond: 60 months.
    assert features_of(last_payment_date="2019-06-30")["months_since_last_payment"] == 60
    assert features_of(last_payment_date="2019-07-01")["months_since_last_payment"] == 59


def test_rolls_and_cures_count_moves_in_the_last_24_months(features_of):
    # 24 known moves: up, up, cure, up, cure, up and down again without a cure, and a stay at 1.
    status = [0] * 14 + [1, 2, 0, 1, 0, 1, 2, 1, 1, 1, 1]
    found = features_of(status=status)
    assert found["rolls_24m"] == 5
    assert found["cures_24m"] == 2


def test_longest_runs_end_at_an_unknown_month(features_of):
    found = features_of(amounts=[1_000, 1_000, None, 1_000, 0, 0, None, 0, 500], **PAID)
    assert found["longest_run_paid"] == 2
    assert found["longest_run_missed"] == 2


def test_the_due_date_says_where_the_note_stands_now_over_the_history(features_of):
    # The history's as-of month says 1, the due date 1 July says current on 30 June.
    found = features_of(status=[0] * 11 + [1], next_due_date="2024-07-01")
    assert found["performing_current_now"] == 1
    assert found["months_since_current"] == 0
    assert found["max_months_behind_12m"] == 0


def test_paying_while_behind_asks_where_the_note_stands_and_the_due_date_says_so(features_of):
    # The history ends current, but the due date of 1 May says two behind on 30 June.
    found = features_of(status=[0] * 12, amounts=[1_000] * 12, next_due_date="2024-05-01", **PAID)
    assert found["payments_while_behind_12m"] == 1


class TestPerforming:
    """The buyer: current; current and no missed payment in 12 months; never delinquent; paid the last 3 months."""

    NAMES = (
        "performing_current_now",
        "performing_clean_12m",
        "performing_never_delinquent",
        "performing_paid_last_3m",
    )

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ([0] * 24, (1, 1, 1, 1)),
            ([1] + [0] * 23, (1, 1, 0, 1)),  # behind once, longer than a year ago
            ([0] * 20 + [1, 0, 0, 0], (1, 0, 0, 1)),  # a missed payment since caught up
            ([0] * 20 + [0, 1, 0, 0], (1, 0, 0, 0)),  # one of the last three months brought nothing
            ([12] * 24, (0, 0, 0, 1)),  # twelve behind and paying
            ([0] * 23 + [1], (0, 0, 0, 0)),
            ([0] * 4, (1, None, 1, 1)),  # four months do not show a clean year; never delinquent is of what is known
            ([0, 1] + [0] * 3, (1, 0, 0, 1)),  # but one miss disproves it
            ([], (None, None, None, None)),
        ],
    )
    def test_the_four_meanings_differ(self, features_of, status, expected):
        found = features_of(status=status)
        assert tuple(found[name] for name in self.NAMES) == expected

    def test_a_clean_year_can_be_shown_by_money_alone(self, features_of):
        current = {"next_due_date": "2024-07-01", **PAID}
        assert features_of(amounts=[1_000] * 12, **current)["performing_clean_12m"] == 1
        assert features_of(amounts=[1_000] * 5 + [400] + [1_000] * 6, **current)["performing_clean_12m"] == 0

    def test_a_month_paid_ahead_is_not_a_missed_payment(self, features_of):
        # Two instalments in May and none in June, current at every month end.
        found = features_of(status=[0] * 12, amounts=[1_000] * 10 + [2_000, 0], **PAID)
        assert found["performing_clean_12m"] == 1
        assert found["performing_paid_last_3m"] == 0


@settings(max_examples=30, deadline=None)
@given(instalments=st.lists(st.integers(0, 3), min_size=59, max_size=59))
def test_a_borrowers_statuses_and_his_money_tell_the_same_story(features_of, instalments):
    # Each month he pays 0 to 3 instalments, never ahead; the statuses follow by arithmetic.
    behind, status, amounts = 0, [0], [1_000.0]
    for wanted in instalments:
        paid = min(wanted, behind + 1)
        behind += 1 - paid
        status.append(behind)
        amounts.append(1_000.0 * paid)
    assume(max(status) != 9)  # a stay at 9 could be a pay string's
    by_status, by_money = features_of(status=status), features_of(amounts=amounts, **PAID)
    names = ("full_payments", "partial_", "share_", "longest_", "months_since_last_payment")
    same = {name for name in by_money if name.startswith(names)}
    assert len(same) == 14
    assert {name: by_status[name] for name in same} == {name: by_money[name] for name in same}


@given(st.lists(st.booleans(), min_size=60, max_size=60))
def test_the_longest_run_is_the_longest_of_the_runs_written_out(flags):
    array = np.array([flags])
    runs = "".join("x" if flag else " " for flag in flags).split(" ")
    assert longest_run(array, np.ones_like(array))[0] == max(map(len, runs))


@given(st.lists(st.integers(-1, 200), min_size=60, max_size=60))
def test_the_slope_is_the_least_squares_line_of_the_known_months(status):
    values = np.array([status], dtype=np.int32)
    x = np.array([i for i in range(12) if status[48 + i] >= 0])
    found = slope(values, values >= 0, 12)[0]
    if len(x) < 9:
        assert np.isnan(found)
    else:
        y = np.array(status[48:])[x]
        expected = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
        assert found == pytest.approx(expected, abs=1e-9)
