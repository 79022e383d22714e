"""Which settings of the model are tuned, and within which limits.

The limits are where a setting was still worth trying on made worlds of a thousand to some thousand resolutions; a value that
the configuration gives and that lies outside widens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from training.member_settings import MemberSettings

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

VERSION = 1
"""Of what a trial's score means; a study of another version is not continued."""
DIGITS = 3
"""Significant digits of a drawn number: more would only feign exactness."""


@dataclass(frozen=True)
class Dimension:
    """A setting between two limits, on a logarithmic scale or not; whole numbers if both limits are."""

    name: str
    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Choice:
    """A setting with a few values."""

    name: str
    values: tuple[int, ...]


SPACE = (
    Dimension("learning_rate", 0.01, 0.15, log=True),
    Choice("num_leaves", (0, 3, 6, 9, 14)),
    Dimension("column_share", 0.15, 1.0),
    Dimension("leaf_factor", 0.3, 4.0, log=True),
    Dimension("l2", 0.1, 50.0, log=True),
    Dimension("thresholds", 5, 33),
    Dimension("adaptive_power", 0.0, 1.0),
    Dimension("multiplied", 0, 30),
    Dimension("pool_prior", 2.0, 400.0, log=True),
)
EXACT_SPACE = (Choice("exact_leaves", (0, 4, 9, 14)), Dimension("exact_rate", 0.7, 3.0, log=True))
"""Of the trees that try every cut: only where the folds have the rows for them."""


def space_around(given: MemberSettings, most_rows: int) -> dict[str, BaseDistribution]:
    """Give the search space as Optuna takes it; the given settings lie inside.

    Parameters
    ----------
    most_rows
        Of the largest fold.  A setting that no trial can feel is not tuned.
    """
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    space: dict[str, BaseDistribution] = {}
    for one in SPACE + (EXACT_SPACE if most_rows >= given.exact_rows else ()):
        value = getattr(given, one.name)
        if isinstance(one, Choice):
            space[one.name] = CategoricalDistribution(sorted({*one.values, value}))
        else:
            low, high = min(one.low, value), max(one.high, value)
            if isinstance(value, int):
                space[one.name] = IntDistribution(int(low), int(high))
            else:
                space[one.name] = FloatDistribution(low, high, log=one.log and low > 0)
    return space


def settings_of(drawn: Mapping[str, Any], given: MemberSettings) -> MemberSettings:
    """Put drawn values into the given settings.

    Examples
    --------
    >>> from training.config import TrainingConfig
    >>> given = TrainingConfig.from_toml().model.members
    >>> found = settings_of({"l2": 3.14159, "multiplied": 7}, given)
    >>> found.l2, found.multiplied, found.learning_rate
    (3.14, 7, 0.04)
    """
    rounded: dict[str, Any] = {
        name: float(f"{one:.{DIGITS}g}") if isinstance(one, float) else one for name, one in drawn.items()
    }
    return replace(given, **rounded)


def settings_toml(settings: MemberSettings, comments: tuple[str, ...]) -> str:
    """Write the settings as the section of a training configuration, which is a whole one by itself."""
    lines = [*(f"# {one}" for one in comments), "[model.members]"]
    width = max(len(name) for name in asdict(settings))
    return "\n".join([*lines, *(f"{name:<{width}} = {value!r}" for name, value in asdict(settings).items())]) + "\n"
