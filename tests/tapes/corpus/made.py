"""A made file: its bytes, how it is to be read, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from tests.tapes.corpus.cells import Style, plain_style
from tests.tapes.corpus.grid import Grid, Layout, grid_of
from tests.tapes.corpus.kinds import Write, delimited
from tests.tapes.corpus.pay import NOTHING, Pay
from tests.tapes.corpus.truth import AS_OF, FIELDS, TODAY, Note, plain_notes

COMMAS = delimited()
Exception_ = tuple[str, int, str, str]
"""loan_id, row, field, code."""


@dataclass(frozen=True)
class Expected:
    """What reading a file must give; it comes from the truth, never from the reader.

    Parameters
    ----------
    notes
        The priced notes in file order.
    fields
        What the file tells of each; any other field must be missing, or be what the truth says.
    months, tells
        How many months of history, and of what.
    excepted
        Every reason against every other row.
    more_reasons
        Whether such a row may carry other reasons too.
    lines
        Counts of :class:`tapes.LineCounts` by name; a count that is left to the reader is not in it.
    warnings
        Each a text that some warning must hold.
    flags
        Loan to codes that its row must carry.
    unsure
        Fields that the file tells in words which may fairly be taken in two ways; they are not compared.
    refusal
        Texts that the refusal must hold; None: the file is read.
    exit_code
        Of the refusal: 3, or 2 where the use is wrong.
    """

    notes: tuple[Note, ...] = ()
    fields: tuple[str, ...] = ()
    months: int = 0
    tells: tuple[str, ...] = ()
    excepted: frozenset[Exception_] = frozenset()
    more_reasons: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    refusal: tuple[str, ...] | None = None
    exit_code: int = 3


@dataclass(frozen=True)
class MadeFile:
    """One file of the corpus.

    Parameters
    ----------
    name
        Of the trouble or mixture.
    file_name
        As the seller sends it.
    data
        Makes the bytes.
    options
        Of :class:`tapes.ReadOptions`: ``as_of``, ``sheet``, ``assume_first_lien``, ``delinquency_method``.
    mapping
        Text of a mapping file, or empty.
    payments
        Text of a payments file, or empty.
    password
        Of a locked workbook; the command takes it from the environment.
    """

    name: str
    file_name: str
    data: Callable[[], bytes]
    expected: Expected
    options: Mapping[str, object] = field(default_factory=dict)
    mapping: str = ""
    payments: str = ""
    password: str = ""

    def write(self, folder: Path) -> Path:
        """Write the file, and what is to be read with it, into a folder of its own; give the tape's path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.file_name
        path.write_bytes(self.data())
        if self.mapping:
            (folder / "mapping.toml").write_text(self.mapping, encoding="utf-8")
        if self.payments:
            (folder / "payments.csv").write_text(self.payments, encoding="utf-8")
        return path

    def read_options(self, folder: Path) -> dict[str, object]:
        """Give the keywords of ``ReadOptions`` for the file as written into a folder."""
        given: dict[str, object] = {"today": TODAY} | dict(self.options)
        if self.password:
            given["password"] = self.password
        if self.mapping:
            given["mapping"] = folder / "mapping.toml"
        if self.payments:
            given["payments"] = folder / "payments.csv"
        return given


@dataclass(frozen=True)
class Tape:
    """How a tape is written.

    Parameters
    ----------
    headings
        Field to heading; a field without one is left out.
    styles
        Field to how its values are written, beyond the contract's own way.
    missing
        Field to what stands where there is no value; else an empty cell.
    extra
        Other columns: heading and a cell a note.
    in_order
        Fields from left to right.
    spoiled
        Position of a note and field to the cell that stands there instead.
    """

    name: str
    notes: Sequence[Note] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)
    missing: Mapping[str, object] = field(default_factory=dict)
    extra: Sequence[tuple[str, Callable[[int, Note], object]]] = ()
    pay: Pay = NOTHING
    layout: Sequence[Layout] = ()
    write: Write = COMMAS
    file_name: str = "tape.csv"
    spoiled: Mapping[tuple[int, str], object] = field(default_factory=dict)
    sheet: str = "Tape"
    in_order: tuple[str, ...] = FIELDS

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for name in self.in_order if name in self.headings)

    def grid(self) -> Grid:
        """Lay the sheet out."""
        names = self.fields
        heading = [*(self.headings[name] for name in names), *self.pay.headings, *(one for one, _ in self.extra)]
        rows = [self._row(i, note, names) for i, note in enumerate(self.notes)]
        grid = grid_of(heading, rows, self.sheet)
        for lay in self.layout:
            grid = lay(grid)
        return grid

    def _row(self, i: int, note: Note, names: Sequence[str]) -> list[object]:
        cells = [self._cell(i, note, name) for name in names]
        history = list(self.pay.cells(note)) if note.behind else [None] * len(self.pay.headings)
        if (i, "pay_string") in self.spoiled:
            history = [self.spoiled[i, "pay_string"], *history[1:]]
        return cells + history + [make(i, note) for _, make in self.extra]

    def _cell(self, i: int, note: Note, name: str) -> object:
        if (i, name) in self.spoiled:
            return self.spoiled[i, name]
        value = note.values.get(name)
        if value is None:
            missing = self.missing.get(name)
            return missing[i % len(missing)] if isinstance(missing, tuple) else missing
        return self.styles.get(name, plain_style(name))(value)

    def file(self, **more: object) -> MadeFile:
        """Make the file, to be read as every note of it.

        Parameters
        ----------
        **more
            Of :class:`MadeFile`; ``expected`` as a dict changes what is expected.
        """
        grid = self.grid()
        changed = dict(more.pop("expected", {}))  # type: ignore[call-overload]
        out = {one[0] for one in changed.get("excepted", ())}
        told = self.fields
        if "as_of_date" not in told:
            told += ("as_of_date",)
        expected = Expected(
            notes=tuple(note for note in self.notes if note.loan_id not in out),
            fields=told,
            months=self.pay.months,
            tells=self.pay.tells,
            lines={kind: grid.count(kind) for kind in ("blank", "title", "repeated_heading", "total", "footnote")}
            if not grid.count("neither")
            else {kind: grid.count(kind) for kind in ("repeated_heading", "footnote")},
        )
        return MadeFile(
            name=self.name,
            file_name=str(more.pop("file_name", self.file_name)),
            data=lambda: self.write(grid),
            expected=replace(expected, **changed),
            **more,  # type: ignore[arg-type]
        )


def without(headings: Mapping[str, str], *names: str) -> dict[str, str]:
    """Leave fields out of a tape."""
    return {name: heading for name, heading in headings.items() if name not in names}


def only(headings: Mapping[str, str], *names: str) -> dict[str, str]:
    """Keep some fields of a tape."""
    return {name: headings[name] for name in names}


SOME = plain_notes()[:40]
"""Enough notes for a trouble that does not need two hundred."""
AS_OF_OPTION: dict[str, date] = {"as_of": AS_OF}
