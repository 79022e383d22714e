"""The labelling rule on sequences worked by hand: a character a month after the as-of month.

0-9 months behind, x unknown, . nothing recorded.  Events are given as (month, kind), months counted from 1.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapes.resolutions import (
    LabelSettings,
    MonthsAfter,
    TermChange,
    Terminal,
    count_by_streak,
    label_histories,
)

MOD, DEFERRAL, PLAN = TermChange.MODIFICATION, TermChange.DEFERRAL, TermChange.REPAYMENT_PLAN


def months(path, *, behind=6, changes=(), terminal=None, observed=None):
    """One note's months after the as-of month."""
    status = np.array([[int(c) if c.isdigit() else -1 for c in path]], dtype=np.int16).reshape(1, len(path))
    change, ends = np.zeros(status.shape, np.int8), np.zeros(status.shape, np.int8)
    for month, kind in changes:
        change[0, month - 1] = kind
    if terminal:
        ends[0, terminal[0] - 1] = terminal[1]
    return MonthsAfter(
        status,
        change,
        ends,
        np.array([len(path) if observed is None else observed]),
        np.array([behind], dtype=np.float64),
    )


def label(path, settings=None, **events):
    labels = label_histories(months(path, **events), settings)
    return labels.outcome[0], labels.outcome_detail[0], labels.months[0]


def test_a_current_note_that_keeps_paying_reperforms_after_six_month_ends():
    assert label("0000000", behind=0) == ("reperform", "kept_paying", 6)


def test_a_note_one_month_behind_that_keeps_paying_counts_from_its_first_month_end_at_zero():
    assert label("1000000", behind=1) == ("reperform", "kept_paying", 7)


def test_a_note_rolling_one_month_behind_is_not_performing():
    assert label("1111111111", behind=1) == ("", "", 10)


def test_a_note_six_behind_that_pays_up_is_reinstated_after_the_streak():
    assert label("6420000000") == ("reperform", "reinstated", 9)


def test_a_missed_month_starts_the_streak_anew():
    # Five at 0, one behind, then six at 0: months 7 to 12.
    assert label("000001000000") == ("reperform", "reinstated", 12)


def test_a_month_of_unknown_status_breaks_a_streak():
    assert label("00000x000000") == ("reperform", "reinstated", 12)
    assert label("00000x00000") == ("", "", 11)


def test_a_streak_after_a_modification_is_loss_mitigation():
    assert label("67000000", changes=[(3, MOD)]) == ("loss_mitigation", "modification", 8)


def test_a_modification_starts_the_count_anew_with_its_own_month_end():
    # At 0 from month 1, modified in month 4: months 4 to 9 are the six.
    assert label("000000000", changes=[(4, MOD)]) == ("loss_mitigation", "modification", 9)


def test_a_modification_after_the_streak_comes_too_late_to_count():
    assert label("0000000000", changes=[(7, MOD)]) == ("reperform", "reinstated", 6)


def test_a_modification_in_the_month_that_would_complete_the_streak_goes_before_it():
    assert label("00000000000", changes=[(6, MOD)]) == ("loss_mitigation", "modification", 11)


def test_the_latest_change_of_terms_names_the_detail():
    assert label("66000000000", changes=[(3, MOD), (5, DEFERRAL)]) == ("loss_mitigation", "deferral", 10)
    assert label("660000000", changes=[(1, PLAN)]) == ("loss_mitigation", "repayment_plan", 8)


def test_a_payoff_before_the_streak_decides():
    assert label("000..", terminal=(4, Terminal.PAYOFF)) == ("reperform", "payoff", 4)


def test_a_payoff_after_a_modification_is_no_reperformance_without_a_change_of_terms():
    assert label("600.", changes=[(2, MOD)], terminal=(4, Terminal.PAYOFF)) == ("loss_mitigation", "modification", 4)


def test_a_payoff_after_the_streak_changes_nothing():
    assert label("000000000.", terminal=(10, Terminal.PAYOFF)) == ("reperform", "reinstated", 6)


def test_a_terminal_event_goes_before_a_streak_that_ends_in_the_same_month():
    assert label("000000", terminal=(6, Terminal.PAYOFF)) == ("reperform", "payoff", 6)


