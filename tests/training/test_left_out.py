"""Rows that could not be read: where they are of one outcome, a model of the rest is refused."""

import pytest

from training.config import TrainingConfig
from training.gate import Check, Rule, Verdict
from training.left_out import LeftOut, left_out_check

CONFIG = TrainingConfig.from_toml()
FILE = {"reperform": 900, "loss_mitigation": 443, "deed_in_lieu": 57, "foreclosure": 400, "": 200}


def _left(**excepted):
    lost = {"" if name == "open" else name: count for name, count in excepted.items()}
    return LeftOut({name: count - lost.get(name, 0) for name, count in FILE.items()}, lost)


def test_losing_most_of_one_outcome_is_refused_with_what_the_file_had_and_what_was_read():
    check = left_out_check(_left(loss_mitigation=287), CONFIG.gate)
    assert check.required
    assert not check.passed
    # 443 of 2,000 is 22.15 %, 156 of 1,713 is 9.1 %
    assert "loss mitigation 287 of 443, none of the others" in check.figures
    assert "loss mitigation is 22.1% of the file and 9.1% of what was read" in check.figures


def test_losing_a_third_of_every_outcome_is_no_matter():
    third = _left(**{name or "open": count // 3 for name, count in FILE.items()})
    assert left_out_check(third, CONFIG.gate) is None


def test_open_notes_count_as_an_end():
    assert "open 200 of 200" in left_out_check(_left(open=200), CONFIG.gate).figures


def test_a_shift_that_leaving_rows_out_by_lot_brings_about_is_no_matter():
    # 30 of 60 left out, 12 of them of the 30 reperforming: 50 % of the file, 60 % of what was read.  By lot the share read
    # has a standard deviation of sqrt(.25 * 30 / (30 * 59)) = 6.5 points, and 2.58 of them are 16.8
    by_lot = LeftOut({"reperform": 18, "foreclosure": 12}, {"reperform": 12, "foreclosure": 18})
    assert left_out_check(by_lot, CONFIG.gate) is None
    # of six hundred the same shares are 2.1 points a deviation: ten points are no chance
    ten_times = LeftOut({"reperform": 180, "foreclosure": 120}, {"reperform": 120, "foreclosure": 180})
    assert left_out_check(ten_times, CONFIG.gate) is not None


def test_outcomes_written_in_words_that_are_none_are_counted_and_refused_beyond_two_in_a_hundred():
    # 170 of 200 foreclosures written otherwise: of 1,000 loans 17 % are lost, and nobody can say that they are foreclosures
    lost = LeftOut({"reperform": 800, "foreclosure": 30}, {"unreadable": 170})
    check = left_out_check(lost, CONFIG.gate)
    assert "an outcome that is none 170, none of the others" in check.figures
    assert "what became of 17.0% of the loans cannot be read" in check.figures
    assert left_out_check(LeftOut({"reperform": 981}, {"unreadable": 19}), CONFIG.gate) is None
    assert LeftOut({"reperform": 981}, {}).by_end == ""


@pytest.mark.parametrize("rows", [None, LeftOut(), LeftOut(FILE, {}), LeftOut({}, FILE)])
def test_without_a_file_or_without_rows_on_both_sides_there_is_nothing_to_say(rows):
    assert left_out_check(rows, CONFIG.gate) is None


def test_it_stands_before_the_other_checks_and_stops_a_promotion():
    other = Check("better", True, True, "")
    verdict = Verdict(Rule.FIRST_MODEL, (other,))
    assert verdict.led_by(None) == verdict
    led = verdict.led_by(left_out_check(_left(loss_mitigation=287), CONFIG.gate))
    assert led.checks[1] == other
    assert verdict.promote
    assert not led.promote
