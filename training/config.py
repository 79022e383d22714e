"""The training settings: frozen, strict, and only in the TOML file; the code has no default of its own.

A key that a user's file lacks is taken from the shipped file, so that a file made for an earlier notebid still works.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from notes import UsageError
from training.judge_settings import GateSettings, JudgementSettings
from training.member_settings import MemberSettings, TuningSettings, UncertaintySettings
from training.member_settings import require as _require

SHIPPED_CONFIG = Path(__file__).resolve().parent.parent / "configs" / "training.toml"
"""The settings used when none are given."""
SHIPPED_ASSUMPTIONS = SHIPPED_CONFIG.with_name("assumptions.toml")
"""Where the timelines of the states come from when no assumptions are given."""


@dataclass(frozen=True)
class LabelSettings:
    """When an outcome is decided: within ``horizon_months`` of ``as_of_date``, by streaks of ``streak_months``."""

    horizon_months: int
    streak_months: int

    def __post_init__(self) -> None:
        _require(self.horizon_months >= 1, "label.horizon_months", self.horizon_months, "1 month or more")
        inside = 1 <= self.streak_months <= self.horizon_months
        _require(inside, "label.streak_months", self.streak_months, "between 1 and horizon_months")


@dataclass(frozen=True)
class SnapshotSettings:
    """Which snapshots of a loan are used: one in each band; ``bands`` are the first months behind of each."""

    bands: tuple[int, ...]

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in zip(self.bands, self.bands[1:], strict=False))
        good = len(self.bands) > 0 and self.bands[0] == 0 and rising
        _require(good, "snapshots.bands", list(self.bands), "rising months behind that begin with 0")


@dataclass(frozen=True)
class CensoringSettings:
    """How open notes are made up for, and when there are too many of them."""

    max_weight: float
    max_open_share: float
    min_followed_months: int
    stratum_notes: float
    timeline_log_sd: float

    def __post_init__(self) -> None:
        _require(self.max_weight >= 1, "censoring.max_weight", self.max_weight, "1 or more")
        _require(0 < self.max_open_share < 1, "censoring.max_open_share", self.max_open_share, "between 0 and 1")
        good = self.min_followed_months >= 1
        _require(good, "censoring.min_followed_months", self.min_followed_months, "1 month or more")
        _require(self.stratum_notes >= 1, "censoring.stratum_notes", self.stratum_notes, "1 note or more")
        good = 0 < self.timeline_log_sd <= 2
        _require(good, "censoring.timeline_log_sd", self.timeline_log_sd, "above 0 and at most 2")


LEAST_OF_AN_OUTCOME = 5
"""Loans that ended in an outcome, under which it cannot be dealt over five folds."""


@dataclass(frozen=True)
class DataSettings:
    """What the data must have before a model is fitted."""

    min_class_count: int
    max_feature_auc: float
    suspect_payment_auc: float
    suspect_other_auc: float

    def __post_init__(self) -> None:
        least = LEAST_OF_AN_OUTCOME
        _require(self.min_class_count >= least, "data.min_class_count", self.min_class_count, f"{least} loans or more")
        for name in ("max_feature_auc", "suspect_payment_auc", "suspect_other_auc"):
            _require(0.5 < getattr(self, name) <= 1, f"data.{name}", getattr(self, name), "above 0.5, at most 1")


@dataclass(frozen=True)
class SplitSettings:
    """How the snapshots are parted in time into fit, calibrate and test."""

    test_share: float
    calibration_share: float
    mature_share: float
    min_fit_share: float

    def __post_init__(self) -> None:
        for name in ("test_share", "calibration_share", "mature_share", "min_fit_share"):
            _require(0 < getattr(self, name) < 1, f"split.{name}", getattr(self, name), "between 0 and 1")
        left = self.min_fit_share <= 1 - self.test_share
        _require(left, "split.min_fit_share", self.min_fit_share, "at most what test_share leaves")


@dataclass(frozen=True)
class ModelSettings:
    """How hard the model search works, on how many processes, from which seed, and what its members are like."""

    max_rounds: int
    folds: int
    open_notes_below: int
    n_jobs: int
    seed: int
    members: MemberSettings

    def __post_init__(self) -> None:
        _require(self.max_rounds >= 1, "model.max_rounds", self.max_rounds, "1 or more")
        few = self.open_notes_below >= 0
        _require(few, "model.open_notes_below", self.open_notes_below, "0 (never) or a number of rows")
        _require(self.folds >= 2, "model.folds", self.folds, "2 or more")
        _require(self.n_jobs >= 0, "model.n_jobs", self.n_jobs, "0 (every core) or a number of processes")
        _require(0 <= self.seed < 2**31, "model.seed", self.seed, "a whole number from 0 to 2147483647")


@dataclass(frozen=True)
class TrainingConfig:
    """Every setting of a training run, one section of the TOML file a field.

    Raises
    ------
    notes.UsageError
        A value out of its range; the message names the key, the value and the rule.
    """

    label: LabelSettings
    snapshots: SnapshotSettings
    censoring: CensoringSettings
    data: DataSettings
    split: SplitSettings
    model: ModelSettings
    uncertainty: UncertaintySettings
    gate: GateSettings
    judgement: JudgementSettings
    tuning: TuningSettings

    @classmethod
    def from_toml(cls, path: Path | str = SHIPPED_CONFIG) -> TrainingConfig:
        """Read a configuration file; what it lacks is taken from the shipped one (:func:`absent_keys` lists it).

        Raises
        ------
        notes.UsageError
            The file cannot be read or is not TOML; a section or key is unknown; a value has the wrong type or is out of
            its range.  The message names file, key, value, rule and, for a key, the nearest known one.
        """
        try:
            return cls.from_dict(_read(Path(path)))
        except _UnreadableError:
            raise
        except UsageError as error:
            raise UsageError(f"{path}: {error}") from error

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> TrainingConfig:
        """Build a configuration from nested tables, as :meth:`from_toml` does."""
        return _section(cls, table, _read(SHIPPED_CONFIG), "")

    def parameters(self) -> dict[str, str | int | float]:
        """Give every setting flat, ``section.key`` to value, as a run logs it."""
        return _flat(asdict(self), "")


def absent_keys(path: Path | str) -> list[str]:
    """List what a configuration file leaves to the shipped one, in its order: ``section.key``, or ``[section]`` as a whole.

    Raises
    ------
    notes.UsageError
        The file cannot be read or is not TOML.
    """
    return _absent(_read(Path(path)), _read(SHIPPED_CONFIG), "")


def _absent(given: Mapping[str, Any], shipped: Mapping[str, Any], prefix: str) -> list[str]:
    absent = []
    for key, value in shipped.items():
        if key not in given:
            absent.append(f"[{prefix}{key}]" if isinstance(value, Mapping) else f"{prefix}{key}")
        elif isinstance(value, Mapping) and isinstance(given[key], Mapping):
            absent += _absent(given[key], value, f"{prefix}{key}.")
    return absent


class _UnreadableError(UsageError):
    """The file is no TOML; the message names it already."""


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise _UnreadableError(f"{path}: cannot be read ({error.strerror}); give a training configuration") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _UnreadableError(f"{path}: is not TOML ({error})") from error


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str | int | float]:
    flat: dict[str, str | int | float] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = ",".join(map(str, value)) if isinstance(value, tuple) else value
    return flat


_Section = TypeVar("_Section")


def _section(kind: type[_Section], table: object, shipped: Mapping[str, Any], prefix: str) -> _Section:
    """Read one section, and those inside it; what it lacks is taken from the shipped one."""
    if not isinstance(table, Mapping):
        name = prefix.removesuffix(".")
        raise UsageError(f"{name}: must be a section [{name}], found {table!r}")
    hints = get_type_hints(kind)
    _refuse_wrong_keys(table, {one.name for one in fields(kind)}, prefix)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, hint in hints.items():
        if isinstance(hint, type) and is_dataclass(hint):
            values[key] = _section(hint, table.get(key, {}), shipped[key], f"{prefix}{key}.")
        else:
            values[key] = _typed(table.get(key, shipped[key]), hint, f"{prefix}{key}")
    return kind(**values)


def _refuse_wrong_keys(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), n=1)
            hint = f"; did you mean {prefix}{near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
            raise UsageError(f"{prefix}{key}: is not a setting{hint}")


def _typed(value: object, hint: object, key: str) -> object:
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str):
        return value
    if hint == tuple[int, ...] and isinstance(value, list) and all(type(one) is int for one in value):
        return tuple(value)
    names = {float: "a number", int: "a whole number", str: "text"}
    raise UsageError(f"{key} = {value!r}: must be {names.get(hint, 'a list of whole numbers')}")  # type: ignore[call-overload]