@pytest.mark.parametrize(
    ("terminal", "outcome", "detail"),
    [
        (Terminal.DEED, "deed_in_lieu", "deed"),
        (Terminal.SHORT_SALE, "deed_in_lieu", "short_sale"),
        (Terminal.DISCOUNTED_PAYOFF, "deed_in_lieu", "discounted_payoff"),
        (Terminal.THIRD_PARTY, "foreclosure", "third_party"),
        (Terminal.REO, "foreclosure", "reo"),
    ],
)
def test_a_deed_a_short_sale_and_a_sale_are_what_they_are_even_after_a_modification(terminal, outcome, detail):
    assert label("6789.", terminal=(5, terminal)) == (outcome, detail, 5)
    assert label("6789.", changes=[(2, MOD)], terminal=(5, terminal)) == (outcome, detail, 5)


@pytest.mark.parametrize("terminal", [Terminal.REPURCHASE, Terminal.NOTE_SALE, Terminal.OTHER_REMOVAL])
def test_a_repurchase_or_note_sale_censors_with_its_follow_up(terminal):
    assert label("678.", terminal=(4, terminal)) == ("", "", 4)


def test_redefault_after_the_deciding_event_never_changes_the_label():
    assert label("000000123456789..", terminal=(17, Terminal.REO)) == ("reperform", "reinstated", 6)


def test_an_outcome_after_the_horizon_is_censored_at_the_horizon():
    path = "6" * 61
    assert label(path, terminal=(61, Terminal.REO)) == ("", "", 60)
    assert label(path, terminal=(60, Terminal.REO)) == ("foreclosure", "reo", 60)
    assert label(path, LabelSettings(horizon_months=61), terminal=(61, Terminal.REO)) == ("foreclosure", "reo", 61)


def test_an_open_note_is_censored_with_its_follow_up():
    assert label("66666") == ("", "", 5)
    assert label("") == ("", "", 0)


def test_what_lies_after_the_observed_months_is_not_looked_at():
    assert label("600000000", observed=4, terminal=(9, Terminal.PAYOFF)) == ("", "", 4)


def test_counts_at_three_streaks_show_what_hangs_on_the_choice():
    # Four months at 0, then behind: an outcome at a streak of 3 only.
    after = months("000012345")
    assert {streak: one["reperform"] for streak, one in count_by_streak(after).items()} == {3: 1, 6: 0, 12: 0}
    assert {streak: one["censored"] for streak, one in count_by_streak(after).items()} == {3: 0, 6: 1, 12: 1}


def test_settings_without_a_streak_are_refused():
    with pytest.raises(ValueError, match="streak_months"):
        LabelSettings(streak_months=0)


def slow_label(path, changes, terminal, settings, behind):
    """The rule again, a month at a time, as a person would walk through it."""
    run, latest = 0, None
    for month, character in enumerate(path[: settings.horizon_months], start=1):
        if month in changes:
            run, latest = 0, changes[month]
        run = run + 1 if character == "0" else 0
        if terminal and terminal[0] == month:
            kind = terminal[1]
            if kind == Terminal.PAYOFF:
                return ("loss_mitigation", latest, month) if latest else ("reperform", "payoff", month)
            if kind == Terminal.REO:
                return "foreclosure", "reo", month
            if kind == Terminal.SHORT_SALE:
                return "deed_in_lieu", "short_sale", month
            return "", "", month
        if run >= settings.streak_months:
            if latest:
                return "loss_mitigation", latest, month
            return "reperform", "kept_paying" if behind <= 1 else "reinstated", month
    return "", "", min(len(path), settings.horizon_months)


NAMES = {MOD: "modification", DEFERRAL: "deferral", PLAN: "repayment_plan"}


@given(
    path=st.text(alphabet="0001x9", min_size=1, max_size=30),
    changes=st.dictionaries(st.integers(1, 30), st.sampled_from([MOD, DEFERRAL, PLAN]), max_size=3),
    terminal=st.none()
    | st.tuples(
        st.integers(1, 30),
        st.sampled_from([Terminal.PAYOFF, Terminal.REO, Terminal.SHORT_SALE, Terminal.REPURCHASE]),
    ),
    streak=st.integers(1, 8),
    horizon=st.integers(8, 40),
    behind=st.integers(0, 3),
)
def test_the_vectorised_rule_agrees_with_one_walked_month_by_month(path, changes, terminal, streak, horizon, behind):
    changes = {month: kind for month, kind in changes.items() if month <= len(path)}
    terminal = terminal if terminal and terminal[0] <= len(path) else None
    settings = LabelSettings(horizon, streak)
    named = {month: NAMES[kind] for month, kind in changes.items()}
    found = label(path, settings, behind=behind, changes=changes.items(), terminal=terminal)
    assert found == slow_label(path, named, terminal, settings, behind)
