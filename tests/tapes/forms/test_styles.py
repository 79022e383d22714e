"""A known number, written in any style, is read back exactly."""

from decimal import Decimal

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tapes.fields import FIELD_BY_NAME
from tapes.forms import Context, form_column
from tapes.forms.units import MONEY_UNITS, NUMBER_UNITS, RATE_UNITS

QUICK = settings(max_examples=150, deadline=None)
CENTS = st.integers(0, 10**11)
AMOUNT = {
    "plain": lambda amount: f"{amount:f}",
    "dollars": lambda amount: f"${amount:,.2f}",
    "spaced": lambda amount: f"$ {amount:,.2f}",
    "usd": lambda amount: f"USD {amount:,.2f}",
    "behind": lambda amount: f"{amount:,.2f} USD",
    "apostrophes": lambda amount: f"{amount:,.2f}".replace(",", "'"),
    "hard spaces": lambda amount: f"{amount:,.2f}".replace(",", "\u00a0"),
    "debit": lambda amount: f"{amount:,.2f} DR",
}
BELOW = {
    "minus": lambda amount: f"-${amount:,.2f}",
    "inner minus": lambda amount: f"$-{amount:,.2f}",
    "parentheses": lambda amount: f"({amount:,.2f})",
    "dollars in parentheses": lambda amount: f"(${amount:,.2f})",
    "trailing": lambda amount: f"{amount:,.2f}-",
    "credit": lambda amount: f"{amount:,.2f} CR",
}


def form(cells, name, **known):
    return form_column(
        pa.chunked_array([pa.array(cells, pa.string())]), FIELD_BY_NAME[name], Context("Heading", **known)
    )


@QUICK
@given(
    amounts=st.lists(
        st.tuples(CENTS, st.sampled_from(sorted(AMOUNT)), st.sampled_from(["", *sorted(BELOW)])), min_size=1
    )
)
def test_money_in_any_mixture_of_styles_is_read_to_the_cent(amounts):
    cells, wanted = [], []
    for cents, style, below in amounts:
        amount = Decimal(cents) / 100
        cells.append(BELOW[below](amount) if below else AMOUNT[style](amount))
        wanted.append(-amount if below else amount)
    formed = form(cells, "legal_balance", stated="dollars")
    assert [Decimal(one) for one in formed.text.to_pylist()] == wanted


@QUICK
@given(amounts=st.lists(CENTS, min_size=1))
def test_decimal_commas_are_read_to_the_cent(amounts):
    wanted = [Decimal(cents) / 100 for cents in amounts]
    cells = [f"{one:,.2f}".translate(str.maketrans(",.", ".,")) for one in wanted]
    formed = form(cells, "legal_balance", stated="european")
    assert [Decimal(one) for one in formed.text.to_pylist()] == wanted


@QUICK
@given(amounts=st.lists(CENTS, min_size=1), unit=st.sampled_from(["cents", "thousands", "millions"]))
def test_a_unit_of_money_costs_no_digit(amounts, unit):
    wanted = [Decimal(cents) / 100 for cents in amounts]
    cells = [f"{one.scaleb({'cents': 2, 'thousands': -3, 'millions': -6}[unit]):f}" for one in wanted]
    formed = form(cells, "legal_balance", unit_hint=unit)
    assert [Decimal(one) for one in formed.text.to_pylist()] == wanted


RATES = st.lists(st.integers(1_000, 35_000).map(lambda thousandths: Decimal(thousandths) / 100_000), min_size=1)
RATE = {
    "percent points": lambda rate: f"{rate * 100:f}",
    "trimmed points": lambda rate: f"{(rate * 100).normalize():f}",
    "percent signs": lambda rate: f"{rate * 100:f}%",
    "spaced signs": lambda rate: f"{rate * 100:f} %",
    "fractions": lambda rate: f"{rate:f}",
    "basis points": lambda rate: f"{rate * 10_000:f}",
    "marked basis points": lambda rate: f"{rate * 10_000:f} bps",
}


@QUICK
@given(rates=RATES, style=st.sampled_from(sorted(RATE)))
def test_a_rate_in_any_unit_is_the_very_number_that_the_fraction_is(rates, style):
    formed = form([RATE[style](one) for one in rates], "note_rate")
    assert formed.question is None
    # To the last bit: bids from a tape in percent must equal those from one in fractions.
    assert [float(one) for one in formed.text.to_pylist()] == [float(one) for one in rates]


@QUICK
@given(
    cells=st.lists(
        st.none() | st.text(st.sampled_from("0123456789.,-()$%eE+ '/xXnaNAbpsCRDRk#\u00a0\u2212"), max_size=14)
    ),
    name=st.sampled_from(
        ["upb", "escrow_advance", "note_rate", "dti", "units", "lien_position", "dscr", "remaining_term"]
    ),
    unit=st.sampled_from([None, "percent", "cents", "european", "years", "fraction", "annual", "advance_negative"]),
    stated=st.booleans(),
)
def test_whatever_the_cells_hold_a_column_comes_back_as_long_as_it_went_in(cells, name, unit, stated):
    cells = [None if cell is None else cell.strip() or None for cell in cells]
    formed = form(cells, name, **{"stated" if stated else "unit_hint": unit})
    assert len(formed.text) == len(cells)
    for _, mask in (*formed.refused, *formed.flagged):
        assert mask.shape == (len(cells),)
        assert not mask[[cell is None for cell in cells]].any()


def test_every_word_for_a_unit_is_taken_by_a_column_of_its_kind():
    for words, name in ((MONEY_UNITS, "p_and_i"), (RATE_UNITS, "note_rate")):
        assert [word for word in words if form([None], name, stated=word).question is not None] == []
    names = ("units", "grace_days", "remaining_term", "remaining_term")
    said = zip(NUMBER_UNITS, names, strict=True)
    assert [word for word, name in said if form([None], name, stated=word).question is not None] == []
