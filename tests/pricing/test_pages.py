"""The committed pages are what the code and the shipped file say."""

from pricing.pages import assumptions_page, states_page


def test_the_page_of_assumptions_is_up_to_date(shipped, shipped_path):
    page = (shipped_path.parents[1] / "docs" / "assumptions.md").read_text(encoding="utf-8")
    assert page == assumptions_page(shipped), "run python -m pricing.pages"


def test_the_page_of_states_is_up_to_date(shipped_path):
    page = (shipped_path.parents[1] / "docs" / "states.md").read_text(encoding="utf-8")
    assert page == states_page(), "run python -m pricing.pages"


def test_every_assumption_key_is_used_on_the_page_of_formulas(shipped, shipped_path):
    page = (shipped_path.parents[1] / "docs" / "pricing.md").read_text(encoding="utf-8")
    families = ("collateral.occupancy_haircut", "collateral.valuation_haircut", "collateral.sigma", "hurdle.")
    tables = (*families, "foreclosure.bankruptcy_delay_months")
    missing = [r.key for r in shipped.rows() if not r.section.startswith(tables) and r.key not in page]
    assert missing == []
