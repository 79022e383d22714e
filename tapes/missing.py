"""Columns that a file lacks: which headings may be them, and the lines of a mapping by which a person says so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tapes.asking import Answer
from tapes.columns import Columns
from tapes.forms.distinct import Distinct
from tapes.forms.status_words import read_status
from tapes.headings.columns import shown_heading
from tapes.headings.likeness import nearest
from tapes.headings.outcome_headings import known_for
from tapes.headings.registry import registry
from tapes.refusal import refusal
from tapes.words import is_trade_text

_NEAREST = 3
_WITHOUT = {
    "observed_through": "or, where all outcomes are known through one day, give it with --observed-through",
    "lien_position": "or, where every note is a first lien, give --assume-first-lien",
    "next_due_date": "or give the payment history with --payments",
}
"""Columns that a tape can do without, and how."""


@dataclass(frozen=True)
class Missing:
    """Columns of which one is needed and none is there.

    Parameters
    ----------
    near
        Unknown headings that look most like any of them, the likeliest first: heading, field and score of 100.
    last_paid
        The heading that was taken for the day of the last receipt, which some sellers mean as a paid-to date; empty where
        there is none or it does not matter.
    said
        Headings that are known for one of them, of which the mapping says something else: heading, field and that word.
    buckets
        The heading of a column of statuses most of which say how far behind the note is; empty where there is none.
    """

    names: tuple[str, ...]
    near: tuple[tuple[str, str, float], ...]
    last_paid: str = ""
    said: tuple[tuple[str, str, str], ...] = ()
    buckets: str = ""

    def __str__(self) -> str:
        near = ", ".join(
            f"{shown_heading(heading)} {score:.0f} of 100 for {name}" for heading, name, score in self.near
        )
        said = ", ".join(Answer("", "columns", heading, word).line for heading, _, word in self.said)
        found = [*([f"the mapping says {said}"] if said else []), *([f"nearest: {near}"] if near else [])]
        return " or ".join(self.names) + (f" ({'; '.join(found)})" if found else "")

    @property
    def lines(self) -> list[str]:
        """The lines of a mapping file by which a person says which heading it is, and what else he may do."""
        lines = [
            f"{Answer('', 'columns', heading, name).line}   # in place of {json.dumps(word)}"
            for heading, name, word in self.said
        ]
        lines += [
            f"{Answer('', 'columns', heading, name).line}   # {score:.0f} of 100" for heading, name, score in self.near
        ]
        if self.last_paid:
            said = "taken for the day of the last receipt; use this line if it is the day up to which interest is paid"
            lines.append(f"{Answer('', 'columns', self.last_paid, 'paid_to_date').line}   # {said}")
        if self.buckets:
            said = "its words say how far behind most notes are; the rest of what they say is read all the same"
            lines.append(f"{Answer('', 'columns', self.buckets, 'months_delinquent').line}   # {said}")
        lines = lines or [f'columns."the heading" = "{self.names[0]}"   # no heading is like it']
        return lines + [f"# {said}" for name, said in _WITHOUT.items() if name in self.names]


def missing_columns(
    columns: Columns, wanted: Iterable[tuple[str, ...]], mapping: Mapping[str, str] | None = None
) -> tuple[Missing, ...]:
    """Find what a table lacks; each item names the columns of which one is needed.

    Parameters
    ----------
    mapping
        Heading to word, as a person has said.
    """
    lacking = [names for names in wanted if not any(name in columns.text for name in names)]
    if not lacking:
        return ()
    taken = set(columns.headings.values())
    untaken = [one for one in columns.table.headings if one not in taken]
    free = [one for one in untaken if registry().target(one) is None]
    if not columns.text:  # the row may be a loan's, with its borrower's name
        free = [one for one in free if is_trade_text(one)]
    last_paid = columns.headings.get("last_payment_date", "")
    return tuple(
        Missing(
            names,
            _near(free, untaken, names),
            last_paid if "paid_to_date" in names else "",
            _overruled(mapping or {}, names),
            _buckets(columns) if "months_delinquent" in names else "",
        )
        for names in lacking
    )


def _near(free: Sequence[str], untaken: Sequence[str], names: tuple[str, ...]) -> tuple[tuple[str, str, float], ...]:
    """Give the headings that may be any of some fields: of several known for one of resolutions none is taken."""
    known = [(heading, name, 100.0) for heading, name in known_for(untaken, names)]
    others = [one for one in nearest(free, names) if one[0] not in {heading for heading, _, _ in known}]
    return (*known, *others)[:_NEAREST]


def _buckets(columns: Columns) -> str:
    """Name the column of statuses if half of its cells or more say how far behind the note is, and some that it is."""
    if "loan_status" not in columns.text:
        return ""
    cells = Distinct(columns.written("loan_status"))
    found = [read_status(text) for text in cells.texts]
    say = [one is not None and one.months >= 0 for one in found]
    late = any(one is not None and one.months > 0 for one in found)
    return columns.headings["loan_status"] if late and 2 * cells.count(say) >= int(cells.counts.sum()) else ""


def _overruled(mapping: Mapping[str, str], names: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Find the lines of a mapping by which a heading that is known for one of some fields is something else."""
    known = ((heading, registry().target(heading), word) for heading, word in mapping.items())
    return tuple((heading, of.name, word) for heading, of, word in known if of is not None and of.name in names)


def require_columns(
    columns: Columns, wanted: Iterable[tuple[str, ...]], fix: str = "", mapping: Mapping[str, str] | None = None
) -> None:
    """Refuse a table that lacks a column; each item names the columns of which one is needed.

    Raises
    ------
    TapeError
        Naming every missing column, the unknown headings that look most like it, scored, and the mapping lines by which
        a person says that they are it.
    """
    missing = missing_columns(columns, wanted, mapping)
    if missing:
        stanza = "".join(f"\n    {line}" for one in missing for line in one.lines)
        raise refusal(
            columns.table.place(),
            f"no column {'; no column '.join(map(str, missing))}",
            f"Every note needs {'it' if len(missing) == 1 else 'them'}.",
            fix
            or "Say which column it is in the tape's mapping: the one that notebid map writes is found by itself, any "
            f"other is given with --mapping:{stanza}",
        )
