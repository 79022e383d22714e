"""Yes and no as sellers write them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from notes.schema import Field
from tapes.forms.distinct import Distinct, is_cell_error
from tapes.forms.formed import Context, Formed
from tapes.forms.missing import missing_remark, shown_heading, stands_for_nothing
from tapes.forms.wording_table import wording_key, wordings

_CANONICAL = frozenset({"y", "n", "yes", "no", "true", "false", "1", "0"})
_CROSS = "x"
_LONGEST = 100


def form_flags(text: Any, one: Field, context: Context) -> Formed:
    """Put a column of flags into Y and N.

    In a column that holds crosses and nothing else, ``X`` is yes and an empty cell no.  What is neither yes nor no stays as
    written, and its row is excepted.

    Examples
    --------
    >>> from notes.schema import field
    >>> form_flags(pa.chunked_array([["Yes", "F", None]]), field("escrowed"), Context("Escrow")).text.to_pylist()
    ['Y', 'N', None]
    >>> form_flags(pa.chunked_array([["X", None, "x"]]), field("escrowed"), Context("Escrow")).text.to_pylist()
    ['Y', 'N', 'Y']
    """
    distinct = Distinct(text)
    lower = {each.lower() for each in distinct.texts}
    if lower <= _CANONICAL:
        return Formed(text, "Y and N")
    if lower == {_CROSS}:
        crosses = np.where(text.is_valid().to_numpy(), "Y", "N")
        remark = f"Column {shown_heading(context.heading)}: a cross is read as yes, an empty cell as no."
        return Formed(pa.chunked_array([pa.array(crosses.tolist(), pa.string())]), "X yes, empty no", remarks=(remark,))
    read = [_flag(each, one) for each in distinct.texts]
    nothing = np.array([each is None for each in read], dtype=bool)
    words = [distinct.texts[i] for i in np.flatnonzero(nothing)]
    remarks = missing_remark(context.heading, distinct.count(nothing), words)
    return Formed(distinct.spread(read), "yes and no", remarks=remarks)


def _flag(text: str, one: Field) -> str | None:
    known = None if len(text) > _LONGEST or is_cell_error(text) else wording_key(text)
    if known is None:
        return text
    wording = wordings(one.name).get(known) or wordings("flag").get(known)
    if wording is not None:
        return wording.code
    return None if stands_for_nothing(text) else text
