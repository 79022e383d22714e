"""Features and values in a buyer's words."""

import math

import pytest

from features import FEATURES
from features.spoken import spoken_meaning, spoken_name, spoken_value


def test_every_feature_has_words_of_its_own_without_code_in_them():
    names = [spoken_name(one) for one in FEATURES]
    assert len(set(names)) == len(names)
    for name in names:
        assert name.isprintable()
        assert "_" not in name
        assert len(name) <= 45


def test_every_meaning_is_one_sentence_without_the_rule_for_missing_values():
    for one in FEATURES:
        meaning = spoken_meaning(one)
        assert meaning.endswith(".")
        assert not meaning.endswith("..")
        assert "NaN" not in meaning
        assert "`" not in meaning


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("months_behind", 41.0, "41"),
        ("months_behind_slope_12m", 0.351, "0.35"),
        ("state_timeline_months", 12.345, "12.3"),
        ("occupancy_vacant", 0.0, "no"),
        ("share_collected_12m", 1.2, "120%"),
        ("equity_share", -0.314, "-31%"),
        ("note_rate", 0.07125, "7.12%"),
        ("legal_balance", 1_234_567.8, "$1,234,568"),
        ("credit_score", 612.0, "612"),
        ("debt_service_coverage", 1.2, "1.20"),
        ("foreclosure_stage", 3.0, "3"),
        ("ltv", math.nan, "not known"),
        ("months_since_modification", math.nan, "none known"),
    ],
)
def test_a_value_is_said_with_its_unit(name, value, said):
    assert spoken_value(next(one for one in FEATURES if one.name == name), value) == said
