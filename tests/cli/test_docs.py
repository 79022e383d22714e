"""The generated pages are those of today's code."""

from pathlib import Path

import pytest

from cli.docs import pages

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_what_make_docs_writes(name):
    assert (ROOT / name).read_text(encoding="utf-8") == pages()[name]
