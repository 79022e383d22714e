"""Loans are told again by name, and their numbers cannot be read back from the record."""

import json

import numpy as np
import pytest

from models.loan_record import LoanRecord


def names(n, first=0):
    return [f"6:seller{first + i:010d}" for i in range(n)]


@pytest.mark.parametrize("n", [1, 2, 100, 5_000])
def test_every_recorded_loan_is_told_again(n):
    record = LoanRecord.of(names(n))
    assert record.holds(names(n)).all()


@pytest.mark.parametrize("n", [100, 1_000, 5_000])
def test_one_other_loan_in_64_at_most_is_taken_for_a_recorded_one_and_one_in_150_at_least(n):
    # n loans in 2 ** (bits of n - 1, and 6) places: between 1 / 128 and 1 / 64 of the places are taken, less what coincides.
    share = LoanRecord.of(names(n)).holds(names(100_000, first=10**6)).mean()
    assert 1 / 150 < share < 1 / 60


def test_what_is_kept_is_too_short_to_name_a_loan():
    # 5,000 loans take 13 bits; with 6 to spare that is 19, and 10 ** 10 ten-digit numbers share 2 ** 19 marks: 19,000 each.
    record = LoanRecord.of(names(5_000))
    assert record.bits == 19
    assert (record.marks < 2**19).all()
    text = json.dumps(record.to_dict())
    assert "seller" not in text
    assert "0000000001" not in text


def test_neither_order_nor_number_of_snapshots_shows():
    given = names(50)
    assert LoanRecord.of(given[::-1] * 2).to_dict() == LoanRecord.of(given).to_dict()


def test_two_records_of_the_same_loans_say_no_more_than_one():
    # A name taken for a recorded one by mistake is so in each: laid upon another, records leave nothing new.
    loans, others = names(900), names(50_000, first=10**6)
    one, other = LoanRecord.of(loans), LoanRecord.of([*loans, *names(90, first=5_000)])
    mistaken = one.holds(others)
    assert one.bits == other.bits
    assert mistaken.any()
    assert other.holds(others)[mistaken].all()


def test_a_record_comes_back_as_it_was():
    record = LoanRecord.of(names(77))
    again = LoanRecord.from_dict(json.loads(json.dumps(record.to_dict())))
    assert again.bits == record.bits
    np.testing.assert_array_equal(again.marks, record.marks)


def test_no_loans_and_nonsense():
    assert not LoanRecord.of([]).holds(names(3)).any()
    with pytest.raises(ValueError, match="8 to 32 bits, found 40"):
        LoanRecord.from_dict({"bits": 40, "marks": ""})
    with pytest.raises(ValueError, match="base64"):
        LoanRecord.from_dict({"bits": 8, "marks": "!!"})
