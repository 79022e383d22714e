"""An assumptions file is read strictly, and says where every number comes from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes import UsageError
from notes.states import FACTS, state_facts
from pricing import Assumptions


@pytest.fixture
def edited(tmp_path, shipped_text):
    """Write the shipped file with one text replaced by another, and give the path."""

    def edit(old: str, new: str):
        assert old in shipped_text
        path = tmp_path / "own.toml"
        path.write_text(shipped_text.replace(old, new, 1), encoding="utf-8")
        return path

    return edit


@pytest.fixture(scope="module")
def shipped_text(shipped_path) -> str:
    return shipped_path.read_text(encoding="utf-8")


def test_every_shipped_key_has_its_source_beside_it(shipped):
    rows = shipped.rows()
    assert len(rows) > 130
    assert [f"{row.section}.{row.key}" for row in rows if not row.source] == []
    assert [f"{row.section}.{row.key}" for row in rows if not row.meaning] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "limitation_months =",
            "limitation_month =",
            r"\[claim\].*limitation_month = .*did you mean limitation_months",
        ),
        ("time_barred_share = 0.5", "", r"\[claim\] lacks the key time_barred_share"),
        (
            "time_barred_share = 0.5",
            'time_barred_share = "half"',
            "= 'half': must be a number from 0 to 1",
        ),
        (
            "time_barred_share = 0.5",
            "time_barred_share = 1.5",
            "= 1.5: must be a number from 0 to 1 fraction",
        ),
        ("time_barred_share = 0.5", "time_barred_share = nan", "time_barred_share = nan: must be a number"),
        ("time_barred_share = 0.5", "time_barred_share = true", "time_barred_share = True: must be a number"),
        (
            "boarding_months = 1 ",
            "boarding_months = 1.5 ",
            r"boarding_months = 1.5: must be a whole number from 0 to 6",
        ),
        ("months = [6, 18, 36]", "months = [6, 36, 18]", r"\[redefault\] months = .*must ascend"),
        ("shares = [0.5, 0.3, 0.2]", "shares = [0.5, 0.3, 0.3]", r"\[redefault\] shares = .*must sum to 1"),
        ("shares = [0.5, 0.3, 0.2]", "shares = [0.5, 0.5]", "must be a list of 3 numbers"),
        ("deed_share = 0.30", "deed_share = 0.40", r"\[deed_in_lieu\] .*must sum to 1"),
        ('mode = "yield"', 'mode = "irr"', "mode = 'irr': must be one of yield, flat_roi"),
        ("[reo]", "[oreo]", r"the file holds the unknown key oreo .*did you mean reo"),
        ("\n[state_overrides]", "\n[state_overrides.TZ]", r"\[state_overrides\] holds the unknown key TZ"),
        ("\n[state_overrides]", "\n[state_overrides.TX]\ntax = 1.0", "unknown key tax"),
        (
            "\n[state_overrides]",
            "\n[state_overrides.TX]\nproperty_tax_rate = 1.8",
            r"property_tax_rate = 1.8: must be a number from 0 to 0.2 fraction a year",
        ),
        (
            "\n[state_overrides]",
            "\n[state_overrides.TX]\njudicial = 7",
            "judicial = 7: must be a whole number from 0 to 1",
        ),
        ("[reo]\n", "[reo\n", "is not TOML"),
        ("floor = 0.06", "floor = 0.30", r"\[hurdle.reperform\] floor must not exceed cap"),
        (
            "collections_before_closing_to_buyer = true",
            "collections_before_closing_to_buyer = 1",
            "must be true or false",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_fix(edited, old: str, new: str, message: str):
    path = edited(old, new)
    with pytest.raises(UsageError, match=message) as refused:
        Assumptions.from_toml(path)
    assert str(path) in str(refused.value)


def test_a_missing_table_is_named(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"lacks the table \[closing\]"):
        Assumptions.from_toml(path)


def test_a_missing_file_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        Assumptions.from_toml(tmp_path / "none.toml")


def test_every_fact_of_the_state_table_may_be_overridden_within_its_range(edited):
    values = {name: max(cell.value for cell in cells.values()) for name, cells in state_facts().items()}
    cells = "\n".join(f"{name} = {value:g}" for name, value in values.items())
    own = Assumptions.from_toml(
        edited("\n[state_overrides]", f"\n[state_overrides.NY]\n{cells}\nlimitation_months = 72")
    )
    assert set(own.state_overrides["NY"]) == {*FACTS, "limitation_months"}


def test_a_state_override_is_read(edited):
    path = edited("\n[state_overrides]", "\n[state_overrides.NY]\nlimitation_months = 48.0   # own counsel, 2026")
    own = Assumptions.from_toml(path)
    assert own.state_overrides == {"NY": {"limitation_months": 48.0}}
    row = own.rows()[-1]
    assert (row.section, row.key, row.value, row.source) == (
        "state_overrides.NY",
        "limitation_months",
        48.0,
        "own counsel, 2026",
    )


def test_comments_do_not_change_what_is_hashed(edited, shipped):
    own = Assumptions.from_toml(edited("# MBA Servicing Operations Study", "# my own servicer"))
    assert own.as_dict() == shipped.as_dict()
    assert own == shipped


def test_a_changed_number_changes_what_is_hashed(edited, shipped):
    own = Assumptions.from_toml(edited("payoff_share = 0.20", "payoff_share = 0.21"))
    assert own.as_dict() != shipped.as_dict()


@given(st.floats(0, 1))
def test_a_number_in_range_comes_through_unchanged(shipped_text, tmp_path_factory, share: float):
    path = tmp_path_factory.getbasetemp() / "one.toml"
    path.write_text(re.sub(r"(?m)^payoff_share = [\d.]+", f"payoff_share = {share!r}", shipped_text), encoding="utf-8")
    assert Assumptions.from_toml(path).reperform.payoff_share == share
