"""The table of wordings: what sellers and servicers write for a code, with a source for each."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("wordings.csv")
DATED = re.compile(
    r"(\s+(on|as of|eff\.?|since))?[\s,;:@(-]+(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{2,4})\)?$",
    re.IGNORECASE,
)
"""The day behind a wording: ``DIL complete 9/30/26``."""


@dataclass(frozen=True)
class Wording:
    """What a wording stands for.

    Parameters
    ----------
    code
        The field's code; None where the wording gives none.
    tells
        An ``E_`` code that keeps the row out, a ``W_`` code that flags it, or empty.
    """

    code: str | None
    tells: str = ""


@lru_cache
def wordings(name: str) -> dict[str, Wording]:
    """Give a field's wordings, keyed by :func:`wording_key`; ``wordings.csv`` has a source for each."""
    return _all_wordings().get(name, {})


def wording_key(text: str) -> str:
    """Give a wording in the form in which wordings are compared: letters and digits only, case folded.

    Two numbers that stand apart stay apart: ``2-4 units`` is not ``24 units``.

    Examples
    --------
    >>> wording_key("Owner-Occupied"), wording_key("2-4 Units"), wording_key("24 units"), wording_key("N. Mex.")
    ('owneroccupied', '2 4units', '24units', 'nmex')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("+", " plus ")
    words = "".join(one if one.isalnum() else " " for one in folded).split()
    return re.sub(r"(?<!\d) | (?!\d)", "", " ".join(words)) or folded.strip()


@lru_cache
def _all_wordings() -> dict[str, dict[str, Wording]]:
    found: dict[str, dict[str, Wording]] = {}
    with _FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for text in row["wordings"].split("|"):
                key, wording = wording_key(text), Wording(row["code"] or None, row["tells"])
                known = found.setdefault(row["field"], {}).setdefault(key, wording)
                assert known == wording, f"{text!r} stands for two things in {row['field']}"
    states = found["property_state"]
    for key, wording in [(key, wording) for key, wording in states.items() if wording.code]:
        code = str(wording.code).lower()
        for each in (code, f"us{code}", f"{code}{key}", f"{key}{code}", f"stateof{key}"):
            states.setdefault(each, wording)
    return found
