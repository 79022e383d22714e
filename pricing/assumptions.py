"""Every number that a buyer may argue about, read from one file.  The shipped file is the default; the code has none."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from pricing.assumption_file import is_section, read_assumptions
from pricing.assumption_keys import (
    Bid,
    Claim,
    Closing,
    Collateral,
    Costs,
    DeedInLieu,
    Foreclosure,
    Hurdles,
    LossMitigation,
    Redefault,
    Reo,
    Reperform,
    SecondLien,
)


@dataclass(frozen=True)
class AssumptionRow:
    """One key for a person to read: where it stands, its value, unit, allowed range, meaning and source."""

    section: str
    key: str
    value: float | str | bool | tuple[float, ...]
    unit: str
    low: float | None
    high: float | None
    meaning: str
    source: str


@dataclass(frozen=True)
class Assumptions:
    """The assumptions of a pricing run; one attribute a section of the TOML file.

    Parameters
    ----------
    state_overrides
        State to fact to value: replaces a cell of the state table, or ``limitation_months`` for the state.
    sources
        Section and key to the comment that stood beside the value in the file; not part of equality or of the hash.

    Raises
    ------
    UsageError
        From :meth:`from_toml`: an unknown or missing key, a wrong type, a value out of range.
    """

    closing: Closing
    claim: Claim
    costs: Costs
    collateral: Collateral
    redefault: Redefault
    reperform: Reperform
    loss_mitigation: LossMitigation
    deed_in_lieu: DeedInLieu
    foreclosure: Foreclosure
    reo: Reo
    second_lien: SecondLien
    hurdle: Hurdles
    bid: Bid
    state_overrides: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_toml(cls, path: Path | str) -> Assumptions:
        """Read and check an assumptions file.

        Raises
        ------
        UsageError
            The file cannot be read or is not TOML; a key is unknown, missing, of the wrong type or out of range; shares do
            not sum to 1.  The message names file, section, key, value found, allowed range and the nearest known key.
        """
        return cls(**read_assumptions(cls, Path(path)))

    def as_dict(self) -> dict[str, Any]:
        """Give the values as nested plain dicts in the order of the sections: the canonical form to hash.

        Sources and comments are left out: the same numbers are the same assumptions.
        """
        values = {
            one.name: dataclasses.asdict(getattr(self, one.name)) for one in dataclasses.fields(self) if is_section(one)
        }
        overrides = {state: dict(sorted(facts.items())) for state, facts in sorted(self.state_overrides.items())}
        return {**values, "state_overrides": overrides}

    def rows(self) -> list[AssumptionRow]:
        """List every key with its value, unit, range, meaning and source, in the file's order."""
        return [*self._key_rows(), *self._override_rows()]

    def _key_rows(self) -> Iterator[AssumptionRow]:
        for one in dataclasses.fields(self):
            if is_section(one):
                yield from _section_rows(getattr(self, one.name), one.name, self.sources)

    def _override_rows(self) -> Iterator[AssumptionRow]:
        for state, facts in sorted(self.state_overrides.items()):
            section = f"state_overrides.{state}"
            for name, value in sorted(facts.items()):
                source = self.sources.get(f"{section}.{name}", "")
                yield AssumptionRow(section, name, value, "", None, None, "replaces the state table's cell", source)


def _section_rows(section: Any, path: str, sources: Mapping[str, str]) -> Iterator[AssumptionRow]:
    hints = get_type_hints(type(section))
    for one in dataclasses.fields(section):
        value = getattr(section, one.name)
        if dataclasses.is_dataclass(hints[one.name]):
            yield from _section_rows(value, f"{path}.{one.name}", sources)
        else:
            rule = one.metadata
            source = sources.get(f"{path}.{one.name}", "")
            low, high = rule["low"], rule["high"]
            yield AssumptionRow(path, one.name, value, rule["unit"], low, high, rule["meaning"], source)
