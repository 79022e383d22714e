"""Reading an assumptions file strictly: what is unknown, missing or out of range is refused with the fix."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

from notes import UsageError
from notes.schema import STATES
from notes.states import FACTS

OVERRIDABLE = (*FACTS, "limitation_months")
_OVERRIDE_RULES = {
    "judicial": {"low": 0.0, "high": 1.0, "unit": "", "whole": True},
    "last_paid_to_sale_days": {"low": 0.0, "high": 10_000.0, "unit": "days"},
    "first_legal_to_sale_months": {"low": 0.0, "high": 600.0, "unit": "months"},
    "attorney_fee": {"low": 0.0, "high": 1e6, "unit": "US dollars"},
    "property_tax_rate": {"low": 0.0, "high": 0.2, "unit": "fraction a year"},
    "insurance_per_year": {"low": 0.0, "high": 1e6, "unit": "US dollars a year"},
    "redemption_months": {"low": 0.0, "high": 120.0, "unit": "months"},
    "limitation_months": {"low": 1.0, "high": 600.0, "unit": "months"},
}
_TABLE = re.compile(r"^\s*\[([\w.\-]+)\]")
_COMMENTED = re.compile(r"^\s*([\w\-]+)\s*=\s*(?:\"[^\"]*\"|[^#\"])*#\s*(.*?)\s*$")


def is_section(one: dataclasses.Field[Any]) -> bool:
    """Tell a section of the file from ``state_overrides`` and ``sources``."""
    return one.name not in ("state_overrides", "sources")


def read_assumptions(cls: type[Any], path: Path) -> dict[str, Any]:
    """Read the file into what ``cls``, a dataclass of sections, takes; see :meth:`pricing.Assumptions.from_toml`."""
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); give the path of an assumptions TOML file"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: is not TOML ({error}); compare it with configs/assumptions.toml") from error
    known = [one.name for one in dataclasses.fields(cls) if is_section(one)]
    _refuse_unknown(tables, [*known, "state_overrides"], path, "the file")
    hints = get_type_hints(cls)
    sections = {name: _read_section(hints[name], _table(tables, name, path, ""), path, name) for name in known}
    overrides = _read_overrides(_table(tables, "state_overrides", path, ""), path)
    return {**sections, "state_overrides": overrides, "sources": _comments(text)}


def _read_section(cls: type[Any], table: Mapping[str, Any], path: Path, name: str) -> Any:
    fields = dataclasses.fields(cls)
    hints = get_type_hints(cls)
    _refuse_unknown(table, [one.name for one in fields], path, f"[{name}]")
    values: dict[str, Any] = {}
    for one in fields:
        kind = hints[one.name]
        if dataclasses.is_dataclass(kind):
            assert isinstance(kind, type)
            values[one.name] = _read_section(kind, _table(table, one.name, path, name), path, f"{name}.{one.name}")
        else:
            if one.name not in table:
                raise UsageError(
                    f"{path}: [{name}] lacks the key {one.name} ({one.metadata['meaning']}); every key is required"
                )
            values[one.name] = _read_value(table[one.name], one, kind, f"{path}: [{name}] {one.name}")
    section = cls(**values)
    broken = section.broken_rule() if hasattr(section, "broken_rule") else None
    if broken:
        raise UsageError(f"{path}: [{name}] {broken}")
    return section


def _read_value(value: Any, one: dataclasses.Field[Any], kind: Any, where: str) -> Any:
    rule = one.metadata
    if kind is bool:
        if isinstance(value, bool):
            return value
        raise UsageError(f"{where} = {value!r}: must be true or false")
    if kind is str:
        if value in rule["choices"]:
            return value
        raise UsageError(f"{where} = {value!r}: must be one of {', '.join(rule['choices'])}")
    if kind in (int, float):
        return _read_number(value, rule, kind is int, where)
    n_values = rule["n_values"]
    if not (isinstance(value, list) and len(value) == n_values):
        raise UsageError(f"{where} = {value!r}: must be a list of {n_values} numbers")
    return tuple(_read_number(each, rule, rule["whole"], where) for each in value)


def _read_number(value: Any, rule: Mapping[str, Any], whole: bool, where: str) -> float | int:
    number = "a whole number" if whole else "a number"
    allowed = f"must be {number} from {rule['low']:g} to {rule['high']:g} {rule['unit']}".rstrip()
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    good = good and rule["low"] <= value <= rule["high"] and (not whole or isinstance(value, int))
    if not good:
        raise UsageError(f"{where} = {value!r}: {allowed}")
    return int(value) if whole else float(value)


def _read_overrides(table: Mapping[str, Any], path: Path) -> dict[str, dict[str, float]]:
    _refuse_unknown(table, list(STATES), path, "[state_overrides]")
    overrides = {}
    for state in table:
        name = f"state_overrides.{state}"
        facts = _table(table, state, path, "state_overrides")
        _refuse_unknown(facts, list(OVERRIDABLE), path, f"[{name}]")
        overrides[state] = {
            fact: _read_override(fact, value, f"{path}: [{name}] {fact}") for fact, value in facts.items()
        }
    return overrides


def _read_override(fact: str, value: Any, where: str) -> float:
    rule = _OVERRIDE_RULES[fact]
    return float(_read_number(value, rule, bool(rule.get("whole")), where))


def _table(tables: Mapping[str, Any], name: str, path: Path, within: str) -> Mapping[str, Any]:
    full = f"{within}.{name}".lstrip(".")
    if name not in tables:
        raise UsageError(f"{path}: lacks the table [{full}]; copy it from configs/assumptions.toml")
    table = tables[name]
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {full} = {table!r}: must be a table [{full}]")
    return table


def _refuse_unknown(table: Mapping[str, Any], known: list[str], path: Path, where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            raise UsageError(f"{path}: {where} holds the unknown key {key} = {table[key]!r}; did you mean {near[0]}?")


def _comments(text: str) -> dict[str, str]:
    section, found = "", {}
    for line in text.splitlines():
        heading, commented = _TABLE.match(line), _COMMENTED.match(line)
        if heading:
            section = heading.group(1)
        elif commented:
            found[f"{section}.{commented.group(1)}"] = commented.group(2)
    return found
