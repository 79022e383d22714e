"""The generated pages of docs/ that pricing owns: ``python -m pricing.pages`` writes them."""

from __future__ import annotations

import itertools
from pathlib import Path

from notes.schema import STATES
from notes.states import FACTS, state_facts
from pricing.assumptions import AssumptionRow, Assumptions

_ASSUMPTIONS_HEAD = """# Assumptions, key by key

Written by `notebid docs` from `configs/assumptions.toml` and the key definitions; do not edit.

Every number that a buyer may argue about stands in one TOML file. The shipped file is the default and the code has none:
copy it, change what you like and give it with `notebid score --assumptions own.toml`. Every key is required; an unknown
key, a wrong type or a value out of range is refused with the nearest key and the allowed range. Rates, yields and shares
are fractions, durations months, money US dollars. How each key enters a cash flow is in [pricing.md](pricing.md).

A source "desk" is the shipped desk's own choice of November 2026, with no publication behind it. Your own resolutions,
where you have them, are a better source than any of these.

The table `[state_overrides.<ST>]` may hold any fact of [states.md](states.md), or `limitation_months`, for a state.
"""

_STATES_HEAD = """# State facts

Written by `notebid docs` from `notes/state_facts.csv`; do not edit. That file has the source and date of every cell.

An empty cell means that no source read gives the figure: it is filled by a stated assumption, never by a guess in the table
(`docs/pricing.md`, section 2). Any cell can be overridden in the assumptions file (`[state_overrides.<ST>]`).
"""


def assumptions_page(assumptions: Assumptions) -> str:
    """Render ``docs/assumptions.md``."""
    parts = [_ASSUMPTIONS_HEAD]
    for section, rows in itertools.groupby(assumptions.rows(), key=lambda row: row.section):
        parts.append(
            f"\n## [{section}]\n\n| key | shipped | unit | range | meaning | source |\n|---|---|---|---|---|---|\n"
        )
        parts.extend(_line(row) for row in rows)
    return "".join(parts)


def states_page() -> str:
    """Render ``docs/states.md``."""
    facts = state_facts()
    parts = [_STATES_HEAD, "\n| fact | meaning | sources |\n|---|---|---|\n"]
    for name, meaning in FACTS.items():
        cited = dict.fromkeys(f"{cell.source}, {cell.source_date}" for cell in facts[name].values())
        parts.append(f"| `{name}` | {meaning} | {'; '.join(cited)} |\n")
    parts.append(f"\n| state | {' | '.join(FACTS)} |\n|---|{'---|' * len(FACTS)}\n")
    for state in sorted(STATES):
        cells = (f"{facts[name][state].value:g}" if state in facts[name] else "" for name in FACTS)
        parts.append(f"| {state} | {' | '.join(cells)} |\n")
    return "".join(parts)


def _line(row: AssumptionRow) -> str:
    shipped = f"{row.value:g}" if isinstance(row.value, (int, float)) and not isinstance(row.value, bool) else row.value
    if isinstance(row.value, tuple):
        shipped = ", ".join(f"{one:g}" for one in row.value)
    shipped = str(shipped).lower() if isinstance(row.value, bool) else shipped
    allowed = "" if row.low is None else f"{row.low:g} to {row.high:g}"
    return f"| `{row.key}` | {shipped} | {row.unit} | {allowed} | {row.meaning} | {row.source} |\n"


def main() -> None:
    """Write the pages of this checkout."""
    root = Path(__file__).resolve().parents[1]
    shipped = Assumptions.from_toml(root / "configs" / "assumptions.toml")
    (root / "docs" / "assumptions.md").write_text(assumptions_page(shipped), encoding="utf-8")
    (root / "docs" / "states.md").write_text(states_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
