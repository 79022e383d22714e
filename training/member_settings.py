"""Settings of the members, of their tuning and of the uncertainty; a value out of its range is refused by its key."""

from __future__ import annotations

from dataclasses import dataclass

from notes import UsageError


def require(good: bool, key: str, found: object, rule: str) -> None:
    """Refuse a value.

    Raises
    ------
    notes.UsageError
        It is not ``good``; the message names key, value and rule.
    """
    if not good:
        raise UsageError(f"{key} = {found!r}: must be {rule}")


@dataclass(frozen=True)
class MemberSettings:
    """How the members of the pool are fitted, named as :class:`models.classifier.OutcomeClassifier` has them.

    ``num_leaves`` and ``exact_leaves`` of 0 go by the number of rows.
    """

    learning_rate: float
    num_leaves: int
    column_share: float
    leaf_factor: float
    l2: float
    exact_rows: int
    exact_leaves: int
    exact_rate: float
    thresholds: int
    clip_share: float
    adaptive_power: float
    multiplied: int
    ridge_below: int
    pool_prior: float

    def __post_init__(self) -> None:
        ranges: tuple[tuple[str, float, float], ...] = (
            ("learning_rate", 0.001, 0.5),
            ("column_share", 0.01, 1.0),
            ("leaf_factor", 0.01, 100.0),
            ("l2", 0.0, 1e6),
            ("exact_rate", 0.1, 10.0),
            ("thresholds", 0, 200),
            ("clip_share", 0.0, 0.1),
            ("adaptive_power", 0.0, 2.0),
            ("multiplied", 0, 60),
            ("pool_prior", 0.0, 1e6),
        )
        for name, low, high in ranges:
            value = getattr(self, name)
            require(low <= value <= high, f"model.members.{name}", value, f"from {low:g} to {high:g}")
        for name in ("num_leaves", "exact_leaves"):
            value = getattr(self, name)
            require(value == 0 or 2 <= value <= 64, f"model.members.{name}", value, "0 (by the rows) or from 2 to 64")
        require(self.exact_rows >= 0, "model.members.exact_rows", self.exact_rows, "0 or more rows")
        require(self.ridge_below >= 0, "model.members.ridge_below", self.ridge_below, "0 or more loans")


@dataclass(frozen=True)
class TuningSettings:
    """How ``notebid train --tune`` searches.

    Parameters
    ----------
    folds
        Cuts in time inside the fit part, at most.
    inner_folds
        Cross-validation inside each fit of a trial.
    max_loans
        Loans of the fit part that trials are fitted and judged on, at most.
    standard_errors
        By how many standard errors of the paired difference a setting must beat those that it would replace.
    """

    folds: int
    inner_folds: int
    max_loans: int
    standard_errors: float

    def __post_init__(self) -> None:
        require(2 <= self.folds <= 10, "tuning.folds", self.folds, "from 2 to 10")
        require(2 <= self.inner_folds <= 20, "tuning.inner_folds", self.inner_folds, "from 2 to 20")
        require(self.max_loans >= 100, "tuning.max_loans", self.max_loans, "100 or more")
        require(0 <= self.standard_errors <= 10, "tuning.standard_errors", self.standard_errors, "from 0 to 10")


@dataclass(frozen=True)
class UncertaintySettings:
    """How it is learned how sure the model is, and which bid ranges are flagged."""

    fits: int
    wide_bid_range: float

    def __post_init__(self) -> None:
        require(self.fits >= 0, "uncertainty.fits", self.fits, "0 (say nothing) or a number of fits")
        require(self.wide_bid_range > 0, "uncertainty.wide_bid_range", self.wide_bid_range, "above 0")
