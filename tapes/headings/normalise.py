"""One spelling for a heading, however it was typed, and the unit that it names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SYMBOLS = str.maketrans({"%": " percent ", "#": " number ", "&": " and ", "$": " usd "})
_NUMBER = frozenset({"no", "nbr", "num", "nmbr", "number", "numbers"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLURAL = re.compile(r"\b([A-Z]{2,})s\b")  # BPOs is one word, not BP and Os
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_WORDS = re.compile(r"[^\W_]+")

_THOUSANDS = ("000", "000s", "usd000", "usd000s", "thousands", "usd_thousands", "in_thousands", "thousands_of_dollars")
_UNITS = {
    **dict.fromkeys(("percent", "pct", "percentage", "in_percent", "percent_points", "pts"), "percent"),
    **dict.fromkeys(("decimal", "fraction", "as_fraction", "as_decimal", "as_a_fraction", "as_a_decimal"), "fraction"),
    **dict.fromkeys(("bps", "bp", "basis_points", "in_bps", "in_basis_points"), "basis_points"),
    **dict.fromkeys((*_THOUSANDS, "usd_000", "usd_000s", "k", "usd_k", "usdk", "in_000s", "in_usd_000s"), "thousands"),
    **dict.fromkeys(("millions", "in_millions", "usd_millions", "usdmm", "usd_mm", "in_usd_millions"), "millions"),
    **dict.fromkeys(("cents", "in_cents", "usd_cents"), "cents"),
    **dict.fromkeys(("usd", "dollars", "us_dollars", "in_dollars", "in_usd", "us_usd"), "dollars"),
    **dict.fromkeys(("mo", "mos", "mth", "mths", "month", "months", "in_months"), "months"),
    **dict.fromkeys(("yr", "yrs", "year", "years", "in_years"), "years"),
    **dict.fromkeys(("mm_dd_yyyy", "mm_dd_yy", "m_d_yyyy", "m_d_yy", "mmddyyyy", "mdy"), "month_first"),
    **dict.fromkeys(("dd_mm_yyyy", "dd_mm_yy", "d_m_yyyy", "d_m_yy", "ddmmyyyy", "dmy"), "day_first"),
    **dict.fromkeys(("yyyy_mm_dd", "yyyymmdd", "ymd", "iso"), "year_first"),
}
"""What stands in brackets behind a heading, and the word that the mapping file has for it under ``[units]``."""

_BARE = re.compile(
    r"(?:_in_(?:thousands|millions|cents|bps|basis_points|percent|dollars|usd)|_usd_?000s?|_(?:bps|basis_points))$"
)
"""A unit at the end of a heading without brackets, where it can be nothing else."""

_SPELLED = {
    "account": "acct",
    "address": "addr",
    "advance": "adv advs",
    "amount": "amt",
    "bankruptcy": "bk bky bkr",
    "balance": "bal bals",
    "borrower": "brwr borr bwr bor",
    "coborrower": "cobrwr coborr cobor",
    "corporate": "corp",
    "current": "curr cur crnt",
    "date": "dt dte",
    "delinquency": "delq dlq dq delinq delinquent",
    "escrow": "esc",
    "foreclosure": "fc fcl fclr",
    "insurance": "ins",
    "interest": "int",
    "judgment": "judgement",
    "last": "lst",
    "maturity": "mat matur",
    "modification": "mod",
    "month": "mo mth",
    "months": "mos mths",
    "mortgage": "mtg mtge",
    "next": "nxt",
    "original": "orig",
    "payment": "pmt pymt pmnt pymnt paymt",
    "percent": "pct",
    "principal": "prin princ",
    "property": "prop",
    "received": "rcvd recvd recd",
    "remaining": "rem",
    "senior": "sr",
    "junior": "jr",
    "status": "stat sts",
    "value": "val",
    "year": "yr",
    "years": "yrs",
}
_LONG = {short: word for word, shorts in _SPELLED.items() for short in shorts.split()}
_KEEPS_ITS_S = ("ss", "us", "is", "as")


@lru_cache(maxsize=8192)
def normalised(heading: str) -> str:
    r"""Give a heading in the form in which headings are compared.

    Full-width and accented letters become plain ones, line breaks and hard spaces spaces; ``camelCase`` is split;
    ``%`` is percent, ``#`` number, ``&`` and, ``$`` usd; ``No.``, ``Nbr`` and ``Num`` are number; a unit behind the name is
    taken off (:func:`unit_of` gives it); whatever parts words is one ``_``, the rest is dropped, case is folded.

    Examples
    --------
    >>> normalised("Loan\n No."), normalised("Loan #"), normalised("loanNumber")
    ('loan_number', 'loan_number', 'loan_number')
    >>> normalised("UPB ($000s)"), normalised("fcStatus"), normalised("U.P.B $"), normalised("P&I")
    ('upb', 'fc_status', 'u_p_b_usd', 'p_and_i')
    """
    return _split(heading)[0]


def unit_of(heading: str) -> str | None:
    """Give the unit that a heading names behind its name, in a word of the mapping file's ``[units]``; None without one.

    Examples
    --------
    >>> unit_of("Note Rate (%)"), unit_of("UPB in thousands"), unit_of("Rem Term (yrs)"), unit_of("UPB")
    ('percent', 'thousands', 'years', None)
    """
    return _split(heading)[1]


@lru_cache(maxsize=8192)
def spelled_out(heading: str) -> tuple[str, ...]:
    """Give a heading's words with the usual abbreviations written out and plurals taken off, for likeness and look-up.

    A word alone keeps its s: Units are dwellings, Unit is part of an address.

    Examples
    --------
    >>> spelled_out("Curr Prin Bals"), spelled_out("Nxt Pmt Due Dt")
    (('current', 'principal', 'balance'), ('next', 'payment', 'due', 'date'))
    """
    words = [written_out(word) for word in normalised(heading).split("_") if word]
    return tuple(words) if len(words) == 1 else tuple(map(_singular, words))


def written_out(word: str) -> str:
    """Give a word of a normalised heading in full; one that is no known abbreviation stays.

    Examples
    --------
    >>> written_out("pmt"), written_out("rate")
    ('payment', 'rate')
    """
    return _LONG.get(word, word)


def _split(heading: str) -> tuple[str, str | None]:
    text, unit = unicodedata.normalize("NFKD", heading), None
    for inside in _BRACKETS.findall(text):
        word = _UNITS.get(_compared(inside))
        if word is not None:
            text = text.replace(text[text.index(inside) - 1 : text.index(inside) + len(inside) + 1], " ", 1)
            unit = unit or word
    name = _compared(text)
    while (found := _BARE.search(name)) is not None:
        unit = unit or _UNITS.get(found[0].strip("_"))
        name = name[: found.start()]
    return name, unit


def _compared(text: str) -> str:
    text = _HUMP.sub(" ", _PLURAL.sub(lambda word: word[0].upper(), unicodedata.normalize("NFKD", text)))
    folded = unicodedata.normalize("NFKD", text.translate(_SYMBOLS).casefold())
    plain = "".join(one for one in folded if not unicodedata.combining(one) and unicodedata.category(one) != "Cf")
    return "_".join("number" if word in _NUMBER else word for word in _WORDS.findall(plain))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(_KEEPS_ITS_S) else word
