"""What is tuned, and that the settings to beat always lie inside."""

from __future__ import annotations

from dataclasses import asdict, replace

from training.config import TrainingConfig
from training.search_space import EXACT_SPACE, SPACE, settings_of, space_around

SHIPPED = TrainingConfig.from_toml().model.members


def test_the_shipped_settings_lie_inside_the_limits():
    space = space_around(SHIPPED, 10_000)
    assert set(space) == {one.name for one in SPACE + EXACT_SPACE}
    for name, distribution in space.items():
        value = asdict(SHIPPED)[name]
        assert distribution._contains(distribution.to_internal_repr(value)), name


def test_a_given_value_outside_widens_the_limits():
    given = replace(SHIPPED, l2=900.0, num_leaves=40, multiplied=50)
    space = space_around(given, 100)
    assert space["l2"].high == 900.0
    assert 40 in space["num_leaves"].choices
    assert space["multiplied"].high == 50


def test_what_no_trial_can_feel_is_not_tuned():
    # Trees that try every cut take part from 3,000 rows on.
    assert "exact_leaves" not in space_around(SHIPPED, 2_999)
    assert "exact_leaves" in space_around(SHIPPED, 3_000)


def test_the_ends_of_every_limit_are_settings_that_the_configuration_takes():
    for end in ("low", "high"):
        drawn = {one.name: getattr(one, end) if hasattr(one, end) else one.values[-1] for one in SPACE + EXACT_SPACE}
        typed = {name: type(asdict(SHIPPED)[name])(value) for name, value in drawn.items()}
        found = settings_of(typed, SHIPPED)
        assert TrainingConfig.from_dict({"model": {"members": asdict(found)}}).model.members == found
