"""Headings of columns about persons, in whatever words: such columns are dropped on reading."""

from __future__ import annotations

import re

_PERSONS = (
    r"(?:co_?)?(?:borrower|borr|brwr|bwr|mortgagor|obligor|guarantor|customer|cust|client|occupant|tenant|contact|owner"
    r"|home_?owner|spouse|signer|signatory|trustor|grantor|maker|payor|debtor|applicant|sponsor|member)s?"
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:^|_)(?:ssn|ssn4|itin|tin|ein|social_security(?:_number)?|tax_(?:payer_)?id(?:_number)?|passport)(?:_|\d|$)",
        r"(?:^|_)(?:phone|telephone|tel|cell|mobile|fax|home_ph|work_ph)(?:_?number)?_?\d?$",
        r"(?:^|_)e_?mail(?:_address)?_?\d?$",
        r"(?:^|_)(?:dob|birth_?dat?e?|date_of_(?:birth|death)|birthday|(?<!loan_)(?<!note_)(?<!mortgage_)age)$",
        rf"(?:^|_){_PERSONS}(?:_?\d)?_(?:\w+_)?(?:name|fname|lname|initials?|age|race|sex|gender)(?:_|\d|$)",
        rf"(?:^|_){_PERSONS}(?:_?\d)?_(?:\w+_)?(?:first|last|middle)(?:_(?:name|initial))?(?:_?\d)?$",
        rf"^{_PERSONS}_?\d?$",
        r"(?:^|_)(?:first|last|middle|maiden|full|given|family|sur)_?name(?:_|\d|$)",
        r"(?:^|_)(?:race|ethnicity|gender|sex|marital(?:_status)?|religion|nationality|citizenship(?:_status)?|disability)$",
        r"(?:^|_)(?:street|st)?_?(?:address|addr)(?:_line)?(?:_number)?_?\d?$",
        r"(?:^|_)street(?:_(?:name|number|line))?_?\d?$",
    )
)


def is_personal(name: str) -> bool:
    """Tell a heading, as :func:`tapes.headings.normalise.normalised` gives it, that is about a person or where he lives.

    Examples
    --------
    >>> is_personal("co_borrower_2_last_name"), is_personal("borrower_cell_phone"), is_personal("borrower_fico")
    (True, True, False)
    """
    return any(one.search(name) for one in _PATTERNS)
