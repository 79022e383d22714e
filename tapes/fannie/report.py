"""What is printed about an import: the mapping, and a count for everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from notes import OUTCOMES, Resolutions, Tape
from notes.months import format_month
from tapes.fannie.gather import Gathered
from tapes.fannie.layout import MAPPING, TERMINAL_MEANINGS


@dataclass(frozen=True)
class Counted:
    """What was counted on the way.

    Parameters
    ----------
    acquired
        Loans of the acquisition file.
    left_out
        Of these, how many lack what a note needs, by what it is.
    totals
        Of the performance file: records, loans, first and last month index.
    codes
        Loans by zero balance code.
    """

    acquired: int
    left_out: dict[str, int]
    totals: dict[str, int]
    codes: dict[int, int]
    gathered: Gathered


def report_lines(counted: Counted, resolutions: Resolutions, delinquent: Tape) -> tuple[str, ...]:
    """Give the lines to print."""
    return (*MAPPING.splitlines(), *_file_lines(counted), *_snapshot_lines(counted, resolutions, delinquent))


def _file_lines(counted: Counted) -> list[str]:
    totals, counts = counted.totals, counted.gathered.counts
    lines = [
        f"Files: {counted.acquired:,} loans acquired; {totals['records']:,} records of {totals['loans']:,} loans, "
        f"{format_month(totals['first'])} to {format_month(totals['last'])}.",
        *(f"  {n:,} acquired loans left out, without {what}" for what, n in counted.left_out.items()),
        f"  {counts['without acquisition']:,} loans with records cannot be told as a note (left out, or not acquired here)",
        "How the records end:",
        *(f"  {n:>9,} code {code:02d} {TERMINAL_MEANINGS[code]}" for code, n in counted.codes.items()),
        f"  {counts['active']:>9,} active in the last month -> censored",
        f"  {counts['cut off']:>9,} end before the last month without a code -> censored",
        f"{counts['seriously behind']:,} loans were ever three or more months behind, {counts['modified']:,} modified.",
    ]
    return lines


def _snapshot_lines(counted: Counted, resolutions: Resolutions, delinquent: Tape) -> list[str]:
    gathered, options = counted.gathered, counted.gathered.options
    details = Counter(
        (outcome, detail) for outcome, detail in zip(resolutions.outcome, resolutions.outcome_detail, strict=True)
    )
    n_loans = resolutions.tape.notes.frame["loan_id"].nunique()
    bands = ", ".join(f"{_band(*band)}: {n:,}" for band, n in gathered.bands.items())
    return [
        f"Snapshots: {len(resolutions):,} of {n_loans:,} loans, {_rule(options.months, options.every, options.seed)}.",
        f"  by months behind: {bands}",
        f"  {gathered.snapshots.n_scheduled:,} with the balance of the original terms, the file having none yet",
        f"Outcomes within {options.labels.horizon_months} months, at a streak of {options.labels.streak_months}:",
        *(
            f"  {details[outcome, detail]:>9,} {outcome or 'open, censored'}{f', {detail}' if detail else ''}"
            for outcome, detail in sorted(details, key=lambda one: ([*OUTCOMES, ""].index(one[0]), one[1]))
        ),
        "The same at other streaks:",
        *(
            f"  {streak:>2} month-ends: " + ", ".join(f"{name} {n:,}" for name, n in counts.items())
            for streak, counts in gathered.streaks.items()
        ),
        f"Tape to score: {len(delinquent):,} notes at least a month behind, "
        + (f"in {options.tape_month}" if options.tape_month else "each in its worst month (known with hindsight only)")
        + f"; {gathered.delinquent.n_scheduled:,} with the balance of the original terms.",
    ]


def _rule(months: tuple[str, ...], every: int | None, seed: int) -> str:
    if months:
        return f"every loan in {', '.join(months)}"
    if every is not None:
        return f"every loan every {every} months"
    return f"one a loan within each band of months behind, drawn with seed {seed}"


def _band(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}+" if high == 999 else f"{low}-{high}"
