"""The committed pages are what the code says."""

from pathlib import Path

import pytest

from tapes.codes import CODES, exceptions_page
from tapes.dictionary import dictionary_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "page"), [("data_dictionary.md", dictionary_page()), ("exceptions.md", exceptions_page())]
)
def test_the_committed_page_is_up_to_date(name, page):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page, "run python -m tapes.dictionary"


def test_every_code_that_the_room_uses_is_in_the_table_and_the_other_way_round():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tapes").rglob("*.py") if path.name != "codes.py"
    )
    told = (ROOT / "tapes" / "forms" / "wordings.csv").read_text(encoding="utf-8")
    assert [code for code in CODES if f'"{code}"' not in source and f",{code}," not in told] == []


def test_codes_are_errors_or_warnings_with_a_rule_and_a_fix():
    assert all(name.startswith(("E_", "W_")) and code.rule and code.fix for name, code in CODES.items())
