"""One column as the seller writes it, put into contract form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notes.schema import Field, Kind
from tapes.forms.dates import form_dates
from tapes.forms.flags import form_flags
from tapes.forms.formed import Context, Formed
from tapes.forms.money import form_money
from tapes.forms.numbers import form_numbers
from tapes.forms.rates import form_rates
from tapes.forms.wordings import form_codes, form_text

_BY_KIND: dict[Kind, Callable[[Any, Field, Context], Formed]] = {
    Kind.TEXT: form_text,
    Kind.CODE: form_codes,
    Kind.DATE: form_dates,
    Kind.MONEY: form_money,
    Kind.RATE: form_rates,
    Kind.SHARE: form_rates,
    Kind.NUMBER: form_numbers,
    Kind.FLAG: form_flags,
}


def form_column(text: Any, one: Field, context: Context) -> Formed:
    """Put a column into the contract form of its field.

    Parameters
    ----------
    text
        pyarrow string ChunkedArray, trimmed; null is an empty cell.
    one
        What the column is to hold.
    """
    return _BY_KIND[one.kind](text, one, context)
