"""Reading a made file, and running the command on it, for tests."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from notes import NotebidError
from tapes import ReadOptions, TapeReading, read_tape
from tests.tapes.corpus.bidding import bundle_folder
from tests.tapes.corpus.compare import disagreements
from tests.tapes.corpus.made import MadeFile


@contextmanager
def password_of(file: MadeFile) -> Iterator[None]:
    """Put a file's password into the environment, where there is one."""
    given = {"NOTEBID_TAPE_PASSWORD": file.password} if file.password else {}
    with mock.patch.dict(os.environ, given):
        yield


def read_made(file: MadeFile, folder: Path) -> TapeReading:
    """Write a made file into a folder of its own and read it; no line and no note may be lost."""
    path = file.write(folder / file.name)
    reading = read_tape(path, ReadOptions(**file.read_options(folder / file.name)))  # type: ignore[arg-type]
    counts = reading.counts
    assert counts.lines == counts.not_notes + counts.rows
    assert counts.rows == counts.priced + counts.excepted
    told = {str(one) for one in reading.tape.notes.text("loan_id")} | {one.loan_id for one in reading.exceptions}
    assert {note.loan_id for note in file.expected.notes} <= told
    return reading


def assert_as_expected(file: MadeFile, folder: Path) -> TapeReading:
    """Read a made file and hold it to its truth; conservation is part of that."""
    reading = read_made(file, folder)
    assert disagreements(reading, file.expected) == []
    return reading


def refusal_of(file: MadeFile, folder: Path) -> NotebidError:
    """Read a made file that must be refused, and hold the refusal to what is expected of it."""
    with pytest.raises(NotebidError) as refused:
        read_made(file, folder)
    message = str(refused.value)
    assert refused.value.exit_code == file.expected.exit_code, message
    assert [text for text in file.expected.refusal or () if text.lower() not in message.lower()] == [], message
    return refused.value


@dataclass(frozen=True)
class Run:
    """What a command gave: exit code, what it printed, and its result folder."""

    code: int
    out: str
    err: str
    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read a CSV of the result."""
        with (self.folder / name).open(newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    @property
    def conserves(self) -> bool:
        """Whether every row is bid or excepted, by the result's own counts."""
        import json

        counts = json.loads((self.folder / "run.json").read_text())["counts"]
        excepted = {row["row"] for row in self.rows("exceptions.csv")}
        return (
            counts["rows"] == counts["priced"] + counts["excepted"]
            and counts["priced"] == len(self.rows("bids.csv"))
            and counts["excepted"] == len(excepted)
        )


def score(tape: Path | str, folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Run:
    """Run ``notebid score`` on a tape in this process; the result goes to ``folder / "result"``."""
    from cli.main import main

    out = folder / "result"
    model, where = f"--model={bundle_folder()}", f"--out={out}"
    with mock.patch.dict(os.environ, {"NOTEBID_HOME": str(folder / "home")}):
        capsys.readouterr()
        code = main(["score", model, where, *words, "--", str(tape)])
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    return Run(code, said.out, said.err, out)
